"""Services, plans, loans, vouchers, messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("next_try", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_state_next_try"), ["state", "next_try"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("topic", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("recording", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_state"), ["state"], unique=False)

    op.create_table(
        "vouchers",
        sa.Column("mark", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_vouchers")),
    )
    op.create_table(
        "connections",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("option", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("due", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("unpaid", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_connections_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", "option", name=op.f("pk_connections")),
    )
    with op.batch_alter_table("connections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_connections_due"), ["due"], unique=False)

    op.create_table(
        "forwards",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_forwards_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", "kind", name=op.f("pk_forwards")),
    )
    op.create_table(
        "payment_links",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Text(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_payment_links_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_links")),
    )
    op.create_table(
        "plans",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("due", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("unpaid", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("next_tariff", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("change_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("back_to", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("back_on", sa.Date(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_plans_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_change_on"), ["change_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_plans_due"), ["due"], unique=False)

    op.create_table(
        "promises",
        sa.Column("operation", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("paid", sa.Boolean(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.id"], name=op.f("fk_promises_operation")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_promises_subscriber")),
        sa.PrimaryKeyConstraint("operation", name=op.f("pk_promises")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promises_due"), ["due"], unique=False)

    op.create_table(
        "unwanted",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_unwanted_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", "phone", name=op.f("pk_unwanted")),
    )
