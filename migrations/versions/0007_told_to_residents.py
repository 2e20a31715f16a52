"""told to residents: photos on their way to the public, walks that are announced, what a resident's report says.

Revision: 0007, after 0006. Nothing could be written to the two tables that are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _photos(*columns: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        "public_photos",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("faces", sa.JSON(), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_public_photos_photo_id_photos")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_public_photos")),
    )


def _reports(*columns: sa.Column[object]) -> None:
    op.create_table(
        "resident_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *columns,
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "accepted",
                "dismissed",
                name="residentreportstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_resident_reports_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_reports")),
    )
    op.create_index(op.f("ix_resident_reports_finding_id"), "resident_reports", ["finding_id"])
    op.create_index(op.f("ix_resident_reports_state"), "resident_reports", ["state"])


def upgrade() -> None:
    op.drop_table("public_photos")
    _photos(
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("searched", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=True),
    )
    op.drop_table("resident_reports")
    _reports(
        sa.Column(
            "kind",
            sa.Enum(
                "remains",
                "came_back",
                "partly",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(), nullable=False),
    )
    op.create_table(
        "public_walks",
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_public_walks_walk_id_walks")),
        sa.PrimaryKeyConstraint("walk_id", name=op.f("pk_public_walks")),
    )


def downgrade() -> None:
    op.drop_table("public_walks")
    op.drop_table("resident_reports")
    _reports()
    op.drop_table("public_photos")
    _photos(
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint("sha256", name=op.f("uq_public_photos_sha256")),
    )
