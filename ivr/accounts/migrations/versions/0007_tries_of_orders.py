"""Tries of orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("next_try", sa.DateTime(), nullable=True))
