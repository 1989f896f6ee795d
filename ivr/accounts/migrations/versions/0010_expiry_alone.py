"""Unconfirmed operations by when they lapse alone: nearly all operations are in one state."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operations_state_expires"))
        batch_op.create_index(batch_op.f("ix_operations_expires"), ["expires"], unique=False)
