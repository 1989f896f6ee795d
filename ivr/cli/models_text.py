"""What `ivr models` says, in the reader's language: Russian where the environment says so, else English."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ivr.errors import IvrError
from ivr.grammar.model import Language
from ivr.speech.model_download import DownloadError, Failure
from ivr.speech.models import Fault, Flaw

TEXTS: Mapping[str, tuple[str, str]] = {
    "list_head": ("Модели в {folders}:", "Models in {folders}:"),
    "list_none": ("  (ни одной)", "  (none)"),
    "list_offered": ("Можно скачать (`ivr models get`):", "For download (`ivr models get`):"),
    "in_use": ("слышит: {languages}", "in use: {languages}"),
    "not_in_use": ("не используется", "not in use"),
    "half": ("не вся, см. `ivr models check {path}`", "not whole, see `ivr models check {path}`"),
    "bundled": ("из поставки", "bundled"),
    "downloaded": ("скачана", "downloaded"),
    "elsewhere": ("из другого места", "elsewhere"),
    "grammars": ("грамматики на ходу: да", "run-time grammars: yes"),
    "no_grammars": (
        "грамматики на ходу: нет, слышит любые слова, дороже",
        "run-time grammars: no, hears any words, costs more",
    ),
    "licence": ("лицензия: {licence}", "licence: {licence}"),
    "licence_unstated": ("в файлах не указана", "not stated in its files"),
    "licence_short": ("лицензия {licence}", "licence {licence}"),
    "rate": ("{rate} Гц", "{rate} Hz"),
    "rate_unknown": ("частота неизвестна", "rate unknown"),
    "about": ("около {megabytes} МБ", "about {megabytes} MB"),
    "downloading": ("скачиваю {name}", "downloading {name}"),
    "unpacking": ("распаковываю {name}", "unpacking {name}"),
    "trying": ("проверяю {name} …", "trying {name} …"),
    "got": ("{name} теперь в {path}", "{name} is in {path} now"),
    "have": ("{name} уже есть: {path}", "{name} is there already: {path}"),
    "big": (
        "{name} не берёт грамматики на ходу: она слышит любые слова, медленнее, требует гигабайты памяти; "
        "сама она не включится, только по `ivr models use`.",
        "{name} takes no run-time grammars: it hears any words, is slower, needs gigabytes of memory; "
        "it is never used by itself, only after `ivr models use`.",
    ),
    "next_check": ("Дальше: `ivr models check {path}`", "Next: `ivr models check {path}`"),
    "restart": (
        "Работники возьмут её при следующем запуске (`ivr run`).",
        "The workers take it at their next start (`ivr run`).",
    ),
    "use": ("{language}: {path} записано в {file}", "{language}: {path} is written to {file}"),
    "use_auto": (
        "{language}: выбор убран из {file}; теперь {path}",
        "{language}: the choice is taken out of {file}; it is {path} now",
    ),
    "overruled": (
        "Но переменная {variable} сильнее файла: уберите её.",
        "But the variable {variable} overrules the file: unset it.",
    ),
    "whose": (
        "по имени папки {path} не видно, какого она языка: добавьте --language ru или --language en",
        "the name of the folder {path} does not tell its language: add --language ru or --language en",
    ),
    "unusable": ("{path} не годится:", "{path} cannot be used:"),
    "usable": ("{path}: годится", "{path}: can be used"),
    "rate_other": (
        "  частота: {rate} Гц; звук телефона, 8000 Гц, пересчитывается: модели для 8000 Гц слышат его лучше",
        "  sample rate: {rate} Hz; the telephone's 8000 Hz are converted: models made for them hear better",
    ),
    "rate_own": ("  частота: 8000 Гц, как у телефона", "  sample rate: 8000 Hz, the telephone's own"),
    "size": ("  размер: {size} МБ, слов: {words}", "  size: {size} MB, words: {words}"),
    "grammar_words": (
        "  {language}: {known} из {all} слов наших грамматик",
        "  {language}: {known} of {all} words of our grammars",
    ),
    "respelled": ("    в другом написании: {words}", "    in another spelling: {words}"),
    "missing": (
        "    неизвестны ({count}): {words}",
        "    unknown ({count}): {words}",
    ),
    "unheard": (
        "    из-за них не услышать {phrases} из {all} фраз; остаются другие слова и клавиши",
        "    because of them {phrases} of {all} phrases cannot be heard; other words and keys remain",
    ),
    "more": ("… и ещё {count}", "… and {count} more"),
    Flaw.NO_FOLDER.name: ("такой папки нет", Flaw.NO_FOLDER.value),
    Flaw.MISSING.name: ("нет этого файла", Flaw.MISSING.value),
    Flaw.NO_GRAPH.name: ("нет этого файла и нет HCLG.fst: слышать нечем", Flaw.NO_GRAPH.value),
    Flaw.NO_FST.name: ("это не файл OpenFst", Flaw.NO_FST.value),
    Flaw.NO_WORDS.name: ("в нём нет слов", Flaw.NO_WORDS.value),
    Flaw.NO_TIMES.name: ("нет или оборван: у слов не было бы времени", Flaw.NO_TIMES.value),
    Flaw.CRASHED.name: ("испорчена: загрузка обрывается", Flaw.CRASHED.value),
    Flaw.SLOW.name: ("не загрузилась вовремя", Flaw.SLOW.value),
    Flaw.REFUSED.name: ("Vosk её не принимает", Flaw.REFUSED.value),
    Failure.UNREACHABLE.name: ("не удалось скачать", Failure.UNREACHABLE.value),
    Failure.NO_LIST.name: ("это не список моделей", Failure.NO_LIST.value),
    Failure.NOT_LISTED.name: ("такой модели нет в списке", Failure.NOT_LISTED.value),
    Failure.UNSAFE.name: ("в списке нет её контрольной суммы или безопасного адреса", Failure.UNSAFE.value),
    Failure.NO_ROOM.name: ("мало места на диске, освободите его", Failure.NO_ROOM.value),
    Failure.DAMAGED.name: (
        "скачалась испорченной, контрольная сумма MD5 не сходится; запустите команду ещё раз",
        Failure.DAMAGED.value,
    ),
    Failure.BUSY.name: ("её уже скачивает другая команда, дождитесь её", Failure.BUSY.value),
    Failure.HOSTILE.name: ("архив не распакован, в нём не то, что в модели", Failure.HOSTILE.value),
    "kept": (
        "; {megabytes} МБ сохранено, та же команда продолжит",
        "; {megabytes} MB are kept, run it again to go on",
    ),
    "by_hand": (
        "Без сети: на другой машине скачайте {url} и распакуйте, папку {name} скопируйте сюда в {path}, "
        "затем `ivr models use {path}`",
        "Without a network: on another machine download and unpack {url}, copy the folder {name} to {path} "
        "here, then run `ivr models use {path}`",
    ),
    "what_next": (
        "  Что делать: скачайте или скопируйте её заново целиком, либо возьмите другую (`ivr models list`).",
        "  What to do: download or copy it again as a whole, or take another one (`ivr models list`).",
    ),
}
"""Key -> Russian, English."""


def reader() -> Language:
    """Return the language of the terminal's reader, as POSIX orders the variables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ru" if value.lower().startswith("ru") else "en"
    return "en"


def told(key: str, **values: object) -> str:
    """Return a text in the reader's language."""
    return TEXTS[key][0 if reader() == "ru" else 1].format(**values)


def fault_told(fault: Fault) -> str:
    """Return one line about what is wrong with a model."""
    detail = f" ({fault.detail})" if fault.detail and reader() == "ru" else ""
    return f"{fault.path}: {told(fault.flaw.name)}{detail}" if reader() == "ru" else str(fault)


def failure_told(error: DownloadError) -> str:
    """Return why a model could not be downloaded."""
    kept = told("kept", megabytes=error.kept >> 20) if error.kept else ""
    return f"{error.subject}: {told(error.failure.name)} ({error.detail}){kept}"


def refusal(key: str, **values: object) -> IvrError:
    """Return an error whose message is a text in the reader's language."""
    return IvrError(told(key, **values))
