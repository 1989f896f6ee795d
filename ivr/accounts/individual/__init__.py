"""What an individual subscriber can do: one module per subject."""

from __future__ import annotations

from ivr.accounts.case import Case
from ivr.accounts.individual import balance, line, packages, password, settings, summary

CASES: tuple[Case, ...] = (
    line.identify_line,
    password.verify_password,
    password.set_password,
    password.change_password,
    password.recover_password,
    balance.balance,
    packages.packages,
    summary.month_summary,
    summary.operations,
    settings.set_language,
    settings.voice_settings,
    settings.change_voice_settings,
)
