"""Programs that come in over HTTP."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "api_clients",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("relays", sa.Boolean(), nullable=False),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("mark", name=op.f("uq_api_clients_mark")),
    )
    op.create_table(
        "api_sessions",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client"], ["api_clients.id"], name=op.f("fk_api_sessions_client")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_api_sessions")),
    )
    op.create_index(op.f("ix_api_sessions_seen"), "api_sessions", ["seen"])
    op.create_table(
        "api_answers",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "request", name=op.f("pk_api_answers")),
    )
    op.create_index(op.f("ix_api_answers_expires"), "api_answers", ["expires"])
