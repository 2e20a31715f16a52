"""List 50 of 100,000 findings: query and rows against the bare SQL, and the whole page's time on the server."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert

from app import create_app, db
from app.db import Base, change, session
from app.models.accounts import Membership, Organisation, Role, User
from app.models.findings import FIXED, Finding, Severity, Status
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services.accounts import actor_of
from app.services.checklists import ensure_shipped
from app.services.finding_lists import FindingFilter, list_findings
from app.services.sign_in import follow_link, print_link
from bench import Row, report
from config import Settings

FINDINGS, SITES, ORGANISATIONS, ROUNDS = 100_000, 7, 12, 60
BOUND, PAGE_MS = 2.0, 25.0
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EMAIL = "bench@example.se"
WANTED = {
    "open": FindingFilter(),
    "open at a site, overdue": FindingFilter(site="plats-3", overdue=True),
    "search in all": FindingFilter(status="all", text="stolpe 77"),
}
PAGES = {"page, open": "", "page, open at a site, overdue": "?site=plats-3&overdue=1"}


def measure() -> list[Row]:
    """Measure three lists and the page of the first, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app, actor = _filled(Path(folder))
        with app.app_context():
            rows = [
                _against_bare_sql(f"finding list, {name}", actor, wanted) for name, wanted in WANTED.items()
            ]
        rows += [_page(app, name, query) for name, query in PAGES.items()]
        db.dispose()
    return rows


def _filled(folder: Path) -> tuple[Flask, Actor]:
    settings = Settings(data_dir=folder, secret_key="for-the-bench-only")
    app = create_app(settings)
    app.config.update(RATELIMIT_ENABLED=False)
    with app.app_context():
        Base.metadata.create_all(session().get_bind())
        ensure_shipped(SYSTEM)
        with change(SYSTEM, None) as filling:
            user = User(email=EMAIL, name="Bänk", memberships=[Membership(role=Role.COORDINATOR)])
            sites = [
                Site(slug=f"plats-{n}", name=f"Plats {n}", code=f"P{n}", polygon=b"") for n in range(SITES)
            ]
            organisations = [Organisation(name=f"Bostadsbolag {n}") for n in range(ORGANISATIONS)]
            filling.session.add_all([user, *sites, *organisations])
            filling.session.flush()
            version = ensure_shipped(SYSTEM)
            walks = [
                Walk(site_id=site.id, checklist_id=version.id, planned_at=NOON, state=WalkState.FINISHED)
                for site in sites
            ]
            filling.session.add_all(walks)
            filling.session.flush()
            filling.session.execute(
                insert(Finding), list(_findings(walks, [one.id for one in organisations]))
            )
        actor = actor_of(user)
        db.close_session()
    return app, actor


def _findings(walks: list[Walk], organisations: list[UUID]) -> list[dict[str, Any]]:
    random = Random(1)
    rows = []
    for n in range(FINDINGS):
        walk = random.choice(walks)
        # Most of what was ever noted is settled.
        status = random.choice(list(FIXED)) if random.random() < 0.8 else random.choice(list(Status))
        noted = NOON - timedelta(minutes=17 * n)
        number = f"{walk.site.code}-{noted.year}-{n:05d}"
        place = f"Vid stolpe {n % 997}, mot torget"
        rows.append(
            {
                "id": UUID(int=random.getrandbits(128), version=4),
                "number": number,
                "walk_id": walk.id,
                "site_id": walk.site_id,
                "lon": 17.94,
                "lat": 59.4,
                "quadkey": n,
                "place_words": place,
                "category": random.choice(("belysning", "skrap", "klotter", "sikt")),
                "title": f"Lampa släckt {n}",
                "severity": random.choice(list(Severity)),
                "status": status,
                "responsible_id": random.choice(organisations),
                "due_on": noted.date() + timedelta(days=90),
                "reported_at": noted,
                "search_text": f"{number}\nLampa släckt {n}\n{place}".casefold(),
            }
        )
    return rows


def _against_bare_sql(name: str, actor: Actor, wanted: FindingFilter) -> Row:
    """Ours against the driver alone running the very statements that ours sends."""
    engine = session().get_bind()
    assert isinstance(engine, Engine)
    sent: list[tuple[str, Any]] = []

    def record(_connection: object, _cursor: object, sql: str, given: Any, *_more: object) -> None:
        sent.append((sql, given))

    list_findings(actor, wanted)  # begins the transaction, which is no part of either side
    event.listen(engine, "before_cursor_execute", record)
    list_findings(actor, wanted)
    event.remove(engine, "before_cursor_execute", record)
    bare = sqlite3.connect(engine.url.database or "", isolation_level=None)
    for pragma in ("cache_size=-65536", "mmap_size=268435456"):
        bare.execute(f"PRAGMA {pragma}")
    ours, floor = [], []
    for _ in range(ROUNDS):
        start = perf_counter()
        for sql, given in sent:
            bare.execute(sql, given).fetchall()
        middle = perf_counter()
        list_findings(actor, wanted)
        ours.append(perf_counter() - middle)
        floor.append(middle - start)
    bare.close()
    return Row(name, min(ours) * 1000, min(floor) * 1000, BOUND, "ms")


def _page(app: Flask, name: str, query: str) -> Row:
    """The whole page through the application, against the 25 ms it may take."""
    client = _signed_in(app)
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        response = client.get(f"/brister{query}")
        taken.append(perf_counter() - start)
        assert response.status_code == 200, response.status_code
    return Row(f"finding list, {name}", min(taken) * 1000, PAGE_MS, 1.0, "ms")


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        signed = follow_link(print_link(EMAIL).rsplit("/", 1)[1])
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = signed.get_id(), True
    return client


if __name__ == "__main__":
    sys.exit(report(measure()))
