"""The SQL keeper of records: SQLite by default, PostgreSQL for several nodes."""

from ivr.accounts.store.sql import SqlStore

__all__ = ["SqlStore"]
