"""Looking records up through SQLAlchemy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ivr.accounts.ports import Conflict, R
from ivr.accounts.record import Record, Where
from ivr.accounts.store.engine import renamed
from ivr.accounts.store.staged import Wanted

Tables = dict[type[Record], sa.Table]
"""The table of every kind of record."""


class SqlReader:
    """One consistent look, over an open transaction."""

    def __init__(self, connection: AsyncConnection, known: Tables) -> None:
        self._connection = connection
        self._known = known

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""
        found = await self.rows(kind, Wanted(equal=tuple(zip(kind.SCHEMA.key, key, strict=True))))
        return found[0] if found else None

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the matching records, see `Reader.find`."""
        return await self.rows(kind, Wanted(conditions, tuple(equal.items()), order, limit))

    async def rows(self, kind: type[R], wanted: Wanted) -> list[R]:
        """Return what is wanted."""
        table = self._known[kind]
        query = sa.select(table).where(
            *(table.c[name] == value for name, value in wanted.equal),
            *(_clause(table, condition) for condition in wanted.conditions),
        )
        found = await self.run(query.order_by(*_order(table, kind, wanted.order)).limit(wanted.limit))
        return [kind(*row) for row in found]

    async def run(self, statement: sa.Executable, values: list[dict[str, object]] | None = None) -> Any:
        """Execute a statement, once or for each of the values. Raises Conflict, AccountsError."""
        try:
            return await self._connection.execute(statement, values)
        except sa.exc.IntegrityError as broken:
            raise Conflict("a key, unique rule or reference would be broken") from broken
        except (sa.exc.SQLAlchemyError, OverflowError, UnicodeError) as fault:
            raise renamed(fault) from fault


def _clause(table: sa.Table, condition: Where) -> sa.ColumnElement[bool]:
    column: sa.ColumnElement[Any] = table.c[condition.field]
    if condition.compare == "contains":
        return column.icontains(condition.value, autoescape=True)
    if condition.compare == "in":
        return column.in_(condition.value)  # type: ignore[arg-type]  # `one_of` gives a tuple
    return column >= condition.value if condition.compare == "ge" else column < condition.value


def _order(table: sa.Table, kind: type[Record], order: str) -> list[sa.ColumnElement[Any]]:
    keys: list[sa.ColumnElement[Any]] = [table.c[name] for name in kind.SCHEMA.key]
    if not order:
        return keys
    column = table.c[order.removeprefix("-")]
    return [column.desc() if order.startswith("-") else column.asc(), *keys]
