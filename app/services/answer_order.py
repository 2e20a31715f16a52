"""The order in which answers came, forgotten every night where the database keeps it.

On PostgreSQL a row's place tells when it was written, and its transaction (`xmin`) what was written with it: so a used
code could be led to the answer that came with it. Writing every row anew in one transaction takes away the second,
clustering by the random key the first; clustering alone, or a freezing vacuum, leaves the transactions as they were.
SQLite keeps neither: see `app.models.responses`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from app.db import change, now, session, tells_order
from app.i18n import local, today
from app.permissions import SYSTEM

TABLES = ("responses", "response_texts", "response_files", "survey_codes")
_AT_HOUR = 3
"""Of the local night: whoever answers then waits for a moment."""


class AnswerOrder:
    """The standing duty: once a day, in the small hours or when the worker starts later."""

    def __init__(self) -> None:
        self._day: date | None = None

    def __call__(self) -> int:
        """Do what is due; returns how many tables were written anew."""
        day = today()
        if day == self._day or local(now()).hour < _AT_HOUR:
            return 0
        done = forget_order()
        self._day = day
        return done


def forget_order() -> int:
    """Write the tables of answers anew where several changes have written in them; returns how many."""
    return sum(map(_forget_order_of, TABLES)) if tells_order() else 0


def _forget_order_of(table: str) -> bool:
    # The names of tables are our own.
    written = session().scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}"))  # noqa: S608
    if not written or written == 1:
        return False
    with change(SYSTEM, None) as rewriting:
        rewriting.connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
        rewriting.connection.execute(text(f"UPDATE {table} SET id = id"))  # noqa: S608
    # In a change of its own, so that the rows as they were are gone by then and not kept.
    with change(SYSTEM, None) as ordering:
        ordering.connection.execute(text(f"CLUSTER {table} USING pk_{table}"))
    return True
