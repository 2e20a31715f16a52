"""Import existing cases: rows a second beside the bare INSERTs of the same rows, and how long others wait to write."""

from __future__ import annotations

import csv
import sqlite3
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter, sleep

import shapely
from sqlalchemy import Engine

from app import create_app, db
from app.db import Base, change, session
from app.models.sites import Site
from app.permissions import SYSTEM
from app.services.case_store import CHUNK
from app.services.checklists import ensure_shipped
from app.services.finding_mapping import parse_mapping, read_mapping
from app.services.import_findings import import_findings
from bench import Row, report
from config import Settings

CASES = 36_507
BOUND, LONGEST_WAIT_S = 4.0, 1.0
_DATA = Path(__file__).parents[1] / "tests" / "data" / "issues"


def measure() -> list[Row]:
    """Import real reports, repeated under new ids, on a database of its own; a second writer asks all the while."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "cases.csv"
        _write(file)
        app = create_app(Settings(data_dir=folder, secret_key="for-the-bench-only"))
        with app.app_context():
            engine = session().get_bind()
            assert isinstance(engine, Engine)
            assert engine.url.database
            Base.metadata.create_all(engine)
            ensure_shipped(SYSTEM)
            with change(SYSTEM, None) as making:
                ground = shapely.to_wkb(shapely.MultiPolygon([shapely.box(17.935, 59.4, 17.95, 59.41)]))
                making.session.add(Site(slug="kista-centrum", name="Kista", code="KISTA", polygon=ground))
            mapping = parse_mapping(read_mapping(_DATA / "boston311.mapping.json"))
            with _Writer(engine.url.database) as writer:
                start = perf_counter()
                done = import_findings(SYSTEM, file, mapping)
                taken = perf_counter() - start
            assert done.added == CASES, done
            floor = _bare_inserts(Path(engine.url.database), folder / "floor.db")
        db.dispose()
    rate = f"{CASES / taken:,.0f} rows a second"
    return [
        Row(f"import of {CASES:,} cases, {rate}", taken, floor, BOUND),
        Row("import, longest wait of another writer", writer.longest, LONGEST_WAIT_S, 1.0),
    ]


def _write(path: Path) -> None:
    with (_DATA / "boston311_excerpt.csv").open(encoding="utf-8", newline="") as given:
        reader = csv.DictReader(given)
        rows = list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**rows[n % len(rows)], "CASE_ENQUIRY_ID": n} for n in range(CASES))


class _Writer:
    """Somebody who writes a little now and then, and how long the longest wait for it was, in seconds."""

    def __init__(self, path: str) -> None:
        self.longest = 0.0
        self._path, self._over = path, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Writer:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        while not self._over.is_set():
            start = perf_counter()
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
            self.longest = max(self.longest, perf_counter() - start)
            sleep(0.01)
        database.close()


def _bare_inserts(filled: Path, fresh: Path) -> float:
    """Seconds for the same rows into the same tables with the driver alone, in changes of the same size."""
    source, target = sqlite3.connect(filled), sqlite3.connect(fresh, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        target.execute(f"PRAGMA {pragma}")
    tables = ("findings", "status_changes")
    for kind in ("table", "index"):
        for (sql,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name IN (?, ?) AND sql IS NOT NULL",
            (kind, *tables),
        ).fetchall():
            target.execute(sql)
    taken = 0.0
    for table in tables:
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        marks = ", ".join("?" * len(rows[0]))
        start = perf_counter()
        for first in range(0, len(rows), CHUNK):
            target.execute("BEGIN IMMEDIATE")
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[first : first + CHUNK])
            target.execute("COMMIT")
        taken += perf_counter() - start
    source.close()
    target.close()
    return taken


if __name__ == "__main__":
    sys.exit(report(measure()))
