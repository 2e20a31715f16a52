"""what waits for an organisation counted and put in order from an index alone.

Revision: 0011, after 0010.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_findings_waiting", "findings", ["responsible_id", "status", "positive", "level", "due_on", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_findings_waiting", "findings")
