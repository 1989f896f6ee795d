"""What the operator's staff can do, one module per subject; reached through `StaffSession` alone."""

from __future__ import annotations

from ivr.accounts.case import Case
from ivr.accounts.desk import Desk
from ivr.accounts.staff import (
    access,
    adjusting,
    applications,
    blocking,
    companies,
    lookup,
    papers,
    registry,
    sims,
    vouchers,
)
from ivr.accounts.staff.session import StaffSession

OPERATOR: tuple[Case, ...] = (
    lookup.show_account,
    lookup.account_operations,
    lookup.find_accounts,
    blocking.block_account,
    blocking.unblock_account,
    adjusting.adjust,
    adjusting.adjustments,
    access.reset_password,
    access.issue_access,
    companies.register_company,
    companies.link_numbers,
    applications.applications,
    applications.check_application,
    applications.grant_application,
    applications.refuse_application,
    papers.contract_orders,
    papers.resend_document,
    papers.retry_document,
    papers.account_messages,
    registry.staff,
)
"""What every staff member may do."""

SENIOR: tuple[Case, ...] = (
    adjusting.approve_adjustment,
    adjusting.reject_adjustment,
    vouchers.import_vouchers,
    sims.import_sims,
    registry.set_staff,
    registry.dismiss_staff,
    registry.staff_actions,
)
"""What takes a senior."""

_CASES = {case.declaration.name: case for case in (*OPERATOR, *SENIOR)}


def staff_session(desk: Desk, login: str) -> StaffSession:
    """Begin the work of whoever the machine knows by this login; whether they are staff shows when they
    ask."""
    return StaffSession(desk, _CASES, frozenset(case.declaration.name for case in SENIOR), login)
