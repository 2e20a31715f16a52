"""what phones send.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATUSES = (
    *(
        "new",
        "triaged",
        "sent",
        "acknowledged",
        "planned",
        "in_progress",
        "reported_fixed",
        "verified",
        "closed",
    ),
    *(
        "not_ours",
        "declined_proposed",
        "needs_investment",
        "on_hold",
        "duplicate",
        "wont_fix",
        "reopened",
        "withdrawn",
    ),
)


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "applied",
                "duplicate",
                "conflict",
                "rejected",
                "forbidden",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=False),
        sa.Column("corrected_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operations_object_id"), ["object_id"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("theirs", sa.JSON(), nullable=False),
        sa.Column("mine", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_conflicts_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("fk_conflicts_operation_id_operations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflicts_finding_id_conflicts_settled_at"),
            ["finding_id", "settled_at"],
            unique=False,
        )

    op.create_table(
        "expected_photos",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "finding",
                "fix",
                "verification",
                name="photokind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_expected_photos_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_expected_photos_walk_id_walks")),
        sa.PrimaryKeyConstraint("finding_id", "sha256", name=op.f("pk_expected_photos")),
    )
    with op.batch_alter_table("expected_photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expected_photos_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_uploads_finding_id_findings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_versions", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("walks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("track", sa.LargeBinary(), nullable=True))
    _allow_withdrawn()


def downgrade() -> None:
    with op.batch_alter_table("walks", schema=None) as batch_op:
        batch_op.drop_column("track")

    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_column("unit_versions")

    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_expires_at"))

    op.drop_table("uploads")
    with op.batch_alter_table("expected_photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expected_photos_walk_id"))

    op.drop_table("expected_photos")
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflicts_finding_id_conflicts_settled_at"))

    op.drop_table("conflicts")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_user_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operations_object_id"))

    op.drop_table("operations")


def _allow_withdrawn() -> None:
    """Let a status be `withdrawn`. Only the text of three checks grows, so no table is copied."""
    checks = {"findings": ["status"], "status_changes": ["before", "after"]}
    if op.get_bind().dialect.name == "sqlite":
        # The way that SQLite's documentation of ALTER TABLE gives for a change that touches no row.
        op.execute("PRAGMA writable_schema=ON")
        for table in checks:
            op.execute(
                "UPDATE sqlite_schema SET sql = replace(sql, '''reopened'')', '''reopened'', ''withdrawn'')') "  # noqa: S608  our own names
                f"WHERE type = 'table' AND name = '{table}'"
            )
        op.execute("PRAGMA writable_schema=RESET")
        return
    allowed = ", ".join(f"'{status}'" for status in _STATUSES)
    for table, columns in checks.items():
        for column in columns:
            op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
            op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f'"{column}" IN ({allowed})')
