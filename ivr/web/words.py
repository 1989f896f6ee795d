"""What the door says when it says no: a status, and what to do next, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.accounts.catalogue import Name


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem (RFC 9457): its status, what it is, what to do next."""

    status: int
    title: Name
    detail: Name


def _problem(status: int, ru: str, en: str, what_ru: str, what_en: str) -> Problem:
    return Problem(status, Name(ru, en), Name(what_ru, what_en))


_WEAK = Name("Пароль не подходит", "The password will not do")


def _weak(ru: str, en: str) -> Problem:
    return Problem(422, _WEAK, Name(ru, en))


OF_THE_DOOR: dict[str, Problem] = {
    "no_key": _problem(
        401,
        "Нужен ключ программы",
        "A client key is needed",
        "Передайте ключ программы в заголовке X-API-Key.",
        "Send the client's key in the header X-API-Key.",
    ),
    "bad_key": _problem(
        401,
        "Ключ программы не подходит",
        "The client key is not valid",
        "Проверьте заголовок X-API-Key или попросите у оператора новый ключ.",
        "Check the header X-API-Key, or ask the operator for a new key.",
    ),
    "no_right": _problem(
        403,
        "У ключа нет этого права",
        "The key does not give this right",
        "О платежах сообщают с отдельным ключом: попросите его у оператора.",
        "Payments are reported with a key of their own: ask the operator for one.",
    ),
    "sign_in_first": _problem(
        401,
        "Нужно войти",
        "Sign in first",
        "Войдите заново и передайте полученный token в заголовке Authorization: Bearer.",
        "Sign in again and send the token you get in the header Authorization: Bearer.",
    ),
    "malformed": _problem(
        400,
        "Запрос не читается",
        "The request cannot be read",
        "Передайте в теле один объект JSON в кодировке UTF-8, без повторов имён и без вложенности.",
        "Send one JSON object in UTF-8 as the body, without repeated names and without nesting.",
    ),
    "wrong_media": _problem(
        415,
        "Не тот вид содержимого",
        "Unsupported media type",
        "Передайте тело как application/json.",
        "Send the body as application/json.",
    ),
    "too_large": _problem(
        413,
        "Запрос слишком велик",
        "The request is too large",
        "Сократите запрос или разделите его на части.",
        "Shorten the request, or split it.",
    ),
    "too_slow": _problem(
        408,
        "Запрос шёл слишком долго",
        "The request took too long to arrive",
        "Повторите запрос.",
        "Send the request again.",
    ),
    "invalid": _problem(
        422,
        "Данные не подходят",
        "The values do not fit",
        "Исправьте то, что названо в errors, и повторите запрос.",
        "Mend what errors names and send the request again.",
    ),
    "idempotency_key_needed": _problem(
        400,
        "Нужен ключ повтора",
        "An idempotency key is needed",
        "Здесь движутся деньги: передайте Idempotency-Key, новый для каждой операции, тот же для повтора.",
        "Money moves here: send the header Idempotency-Key, new for every operation, the same for a retry.",
    ),
    "idempotency_key_malformed": _problem(
        400,
        "Ключ повтора не подходит",
        "The idempotency key is malformed",
        "Ключ повтора - от 1 до 128 букв, цифр и знаков . _ : ~ -, например UUID.",
        "An idempotency key is 1 to 128 letters, digits and signs . _ : ~ -, for example a UUID.",
    ),
    "idempotency_key_reused": _problem(
        422,
        "Ключ повтора уже занят",
        "The idempotency key has been used",
        "Этот ключ повтора был с другим запросом: для нового запроса возьмите новый.",
        "This idempotency key came with another request: take a new one for a new request.",
    ),
    "in_progress": _problem(
        409,
        "Запрос ещё выполняется",
        "The request is being worked on",
        "Подождите секунду и повторите запрос с тем же ключом повтора.",
        "Wait a second and send the request again with the same idempotency key.",
    ),
    "too_many_requests": _problem(
        429,
        "Слишком много запросов",
        "Too many requests",
        "Подождите столько секунд, сколько названо в Retry-After, и повторите.",
        "Wait the seconds that Retry-After names, then try again.",
    ),
    "not_found": _problem(
        404,
        "Такого адреса нет",
        "There is no such address",
        "Все адреса описаны в /openapi.json.",
        "All addresses are described in /openapi.json.",
    ),
    "wrong_method": _problem(
        405,
        "Так сюда не обращаются",
        "The method is not allowed here",
        "Возьмите метод из заголовка Allow.",
        "Use a method that the header Allow names.",
    ),
    "no_such_operation": _problem(
        404,
        "Такой операции нет",
        "There is no such operation",
        "Подготовьте операцию заново и подтвердите её id.",
        "Prepare the operation again and confirm its id.",
    ),
    "unavailable": _problem(
        503,
        "Временно недоступно",
        "Unavailable for the moment",
        "Повторите запрос через несколько секунд с тем же ключом повтора.",
        "Send the request again in a few seconds with the same idempotency key.",
    ),
    "failed": _problem(
        500,
        "Внутренняя ошибка",
        "Internal error",
        "Повторите запрос позже; если не поможет, сообщите нам время и адрес запроса.",
        "Try again later; if that does not help, tell us the time and the address of the request.",
    ),
}
"""Problems that the door itself finds."""

