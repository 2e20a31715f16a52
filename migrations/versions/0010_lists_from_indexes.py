"""lists, counts and map tiles of findings read from indexes alone.

Revision: 0010, after 0009.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LISTS = ["reported_at", "id", "status", "due_on"]
_BEFORE = {
    "ix_findings_by_site": ["site_id", *_LISTS],
    "ix_findings_by_responsible": ["responsible_id", *_LISTS],
    "ix_findings_by_category": ["category", *_LISTS],
    "ix_findings_quadkey": ["quadkey"],
}
_AFTER = {
    "ix_findings_by_site": ["site_id", *_LISTS, "positive", "level", "category"],
    "ix_findings_by_responsible": ["responsible_id", *_LISTS, "positive", "level"],
    "ix_findings_by_category": ["category", *_LISTS, "positive", "level", "site_id"],
    "ix_findings_by_tile": ["quadkey", "status", "level", "lon", "lat"],
}


def upgrade() -> None:
    _change(_BEFORE, _AFTER)


def downgrade() -> None:
    _change(_AFTER, _BEFORE)


def _change(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    for name in before:
        op.drop_index(name, "findings")
    for name, columns in after.items():
        op.create_index(name, "findings", columns)
