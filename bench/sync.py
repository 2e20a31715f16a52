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
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from time import monotonic, sleep
from uuid import uuid4

import psycopg
from PIL import Image

from bench import Row
from bench.load_client import Request, postgresql, timed
from tools.serving import Server

BATCH = 50
CONNECTIONS = 16
ROWS_A_FINDING = 4
"""The finding, its first step, its operation and its audit event."""


def measure() -> list[Row]:
    """Measure on SQLite and on PostgreSQL."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rows += _measure("SQLite", Path(folder), {}, photos_a_second=80)
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        rows += _measure("PostgreSQL", Path(folder), {"PLATSKOLLEN_DATABASE_URL": url}, photos_a_second=120)
    return rows


def _measure(name: str, folder: Path, settings: dict[str, str], *, photos_a_second: int) -> list[Row]:
    server = Server(folder, "--demo", "--workers", "2", **settings)
    server.start()
    try:
        _drain(settings, folder)  # the demo's own photos
        phone = _Phone(server.served.token("falt@demo.example"))
        timed(server.port, 1, [phone.start_walk()])
        timed(server.port, CONNECTIONS, [phone.report() for _ in range(100)])  # each process fills its caches
        batches = [phone.report(BATCH) for _ in range(80)]
        by_batch = len(batches) * BATCH / timed(server.port, 4, batches)
        singles = [phone.report() for _ in range(1500)]
        one_by_one = len(singles) / timed(server.port, CONNECTIONS, singles)
        photos = [_photo(seed) for seed in range(400)]
        photographed = [phone.report_with(photo) for photo in photos]
        with_photo = len(photographed) / timed(server.port, CONNECTIONS, photographed)
        left = _unfinished_jobs(settings, folder)
        drained = left / _drain(settings, folder)
    finally:
        server.stop()
    insert = sqlite_floor if name == "SQLite" else lambda count, _folder: postgresql_floor(settings, count)
    print(
        f"{name}: {by_batch:.0f} findings/s in batches of {BATCH}, {one_by_one:.0f}/s one by one, "
        f"{with_photo:.0f}/s with a photo; {left} photos made small behind: {drained:.0f}/s; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    bare, bare_batch = insert(1, folder), insert(BATCH, folder) / BATCH
    written = bare + _write_floor(folder, photos[0])
    return [
        _row(f"{name}: a finding in a batch of {BATCH}", by_batch, bare_batch, 1500),
        _row(f"{name}: a finding by itself", one_by_one, bare, 250),
        _row(f"{name}: a finding with a photo of 300 kB", with_photo, written, photos_a_second),
    ]


def _row(name: str, rate: float, floor: float, least: float) -> Row:
    """A row whose bound is the asked rate, said as a ratio to the floor of this run."""
    return Row(name, 1 / rate, floor, (1 / least) / floor)


class _Phone:
    """Makes requests that speak the contract, ahead of the time that is measured."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._device = str(uuid4())
        self._random = Random(7)
        self._walk = str(uuid4())

    def start_walk(self) -> list[Request]:
        """Start the walk that every finding is of."""
        return [self._sync([self._operation("walk.start", self._walk, {"site": "kista-centrum"})])]

    def report(self, count: int = 1) -> list[Request]:
        """Report new findings in one request."""
        return [self._sync([self._finding(str(uuid4())) for _ in range(count)])]

    def report_with(self, photo: bytes) -> list[Request]:
        """Report a new finding, then send its photo."""
        finding, sha256 = str(uuid4()), hashlib.sha256(photo).hexdigest()
        said = {"finding_id": finding, "sha256": sha256}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
        )
        upload = self._request(
            "/api/v1/uploads",
            photo,
            "application/offset+octet-stream",
            f"Tus-Resumable: 1.0.0\r\nUpload-Length: {len(photo)}\r\nUpload-Metadata: {metadata}\r\n",
        )
        report = self._sync([self._finding(finding, photos=[sha256])])
        return [report, Request(upload, 201)]

    def _finding(self, finding: str, **more: object) -> dict[str, object]:
        lon, lat = 17.9421 + self._random.uniform(-1, 1) / 500, 59.4037 + self._random.uniform(-1, 1) / 1000
        said = {
            "walk_id": self._walk,
            "lon": lon,
            "lat": lat,
            "accuracy_m": 8,
            "category": "belysning",
            "title": "Släckt",
            **more,
        }
        return self._operation("finding.report", finding, said)

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

    def _sync(self, operations: list[dict[str, object]]) -> Request:
        said = {"device_id": self._device, "sent_at": datetime.now(UTC).isoformat(), "operations": operations}
        wire = self._request("/api/v1/sync", json.dumps(said).encode(), "application/json")
        return Request(wire, 200, b'"outcome":"applied"', len(operations))

    def _request(self, path: str, body: bytes, kind: str, headers: str = "") -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n{headers}"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _drain(settings: dict[str, str], folder: Path) -> float:
    """Seconds until every photo that was sent has its sizes."""
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


def sqlite_floor(count: int, folder: Path, rows_each: int = ROWS_A_FINDING) -> float:
    """Seconds of one durable transaction that inserts the rows of `count` things."""
    with sqlite3.connect(folder / "floor.db", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE IF NOT EXISTS floor (id TEXT PRIMARY KEY, words TEXT)")
        began = monotonic()
        for _ in range(100):
            bare.execute("BEGIN IMMEDIATE")
            rows = [(uuid4().hex, "x" * 300) for _ in range(count * rows_each)]
            bare.executemany("INSERT INTO floor VALUES (?, ?)", rows)
            bare.execute("COMMIT")
        return (monotonic() - began) / 100


def postgresql_floor(settings: dict[str, str], count: int, rows_each: int = ROWS_A_FINDING) -> float:
    """The same on PostgreSQL."""
    with psycopg.connect(settings["PLATSKOLLEN_DATABASE_URL"]) as bare:
        bare.execute("CREATE TABLE IF NOT EXISTS floor (id text PRIMARY KEY, words text)")
        bare.commit()
        began = monotonic()
        for _ in range(100):
            rows = [(uuid4().hex, "x" * 300) for _ in range(count * rows_each)]
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
