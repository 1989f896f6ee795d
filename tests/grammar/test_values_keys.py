"""Values typed on the keypad, and value types as a flow writes them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.keys import read_keys
from ivr.grammar.model import VALUE_KINDS, Choice, KeyReading, ValueType
from ivr.grammar.value_types import parse_value_type

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "keys", "value", "more"),
    [
        ("digits(4)", "123", None, True),
        ("digits(4)", "1234", "1234", False),
        ("digits(2..4)", "1", None, True),
        ("digits(2..4)", "12", "12", True),
        ("digits(2..4)", "1234", "1234", False),
        ("secret_digits(8..26)", "1234567", None, True),
        ("secret_digits(8..26)", "12345678", "12345678", True),
        ("secret_digits(8..26)", "1" * 26, "1" * 26, False),
        ("phone_number", "8", None, True),
        ("phone_number", "8926123456", None, True),
        ("phone_number", "89261234567", "+79261234567", False),
        ("phone_number", "79261234567", "+79261234567", False),
        ("phone_number", "926123456", None, True),
        ("phone_number", "9261234567", "+79261234567", False),
        ("phone_number", "4951234567", "+74951234567", False),
        ("phone_number", "88005500505", "+78005500505", False),
        ("phone_number", "1234567890", None, False),
        ("phone_number", "123", None, True),
        ("phone_number", "85551234567", None, False),
        ("money", "1", 100, True),
        ("money", "1500", 150_000, True),
        ("money", "9999999", 999_999_900, False),
        ("money", "99999999", None, False),
        ("count", "7", 7, True),
        ("count(1..5)", "3", 3, False),
        ("count(1..5)", "9", None, False),
        ("count(1..50)", "3", 3, True),
        ("count(1..50)", "9", 9, False),
        ("count(10..50)", "4", None, True),
        ("count(10..50)", "0", None, True),
        ("count(10..50)", "00", None, False),
        ("yes_no", "1", True, False),
        ("yes_no", "2", False, False),
        ("yes_no", "5", None, False),
        ("date", "0112", date(2026, 12, 1), True),
        ("date", "2111", date(2026, 11, 21), True),
        ("date", "01122028", date(2028, 12, 1), False),
        ("date", "3002", None, True),
        ("date", "30022026", None, False),
        ("date", "011220", None, True),
        ("date(0..365)", "2111", date(2027, 11, 21), True),
        ("date(0..365)", "21112026", None, False),
    ],
)
def test_keys_are_read(written: str, keys: str, value: object, more: bool) -> None:
    assert read_keys(parse_value_type(written), keys, today=TODAY) == KeyReading(value, more)


def test_a_day_and_a_month_need_today() -> None:
    assert read_keys(ValueType("date"), "0112") == KeyReading(None, can_continue=True)
    assert read_keys(ValueType("date"), "01122026") == KeyReading(date(2026, 12, 1), can_continue=False)


def test_a_choice_is_picked_by_its_key() -> None:
    pick = ValueType("choice", choices=(Choice("a", (), "1"), Choice("b", (), "2"), Choice("c", ())))
    assert read_keys(pick, "2") == KeyReading("b", can_continue=False)
    assert read_keys(pick, "3") == KeyReading(None, can_continue=False)


KINDS = st.sampled_from(sorted(VALUE_KINDS)).map(ValueType)


@given(kind=KINDS, keys=st.text("0123456789*#", max_size=40))
def test_no_keys_are_an_error(kind: ValueType, keys: str) -> None:
    reading = read_keys(kind, keys, today=TODAY)
    assert reading.can_continue or keys
    if "*" in keys or "#" in keys:
        assert reading == KeyReading(None, can_continue=False)


@given(kind=KINDS, keys=st.text("0123456789", min_size=1, max_size=12))
def test_a_value_is_reached_key_by_key(kind: ValueType, keys: str) -> None:
    if read_keys(kind, keys, today=TODAY).value is not None:
        assert all(read_keys(kind, keys[:length], today=TODAY).can_continue for length in range(len(keys)))


@pytest.mark.parametrize(
    ("written", "value_type"),
    [
        ("money", ValueType("money")),
        ("digits(4)", ValueType("digits", 4, 4)),
        ("secret_digits(8..26)", ValueType("secret_digits", 8, 26)),
        (" count( 1 .. 10 ) ", ValueType("count", 1, 10)),
        ("date(-30..0)", ValueType("date", -30, 0)),
        ("phone_number", ValueType("phone_number")),
    ],
)
def test_a_value_type_is_read_as_written(written: str, value_type: ValueType) -> None:
    assert parse_value_type(written) == value_type


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("", "'' is not a value type"),
        ("digits(4", "is not a value type"),
        ("digits(4..)", "is not a value type"),
        ("number", "there is no value type 'number': use one of choice, count, date"),
        ("money(5)", "money takes no numbers in brackets: write just money"),
        ("digits(8..4)", r"digits\(8..4\) begins after its end: write digits\(4..8\)"),
        ("digits(0..4)", r"digits\(0..4\) is out of range: it may be from 1 to 32"),
        ("secret_digits(8..64)", "is out of range: it may be from 1 to 32"),
    ],
)
def test_a_wrong_value_type_is_told_in_a_sentence(written: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_value_type(written)


@given(st.text(max_size=30))
def test_any_text_is_a_value_type_or_a_value_error(written: str) -> None:
    value_type = ValueType("money")
    with suppress(ValueError):
        value_type = parse_value_type(written)
    assert value_type.kind in VALUE_KINDS
