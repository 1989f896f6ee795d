"""What Alembic runs: migrations over the connection that `store.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from ivr.accounts.store.tables import Instant


def _plain(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    return "sa.DateTime()" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    compare_type=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
