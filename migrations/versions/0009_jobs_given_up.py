"""jobs that a person gave up: one state more.

Revision: 0009, after 0008.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'failed')", "'failed', 'given_up')", "'waiting', 'running', 'done', 'failed', 'given_up'")


def downgrade() -> None:
    op.execute("UPDATE jobs SET state = 'failed' WHERE state = 'given_up'")
    _allow("'failed', 'given_up')", "'failed')", "'waiting', 'running', 'done', 'failed'")


def _allow(before: str, after: str, states: str) -> None:
    """Change the check of the state; only its text changes, so no table is copied."""
    if op.get_bind().dialect.name == "sqlite":
        # The way that SQLite's documentation of ALTER TABLE gives for a change that touches no row.
        op.execute("PRAGMA writable_schema=ON")
        before, after = before.replace("'", "''"), after.replace("'", "''")
        op.execute(
            f"UPDATE sqlite_schema SET sql = replace(sql, '{before}', '{after}') "  # noqa: S608  our own words
            "WHERE type = 'table' AND name = 'jobs'"
        )
        op.execute("PRAGMA writable_schema=RESET")
        return
    op.drop_constraint(op.f("ck_jobs_jobstate"), "jobs")
    op.create_check_constraint(op.f("ck_jobs_jobstate"), "jobs", f"state IN ({states})")
