"""Every kind of record there is: what both keepers keep."""

from __future__ import annotations

from ivr.accounts import (
    records,
    records_access,
    records_company,
    records_money,
    records_services,
    records_staff,
)
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
    records_services.Plan,
    records_services.Connection,
    records_services.Promise,
    records_services.Voucher,
    records_services.PaymentLink,
    records_services.Forward,
    records_services.Unwanted,
    records_services.Message,
    records_services.SmsPart,
    records_services.Statement,
    records_services.Question,
    records_company.Contract,
    records_company.Tag,
    records_company.Limit,
    records_company.Order,
    records_company.Document,
    records_company.Schedule,
    records_company.Application,
    records_company.SimCard,
    records_company.FixedService,
    records_staff.StaffMember,
    records_staff.StaffAction,
    records_staff.Adjustment,
    records_access.ApiClient,
    records_access.ApiSession,
    records_access.ApiAnswer,
)