OF_OUTCOMES: dict[str, Problem] = {
    "refused": _problem(
        409, "Отказано", "Refused", "Устраните причину и повторите.", "Remove the reason and try again."
    ),
    "wrong": _problem(
        403,
        "Неверный номер или пароль",
        "Wrong number or password",
        "Проверьте номер и пароль. Осталось попыток: {left}; следующая через {wait} с.",
        "Check number and password. Tries left: {left}; the next in {wait} s.",
    ),
    "wait": _problem(
        429,
        "Слишком много попыток",
        "Too many tries",
        "Попробуйте снова через {wait} с.",
        "Try again in {wait} s.",
    ),
    "blocked": _problem(
        403,
        "Вход закрыт",
        "The login is blocked",
        "Позвоните 0505 со своего номера и выберите новый пароль; компании - 0555.",
        "Call 0505 from your own number and choose a new password; companies call 0555.",
    ),
    "expired": _problem(
        410,
        "Операция устарела",
        "The operation has lapsed",
        "Подготовьте операцию заново и подтвердите её в течение десяти минут.",
        "Prepare the operation again and confirm it within ten minutes.",
    ),
    "own_line_needed": _problem(
        403,
        "Нужен звонок со своего номера",
        "A call from the own number is needed",
        "Позвоните 0505 со своего номера.",
        "Call 0505 from your own number.",
    ),
    "password_needed": _problem(
        403,
        "Нужен временный пароль",
        "A temporary password is needed",
        "Получите временный пароль по телефону 0555 и войдите с ним.",
        "Get a temporary password by calling 0555 and sign in with it.",
    ),
    "not_blocked": _problem(
        409,
        "Номер не заблокирован",
        "The number is not blocked",
        "Делать ничего не нужно.",
        "There is nothing to do.",
    ),
    "not_possible": _problem(
        422,
        "Такой настройки или значения нет",
        "There is no such setting or value",
        "Возьмите настройку и значение из voice_settings.",
        "Take setting and value from voice_settings.",
    ),
    "no_such_language": _problem(
        422, "Такого языка нет", "There is no such language", "Выберите ru или en.", "Choose ru or en."
    ),
    "different": _weak(
        "Два пароля различаются: введите один и тот же дважды.",
        "The two differ: enter the same password twice.",
    ),
    "too_short": _weak("Возьмите не меньше 8 цифр.", "Take at least 8 digits."),
    "too_long": _weak("Возьмите не больше 26 цифр.", "Take at most 26 digits."),
    "not_digits": _weak(
        "Возьмите только цифры: пароль вводят и по телефону.",
        "Take digits only: it is typed by telephone too.",
    ),
    "part_of_phone": _weak("Не берите цифры своего номера.", "Do not take digits of your phone number."),
    "a_run": _weak(
        "Не берите цифры подряд или одинаковые.", "Do not take a run or the same digit again and again."
    ),
    "birth_year": _weak("Не берите дату или год рождения.", "Do not take a date or year of birth."),
    "keypad_shape": _weak("Не берите фигуру на клавиатуре.", "Do not take a shape on the keypad."),
    "on_deny_list": _weak(
        "Этот пароль слишком известен, возьмите другой.", "This password is too well known, take another."
    ),
}
"""Outcomes of use cases that are problems here; all others are successes."""

PROBLEMS = {**OF_THE_DOOR, **OF_OUTCOMES}

FAULTS: dict[str, Name] = {
    "required": Name("этого не хватает", "this is missing"),
    "additionalProperties": Name("лишние поля; возможны: {known}", "unknown fields; possible are: {known}"),
    "type": Name("должно быть: {type}", "must be: {type}"),
    "enum": Name("возможны: {choices}", "possible are: {choices}"),
    "pattern": Name("не та форма: {about}", "wrong form: {about}"),
    "minLength": Name("не может быть пустым", "must not be empty"),
    "maxLength": Name("не больше знаков: {limit}", "at most so many characters: {limit}"),
    "minimum": Name("не меньше {limit}", "at least {limit}"),
    "maximum": Name("не больше {limit}", "at most {limit}"),
}
"""What is wrong with one value, by the JSON Schema keyword it breaks. Values themselves are never told."""

TYPES = {
    "string": Name("строка", "a string"),
    "integer": Name("целое число", "a whole number"),
    "object": Name("объект", "an object"),
}
"""What types are called."""
