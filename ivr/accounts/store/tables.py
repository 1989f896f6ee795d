"""SQL tables made from the records' own descriptions; the migrations must add up to exactly these."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from ivr.accounts.record import Record


class Instant(TypeDecorator[datetime]):
    """An instant, kept as UTC without a zone (SQLite knows none), aware outside."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


_TYPES: dict[type, type[TypeEngine[typing.Any]]] = {
    str: sa.Text,
    int: sa.BigInteger,
    bool: sa.Boolean,
    datetime: Instant,
    date: sa.Date,
}


def tables(kinds: Iterable[type[Record]]) -> tuple[sa.MetaData, dict[type[Record], sa.Table]]:
    """Return the metadata and the table of every kind of record."""
    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )
    kinds = tuple(kinds)
    keys = {kind.SCHEMA.table: kind.SCHEMA.key[0] for kind in kinds}
    return metadata, {kind: _table(metadata, kind, keys) for kind in kinds}


def _table(metadata: sa.MetaData, kind: type[Record], keys: dict[str, str]) -> sa.Table:
    schema = kind.SCHEMA
    hints = typing.get_type_hints(kind)
    columns = [_column(field.name, hints[field.name], kind) for field in fields(kind)]  # type: ignore[arg-type]  # every record is a data class
    rules: list[sa.Constraint | sa.Index] = [sa.UniqueConstraint(*group) for group in schema.unique]
    rules += [
        sa.ForeignKeyConstraint([name], [f"{target}.{keys[target]}"])
        for name, target in schema.references.items()
    ]
    indexes = [sa.Index(None, *group) for group in schema.indexes]
    return sa.Table(schema.table, metadata, *columns, *rules, *indexes)


def _column(name: str, hint: object, kind: type[Record]) -> sa.Column[typing.Any]:
    optional = isinstance(hint, types.UnionType)
    plain: typing.Any = next(a for a in typing.get_args(hint) if a is not type(None)) if optional else hint
    return sa.Column(
        name,
        _TYPES[plain](),
        primary_key=name in kind.SCHEMA.key,
        nullable=optional,
        autoincrement=False,
    )
