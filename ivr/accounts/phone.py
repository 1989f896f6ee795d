"""Phone numbers: any form a caller may say, type or show, one form inside (E.164)."""

from __future__ import annotations

import phonenumbers

REGION = "RU"
"""Where numbers without a country code belong: 8 926 ..., 926 ... and +7 926 ... are one subscriber."""


def read_phone(text: str | None) -> str | None:
    """Return the number in E.164, or None when it is no possible number."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(phone: str) -> str:
    """Return a number in E.164 as it is written at home: `8 (926) 123-45-67`."""
    number = phonenumbers.parse(phone, REGION)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
