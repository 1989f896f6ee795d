"""Staff, what they did, adjustments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "staff",
        sa.Column("login", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("active", sa.Boolean(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_staff")),
    )
    op.create_table(
        "staff_actions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("staff", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.login"], name=op.f("fk_staff_actions_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_actions")),
    )
    with op.batch_alter_table("staff_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_actions_staff_at"), ["staff", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_actions_about_at"), ["about", "at"], unique=False)
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("proposed_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("expires", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("decided_by", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("decided", sa.DateTime(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.login"], name=op.f("fk_adjustments_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.login"], name=op.f("fk_adjustments_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
    )
    with op.batch_alter_table("adjustments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjustments_state_expires"), ["state", "expires"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustments_owner"), ["owner"], unique=False)
