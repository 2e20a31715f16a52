"""36,507 real reports: taking them in while others write, then lists and map tiles under load, on both databases.

The reports lie in Boston and are shifted into Järva. Pages come from a real `platskollen serve` with two web processes
that shares two cores with the load client and its worker. Open arrivals come at 50 a second whatever is answered; the
closed loop asks over 16 connections, and so does the floor, a page that only renders the same rows.
"""

from __future__ import annotations

import csv
import fcntl
import json
import lzma
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from io import TextIOWrapper
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
from sqlalchemy import select

from app import create_app, db
from app.db import session
from app.models.accounts import Organisation, User
from app.permissions import SYSTEM
from app.services import demo, owner_links
from app.services.accounts import actor_of
from app.services.checklists import ensure_shipped
from app.services.finding_lists import FindingFilter, list_findings
from app.services.finding_mapping import parse_mapping
from app.services.import_findings import import_findings
from bench import Row, report
from bench.open_arrivals import as_fast_as_it_goes, cpu_seconds, steadily, wire
from config import Settings, use_settings
from migrations.upgrade import upgrade
from tools.serving import ROOT, Server, free_port

CASES, RATE, SECONDS, CONNECTIONS = 36_507, 50.0, 10.0, 16
MOST_P95_S, LEAST_ROWS_S, LONGEST_WAIT_S, MOST_TIMES_BARE = 0.05, 5_000, 1.0, 12.0
_DATA = Path(__file__).parent / "data" / "boston311_2015.csv.xz"
_MAPPING = Path(__file__).parents[1] / "tests" / "data" / "issues" / "boston311.mapping.json"
_FILTER = "/brister?site=kista-centrum&category=belysning&overdue=1"
_TILE = "13/4504/2405"
"""Kista at the zoom of a district: clusters of some thousand cases."""
_STAFF, _OWNERS = "samordnare@demo.example", 5


def measure() -> list[Row]:
    """Measure on SQLite and on PostgreSQL."""
    from tests.databases import PostgresTemplate

    with tempfile.TemporaryDirectory() as folder:
        rows = _measure("SQLite", Path(folder), "")
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        template = PostgresTemplate(Path(home))
        url = template.fresh()
        rows += _measure("PostgreSQL", Path(folder), url)
        template.drop(url)
    return rows


@dataclass(frozen=True)
class _Filled:
    """What the pages are asked with."""

    owner_token: str
    tile: str
    listed: list[list[Any]]
    """The rows of the staff's list."""
    waiting: list[list[Any]]


def _measure(name: str, folder: Path, url: str) -> list[Row]:
    rows, filled = _take_in(name, folder, url)
    environment = {"PLATSKOLLEN_DATABASE_URL": url} if url else {}
    server = Server(folder, "--workers", "2", **environment)
    server.start()
    try:
        cookie = _sign_in(server)
        bearer = f"Bearer {server.served.token(_STAFF)}"
        asked = {
            "owner list": (wire(f"/agare/{filled.owner_token}"), filled.waiting),
            "staff list, three filters": (wire(_FILTER, Cookie=cookie), filled.listed),
            "map tile": (wire(filled.tile, Authorization=bearer), None),
        }
        for what, (request, same) in asked.items():
            rows += _load(f"{name}: {what}", server, request, same, folder)
    finally:
        server.stop()
    return rows


def _load(name: str, server: Server, request: bytes, same: list[list[Any]] | None, folder: Path) -> list[Row]:
    as_fast_as_it_goes(server.port, request, CONNECTIONS, 1)  # each process fills its caches
    before = cpu_seconds(server.group)
    taken = steadily(server.port, request, RATE, SECONDS)
    cpu_ms = (cpu_seconds(server.group) - before) / len(taken) * 1000
    p95 = taken[int(len(taken) * 0.95)]
    rate = as_fast_as_it_goes(server.port, request, CONNECTIONS, 5)
    words = f"{name}: p95 {p95 * 1000:.0f} ms at {RATE:.0f}/s, {cpu_ms:.1f} ms of a core each; closed loop {rate:.0f}/s"
    rows = [Row(f"{name}, p95 at {RATE:.0f} requests/s", p95 * 1000, MOST_P95_S * 1000, 1.0, "ms")]
    if same is not None:
        bare = _bare_rate(same, folder)
        words += f", a page that only renders the same rows {bare:.0f}/s"
        rows.append(Row(f"{name}, closed loop of {CONNECTIONS}", 1 / rate, 1 / bare, MOST_TIMES_BARE))
    print(f"{words}; load {os.getloadavg()[0]:.1f}", flush=True)
    return rows


