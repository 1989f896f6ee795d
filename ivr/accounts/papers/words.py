"""Labels and headings of documents, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "page": ("Страница {page} из {pages}", "Page {page} of {pages}"),
    "seller": ("Исполнитель", "Operator"),
    "buyer": ("Заказчик", "Customer"),
    "tax_number": ("ИНН", "INN"),
    "bank": ("Банк", "Bank"),
    "contract": ("Договор", "Contract"),
    "period": ("Период", "Period"),
    "made": ("Составлен", "Made on"),
    "number": ("Номер документа", "Document number"),
    "phone": ("Телефон", "Phone"),
    "person": ("Сотрудник", "Employee"),
    "holder": ("Абонент", "Subscriber"),
    "sum": ("Сумма, ₽", "Amount, RUB"),
    "without_vat": ("Без НДС, ₽", "Before VAT, RUB"),
    "vat": ("НДС {vat}%, ₽", "VAT {vat}%, RUB"),
    "vat_in_total": ("В том числе НДС {vat}%", "Including VAT {vat}%"),
    "no_vat": ("Без НДС", "VAT is not charged"),
    "total": ("Итого", "Total"),
    "day": ("Дата", "Date"),
    "time": ("Время, МСК", "Time, MSK"),
    "what": ("Операция", "Operation"),
    "charged": ("Начислено, ₽", "Charged, RUB"),
    "paid": ("Оплачено, ₽", "Paid, RUB"),
    "opening": ("Сальдо начальное", "Opening balance"),
    "turnover_charged": ("Начислено за период", "Charged in the period"),
    "turnover_paid": ("Оплачено за период", "Paid in the period"),
    "closing": ("Сальдо конечное", "Closing balance"),
    "signed_by_operator": ("От исполнителя", "For the operator"),
    "signed_by_company": ("От заказчика", "For the customer"),
}
"""What -> in Russian, in English."""


def word(name: str, language: str, **values: object) -> str:
    """Return one of WORDS."""
    both = WORDS[name]
    return (both[1] if language == "en" else both[0]).format(**values) if values else both[language == "en"]
