"""Companies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "applications",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("company", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("entrepreneur", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("contact", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("created", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_applications_state"), ["state"], unique=False)

    op.create_table(
        "contracts",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("company", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tax_number", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("manager", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("manager_phone", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name=op.f("uq_contracts_number")),
    )
    op.create_table(
        "fixed_services",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("fee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["contract"], ["contracts.id"], name=op.f("fk_fixed_services_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixed_services")),
    )
    op.create_table(
        "limits",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_limits_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", name=op.f("pk_limits")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created", sa.DateTime(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["contract"], ["contracts.id"], name=op.f("fk_orders_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_contract_created"), ["contract", "created"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_state"), ["state"], unique=False)

    op.create_table(
        "schedules",
        sa.Column("contract", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("next_on", sa.Date(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["contract"], ["contracts.id"], name=op.f("fk_schedules_contract")),
        sa.PrimaryKeyConstraint("contract", "kind", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedules_next_on"), ["next_on"], unique=False)

    op.create_table(
        "sim_cards",
        sa.Column("iccid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("puk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("retired", sa.Boolean(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_sim_cards_subscriber")),
        sa.PrimaryKeyConstraint("iccid", name=op.f("pk_sim_cards")),
    )
    op.create_table(
        "tags",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.Text(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["contract"], ["contracts.id"], name=op.f("fk_tags_contract")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_tags_subscriber")),
        sa.PrimaryKeyConstraint("subscriber", "tag", name=op.f("pk_tags")),
    )
    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tags_contract_tag"), ["contract", "tag"], unique=False)

    op.create_table(
        "documents",
        sa.Column("order", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("media_type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("protected", sa.Boolean(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_documents_order")),
        sa.PrimaryKeyConstraint("order", name=op.f("pk_documents")),
    )
