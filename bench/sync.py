"""Taking in what phones send, beside the bare writes that it cannot do without.

A real `platskollen serve` with two web processes and the worker on one machine with the load client. The floor writes
the same number of rows to the same kind of database, and the same bytes to the same folder, each made durable.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import TypeVar
from uuid import uuid4

import psycopg
from PIL import Image

from bench import Row
from tools.serving import Server

Work = TypeVar("Work")

BATCH = 50
CONNECTIONS = 16
ROWS_A_FINDING = 4
"""The finding, its first step, its operation and its audit event."""


def measure() -> list[Row]:
    """Measure on SQLite and on PostgreSQL."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rows += _measure("SQLite", Path(folder), {}, photos_a_second=80)
    with _postgresql() as url, tempfile.TemporaryDirectory() as folder:
        rows += _measure("PostgreSQL", Path(folder), {"PLATSKOLLEN_DATABASE_URL": url}, photos_a_second=120)
    return rows


def _measure(name: str, folder: Path, settings: dict[str, str], *, photos_a_second: int) -> list[Row]:
    server = Server(folder, "--demo", "--workers", "2", **settings)
    server.start()
    try:
        phone = _Phone(server.port, server.served.token("falt@demo.example"))
        walk = phone.start_walk()
        batches = [[phone.report(walk) for _ in range(BATCH)] for _ in range(80)]
        by_batch = len(batches) * BATCH / _timed(4, batches, phone.sync)
        singles = [[phone.report(walk)] for _ in range(1500)]
        one_by_one = len(singles) / _timed(CONNECTIONS, singles, phone.sync)
        photographed = [(phone.report(walk), _photo(seed)) for seed in range(400)]
        with_photo = len(photographed) / _timed(CONNECTIONS, photographed, phone.sync_with_photo)
        drained = len(photographed) / _drain(settings, folder)
    finally:
        server.stop()
    insert = _sqlite_floor if name == "SQLite" else lambda count, _folder: _postgresql_floor(settings, count)
    print(
        f"{name}: {by_batch:.0f} findings/s in batches of {BATCH}, {one_by_one:.0f}/s one by one, "
        f"{with_photo:.0f}/s with a photo; photos made small behind: {drained:.0f}/s"
    )
    bare, bare_batch = insert(1, folder), insert(BATCH, folder) / BATCH
    written = bare + _write_floor(folder, photographed[0][1])
    return [
        _row(f"{name}: a finding in a batch of {BATCH}", by_batch, bare_batch, 1500),
        _row(f"{name}: a finding by itself", one_by_one, bare, 250),
        _row(f"{name}: a finding with a photo of 300 kB", with_photo, written, photos_a_second),
    ]


def _row(name: str, rate: float, floor: float, least: float) -> Row:
    """A row whose bound is the asked rate, said as a ratio to the floor of this run."""
    return Row(name, 1 / rate, floor, (1 / least) / floor)