def _take_in(name: str, folder: Path, url: str) -> tuple[list[Row], _Filled]:
    """Import the cases while somebody else writes."""
    settings = Settings(data_dir=folder, database_url=url)
    use_settings(settings)
    upgrade()
    app = create_app(settings)
    with app.app_context():
        ensure_shipped(SYSTEM)
        demo.fill(SYSTEM)
        names = session().scalars(select(Organisation.name).order_by(Organisation.name)).all()[:_OWNERS]
        file = folder / "cases.csv"
        mapping = parse_mapping(_mapping(_write(file), names))
        with _writer(folder, url) as waits:
            start, computed = perf_counter(), process_time()
            done = import_findings(SYSTEM, file, mapping)
            taken, computed = perf_counter() - start, process_time() - computed
        assert done.added == CASES, (done.added, done.refused, done.told[:3])
        filled = _fill_requests(names[0])
        db.close_session()
    db.dispose()
    print(
        f"{name}: {CASES / taken:,.0f} rows/s taken in ({computed / CASES * 1e6:.0f} µs of a core each), "
        f"another writer waited {max(waits):.2f} s at most",
        flush=True,
    )
    return [
        Row(f"{name}: a case taken in", taken / CASES, 1 / LEAST_ROWS_S, 1.0),
        Row(f"{name}: longest wait of another writer meanwhile", max(waits), LONGEST_WAIT_S, 1.0),
    ], filled


def _fill_requests(owner: str) -> _Filled:
    organisation = session().scalars(select(Organisation).where(Organisation.name == owner)).one()
    token = owner_links.link_address(organisation, "bank@bostad.example").rsplit("/", 1)[1]
    wanted = FindingFilter(site="kista-centrum", category="belysning", overdue=True)
    actor = actor_of(session().scalars(select(User).where(User.email == _STAFF)).one())
    page = list_findings(actor, wanted)
    assert len(page.rows) == 50, len(page.rows)
    listed = [[str(value) for value in row] for row in page.rows]
    return _Filled(token, f"/api/v1/tiles/findings/{_TILE}.json", listed, listed[:25])


def _write(path: Path) -> set[str]:
    """Write the cases as CSV; returns the types of case."""
    with lzma.open(_DATA) as packed, TextIOWrapper(packed, "utf-8", newline="") as text:
        rows = list(csv.reader(text))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    place = rows[0].index("TYPE")
    return {row[place] for row in rows[1:]}


def _mapping(types: set[str], names: Sequence[str]) -> dict[str, Any]:
    """The mapping of the tests, with each type of case given to an organisation, so that owners have lists."""
    mapping: dict[str, Any] = json.loads(_MAPPING.read_text())
    mapping["columns"]["responsible"] = "TYPE"
    mapping["values"]["responsible"] = {one: names[n % len(names)] for n, one in enumerate(sorted(types))}
    mapping["values"]["status"] = {"Open": "sent", "Closed": "closed"}
    return mapping


@contextmanager
def _writer(folder: Path, url: str) -> Iterator[list[float]]:
    """Somebody who writes a little now and then; gives the waits for it, in seconds."""
    waits = [0.0]
    over = threading.Event()

    def run() -> None:
        write = _postgresql_write(url) if url else _sqlite_write(folder / "platskollen.db")
        with closing(write):
            while not over.is_set():
                start = perf_counter()
                next(write)
                waits.append(perf_counter() - start)
                sleep(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _sqlite_write(path: Path) -> Generator[None, None, None]:
    """Waits for its turn as every writer of the product does, by the lock beside the file."""
    with (
        closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as database,
        Path(f"{path}.lock").open("ab") as turns,
    ):
        while True:
            fcntl.flock(turns, fcntl.LOCK_EX)
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
            fcntl.flock(turns, fcntl.LOCK_UN)
            yield


def _postgresql_write(url: str) -> Generator[None, None, None]:
    """Takes the numbers of a site that cases come to: whoever reports a finding there does."""
    with psycopg.connect(url) as database:
        while True:
            database.execute(
                "UPDATE number_series SET last = last WHERE ctid = (SELECT min(ctid) FROM number_series)"
            )
            database.commit()
            yield


def _sign_in(server: Server) -> str:
    """The cookies of a coordinator, as a browser sends them."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    link = server.served.link(_STAFF)
    page = browser.open(link).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page[:2000]
    browser.open(link, urlencode({"csrf_token": token[1]}).encode())
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def _bare_rate(rows: list[list[Any]], folder: Path) -> float:
    """Answers a second of the page that only renders these rows, served as ours is."""
    path, port = folder / "rows.json", free_port()
    path.write_text(json.dumps(rows))
    command = "granian --interface wsgi --factory --workers 2 --blocking-threads 64 bench.bare_page:create"
    server = subprocess.Popen(
        [sys.executable, "-m", *command.split(), "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PLATSKOLLEN_BENCH_ROWS": str(path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                as_fast_as_it_goes(port, wire("/"), CONNECTIONS, 1)
                break
            except OSError:
                sleep(0.1)
        return as_fast_as_it_goes(port, wire("/"), CONNECTIONS, 4)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(report(measure()))
