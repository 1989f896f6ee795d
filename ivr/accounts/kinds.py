"""Every kind of record there is: what both keepers keep."""

from __future__ import annotations

from ivr.accounts import records, records_money
from ivr.accounts.record import Record

KINDS: tuple[type[Record], ...] = (
    records.Subscriber,
    records.Login,
    records.Budget,
    records.VoiceSettings,
    records.Package,
    records_money.LedgerAccount,
    records_money.Operation,
    records_money.Posting,
    records_money.Entry,
)