class _Phone:
    """A client that speaks the contract by a token, one connection a thread."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._device = str(uuid4())
        self._local = threading.local()
        self._random = Random(7)

    def start_walk(self) -> str:
        walk = str(uuid4())
        self.sync([self._operation("walk.start", walk, {"site": "kista-centrum"})])
        return walk

    def report(self, walk: str) -> dict[str, object]:
        lon, lat = 17.9421 + self._random.uniform(-1, 1) / 500, 59.4037 + self._random.uniform(-1, 1) / 1000
        said = {
            "walk_id": walk,
            "lon": lon,
            "lat": lat,
            "accuracy_m": 8,
            "category": "belysning",
            "title": "Släckt",
        }
        return self._operation("finding.report", str(uuid4()), said)

    def sync(self, operations: list[dict[str, object]]) -> None:
        body = {"device_id": self._device, "sent_at": datetime.now(UTC).isoformat(), "operations": operations}
        answer = self.ask(
            "POST", "/api/v1/sync", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        assert {one["outcome"] for one in json.loads(answer)["results"]} == {"applied"}, answer[:500]

    def sync_with_photo(self, work: tuple[dict[str, object], bytes]) -> None:
        operation, photo = work
        sha256 = hashlib.sha256(photo).hexdigest()
        operation["data"] = {**operation["data"], "photos": [sha256]}  # type: ignore[dict-item]
        self.sync([operation])
        said = {"finding_id": str(operation["object_id"]), "sha256": sha256}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
        )
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(photo)),
            "Upload-Metadata": metadata,
            "Content-Type": "application/offset+octet-stream",
        }
        self.ask("POST", "/api/v1/uploads", photo, headers, status=201)

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str], status: int = 200) -> bytes:
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection: HTTPConnection = self._local.connection
        connection.request(method, path, body, {**headers, "Authorization": f"Bearer {self._token}"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == status, (answer.status, content[:500])
        return content

    def _operation(self, kind: str, subject: str, data: dict[str, object]) -> dict[str, object]:
        at = datetime.now(UTC).isoformat()
        return {
            "id": str(uuid4()),
            "type": kind,
            "object_id": subject,
            "base_version": None,
            "at": at,
            "data": data,
        }


def _timed(connections: int, work: list[Work], send: Callable[[Work], None]) -> float:
    """Seconds until everything is sent over this many connections at once."""
    waiting: Iterator[Work] = iter(work)
    taking = threading.Lock()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            while True:
                with taking:
                    piece = next(waiting, None)
                if piece is None:
                    return
                send(piece)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    began = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return monotonic() - began


def _drain(settings: dict[str, str], folder: Path) -> float:
    """Seconds until the last photo has its sizes."""
    began = monotonic()
    while _unfinished_jobs(settings, folder):
        if monotonic() - began > 300:
            raise TimeoutError("the photos were not made small")
        sleep(0.5)
    return monotonic() - began


def _unfinished_jobs(settings: dict[str, str], folder: Path) -> int:
    query = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')"
    if settings:
        with psycopg.connect(settings["PLATSKOLLEN_DATABASE_URL"]) as database:
            row = database.execute(query).fetchone()
            return int(row[0]) if row else 0
    with closing(sqlite3.connect(folder / "platskollen.db")) as embedded:
        return int(embedded.execute(query).fetchone()[0])


def _photo(seed: int) -> bytes:
    """A JPEG of about 300 kB that no other seed makes."""
    noise = Random(seed).randbytes(480 * 360 * 3)
    image = Image.frombytes("RGB", (480, 360), noise).resize((1600, 1200))
    out = BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def _sqlite_floor(count: int, folder: Path) -> float:
    """Seconds of one durable transaction that inserts the rows of `count` findings."""
    with sqlite3.connect(folder / "floor.db", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE IF NOT EXISTS floor (id TEXT PRIMARY KEY, words TEXT)")
        began = monotonic()
        for _ in range(100):
            bare.execute("BEGIN IMMEDIATE")
            rows = [(uuid4().hex, "x" * 300) for _ in range(count * ROWS_A_FINDING)]
            bare.executemany("INSERT INTO floor VALUES (?, ?)", rows)
            bare.execute("COMMIT")
        return (monotonic() - began) / 100


def _postgresql_floor(settings: dict[str, str], count: int) -> float:
    with psycopg.connect(settings["PLATSKOLLEN_DATABASE_URL"]) as bare:
        bare.execute("CREATE TABLE IF NOT EXISTS floor (id text PRIMARY KEY, words text)")
        bare.commit()
        began = monotonic()
        for _ in range(100):
            rows = [(uuid4().hex, "x" * 300) for _ in range(count * ROWS_A_FINDING)]
            with bare.cursor() as cursor:
                cursor.executemany("INSERT INTO floor VALUES (%s, %s)", rows)
            bare.commit()
        return (monotonic() - began) / 100


def _write_floor(folder: Path, data: bytes) -> float:
    """Seconds to make the bytes of one photo durable in a file of their own."""
    began = monotonic()
    for number in range(50):
        with (folder / f"floor-{number}").open("wb") as file:
            file.write(data)
            os.fsync(file.fileno())
    return (monotonic() - began) / 50


@contextmanager
def _postgresql() -> Iterator[str]:
    from tests.databases import PostgresTemplate

    with tempfile.TemporaryDirectory() as folder:
        template = PostgresTemplate(Path(folder))
        url = template.fresh()
        yield url
        template.drop(url)
