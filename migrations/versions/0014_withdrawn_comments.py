"""comments for everybody that a coordinator has taken off the public page.

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("withdrawn_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("comments", "withdrawn_at")
