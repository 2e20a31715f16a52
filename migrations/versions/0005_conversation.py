"""conversation: followers who say yes, weekly letters, calendars, seasons of revisits.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feeds_secret_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feeds_user_id")),
    )
    with op.batch_alter_table("followers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("wish", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_of", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_letters_digest_of_users"), "users", ["digest_of"], ["id"])
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.drop_column("until")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_letters_digest_of_users"), type_="foreignkey")
        batch_op.drop_column("digest_of")
    with op.batch_alter_table("followers", schema=None) as batch_op:
        batch_op.drop_column("wish")
        batch_op.drop_column("confirmed_at")
    op.drop_table("calendar_feeds")
