"""Rows on their way in: a table in a file of its own, so that neither memory nor the database's writers feel them."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any


class Staging:
    """The staging table: every row once."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "staging.db", isolation_level=None)
        # Nothing of it outlives the command.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(
            "CREATE TABLE cases (line INTEGER PRIMARY KEY, external_id TEXT UNIQUE, at REAL, body BLOB)"
        )

    def close(self) -> None:
        """Let go of the file; its folder goes with it."""
        self._database.close()

    def add(self, rows: Iterable[tuple[int, str, float, tuple[Any, ...]]]) -> list[tuple[int, int]]:
        """Take rows in: line, external id, moment, plain values; returns (line, earlier line) of each repeated id."""
        wanted = [
            (line, external_id, at, pickle.dumps(body, pickle.HIGHEST_PROTOCOL))
            for line, external_id, at, body in rows
        ]
        self._database.execute("BEGIN")
        done = self._database.executemany("INSERT OR IGNORE INTO cases VALUES (?, ?, ?, ?)", wanted)
        self._database.execute("COMMIT")
        if done.rowcount == len(wanted):
            return []
        held = "SELECT line FROM cases WHERE external_id = ?"
        first = [(line, self._database.execute(held, (name,)).fetchone()[0]) for line, name, _, _ in wanted]
        return [(line, earlier) for line, earlier in first if line != earlier]

    def batches(self, size: Callable[[], int]) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
        """The rows again, by their moments, `size()` at a time: external id and values.

        Whatever they are stored in is ordered by time as well, and is then written at few places at once.
        """
        self._database.execute("CREATE INDEX IF NOT EXISTS by_moment ON cases (at, line)")
        after = (float("-inf"), 0)
        query = "SELECT at, line, external_id, body FROM cases WHERE (at, line) > (?, ?) ORDER BY at, line LIMIT ?"
        while found := self._database.execute(query, (*after, size())).fetchall():
            after = found[-1][:2]
            # Nobody but this process could write into the folder.
            yield [(external_id, pickle.loads(body)) for _, _, external_id, body in found]  # noqa: S301
