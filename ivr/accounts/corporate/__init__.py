"""What a company can do: many numbers under one contract, one module per subject."""

from __future__ import annotations

from ivr.accounts.case import Case
from ivr.accounts.corporate import bulk, documents, importing, limits, login, numbers, payments, services, sim

CASES: tuple[Case, ...] = (
    login.identify_company,
    login.verify_company,
    login.company_access,
    login.set_company_password,
    login.apply_for_access,
    numbers.numbers,
    numbers.find_number,
    numbers.employees,
    numbers.set_employee,
    importing.import_employees,
    numbers.tags,
    numbers.tag_numbers,
    numbers.untag_numbers,
    bulk.check_tariff_for,
    bulk.change_tariff_for,
    bulk.check_option_for,
    bulk.connect_for,
    bulk.check_disconnect_for,
    bulk.disconnect_for,
    limits.limits,
    limits.set_limit,
    limits.charges,
    payments.company_balance,
    payments.payments,
    documents.documents,
    documents.order_document,
    documents.order_call_detail,
    documents.reconciliation_report,
    documents.schedule_document,
    documents.order_history,
    documents.send_again,
    documents.protect_document,
    services.company_forwarding,
    services.set_company_forwarding,
    services.remove_company_forwarding,
    services.fixed_services,
    services.manager,
    sim.check_replace_sim,
    sim.replace_sim,
)
