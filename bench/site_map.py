"""The site page with 5,000 findings: bytes transferred and time until usable, against a bare Leaflet page.

Served by the real server to Chromium with its CPU slowed down four times and an empty cache. The floor is the
least page that shows the same points: Leaflet with canvas markers and an array of positions, all compressed.
Usable: every pin is drawn, and a tap is answered.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, Literal
from uuid import UUID

import shapely
from playwright.sync_api import Browser, StorageState, sync_playwright
from sqlalchemy import insert

from app import create_app, db
from app.assets import BUILD, manifest
from app.db import change, now
from app.models.accounts import Role
from app.models.findings import Finding, Severity, Status
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM
from app.services.accounts import add_user
from app.services.checklists import ensure_shipped
from bench import Row, report
from config import Settings, use_settings
from migrations.upgrade import upgrade
from tools.chromium import FLAGS, find_chromium
from tools.serving import serve

FINDINGS, ROUNDS, SLOWDOWN = 5_000, 5, 4
MOST_KB, MOST_SECONDS = 300.0, 3.0
EMAIL = "bench@example.se"
LON, LAT, HALF = 17.9421, 59.4037, 0.004
# A frame in which the pins' canvas is there, two more to have it painted, and a turn of the idle event loop.
WHEN_USABLE = """(pane) => new Promise((done) => {
  const frame = requestAnimationFrame;
  const painted = () => frame(() => frame(() => setTimeout(() => done(performance.now()))));
  const look = () => (document.querySelector(`${pane} canvas`) ? painted() : frame(look));
  look();
})"""
BARE_PAGE = """<!doctype html><title>Floor</title><link rel="stylesheet" href="/leaflet.css">
<style>#map { height: 600px }</style><div id="map"></div><script src="/leaflet.js"></script>
<script>fetch('/points.json').then((a) => a.json()).then((points) => {
  const map = L.map('map', { preferCanvas: true }).fitBounds(points);
  for (const point of points) L.circleMarker(point, { radius: 9 }).addTo(map);
})</script>"""


@dataclass(frozen=True)
class Visit:
    """What one visit with an empty cache took."""

    kilobytes: float
    seconds: float


def measure() -> list[Row]:
    """Visit both pages by turns; the bounds are absolute, so each row's bound is its limit over the floor."""
    path = find_chromium()
    if path is None:
        print("site map: no Chromium on this system, nothing measured")
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        _fill(Path(folder))
        with serve(Path(folder)) as served, _floor() as floor_url:
            url = served.url
            state = signed_in(browser, served.link(EMAIL))
            _check_that_pins_answer(browser, state, f"{url}/platser/bench?status=all")
            ours, floor = [], []
            for _ in range(ROUNDS):
                floor.append(_visit(browser, floor_url, ".leaflet-overlay-pane", None))
                ours.append(
                    _visit(browser, f"{url}/platser/bench?status=all", ".leaflet-findings-pane", state)
                )
        browser.close()
    name = f"site page, {FINDINGS:,} findings"
    return [
        _row(f"{name}, transferred (at most {MOST_KB:g} kB)", ours, floor, "kilobytes", MOST_KB, "kB"),
        _row(
            f"{name}, usable at 1/{SLOWDOWN} CPU (at most {MOST_SECONDS:g} s)",
            ours,
            floor,
            "seconds",
            MOST_SECONDS,
            "s",
        ),
    ]


def _row(
    name: str,
    ours: list[Visit],
    floor: list[Visit],
    what: Literal["kilobytes", "seconds"],
    limit: float,
    unit: str,
) -> Row:
    least = min(getattr(visit, what) for visit in floor)
    return Row(name, min(getattr(visit, what) for visit in ours), least, limit / least, unit)


def _visit(browser: Browser, url: str, pane: str, state: StorageState | None) -> Visit:
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watcher = context.new_cdp_session(page)
    received: list[float] = []
    watcher.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    watcher.send("Network.enable")
    watcher.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(url, wait_until="commit")
    milliseconds = page.evaluate(WHEN_USABLE, pane)
    page.wait_for_load_state("networkidle")
    context.close()
    return Visit(sum(received) / 1000, milliseconds / 1000)


def _check_that_pins_answer(browser: Browser, state: StorageState, url: str) -> None:
    """Tap among the pins: a page that draws fast but shows no popup would be no map."""
    page = browser.new_context(storage_state=state).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(url)
    page.evaluate(WHEN_USABLE, ".leaflet-findings-pane")
    page.locator("#map-legend").wait_for()
    page.locator(".leaflet-container").click()
    page.locator(".leaflet-popup a[href^='/brister/BENCH-']").wait_for(timeout=5000)
    page.context.close()
    assert complaints == [], "the browser complains, perhaps of the security policy"


def signed_in(browser: Browser, link: str) -> StorageState:
    """The cookies of somebody who followed a sign-in link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("main form button").click()
    page.wait_for_load_state()
    state = context.storage_state()
    context.close()
    return state


def _fill(folder: Path) -> None:
    settings = Settings(data_dir=folder)
    use_settings(settings)
    upgrade()
    with create_app(settings).app_context():
        version = ensure_shipped(SYSTEM).id
        add_user(SYSTEM, email=EMAIL, name="Bänk", role=Role.COORDINATOR)
        ground = shapely.MultiPolygon([shapely.box(LON - HALF, LAT - HALF, LON + HALF, LAT + HALF)])
        with change(SYSTEM, None) as filling:
            site = Site(slug="bench", name="Bänken", code="BENCH", polygon=shapely.to_wkb(ground))
            filling.session.add(site)
            filling.session.flush()
            walk = Walk(site_id=site.id, checklist_id=version, planned_at=now(), state=WalkState.FINISHED)
            filling.session.add(walk)
            filling.session.flush()
            filling.session.execute(insert(Finding), list(_findings(walk)))
    db.dispose()


def _findings(walk: Walk) -> Iterator[dict[str, Any]]:
    random = Random(1)
    places = (
        "vid trappan",
        "bakom kiosken",
        "i gångtunneln",
        "vid hållplatsen",
        "på torget",
        "intill skolan",
    )
    for n, (lat, lon) in enumerate(_points()):
        category = random.choice(("belysning", "sikt", "skrap", "klotter", "underlag", "trafik"))
        number = f"BENCH-2026-{n:04d}"
        yield {
            "id": UUID(int=random.getrandbits(128), version=4),
            "number": number,
            "walk_id": walk.id,
            "site_id": walk.site_id,
            "lon": lon,
            "lat": lat,
            "quadkey": n,
            "category": category,
            "title": f"{category.capitalize()} {random.choice(places)}, stolpe {random.randint(1, 999)}",
            "severity": random.choice(list(Severity)),
            "status": random.choice(list(Status)),
            "reported_at": now() - timedelta(minutes=n),
            "search_text": number.casefold(),
        }


def _points() -> list[tuple[float, float]]:
    random = Random(2)
    return [(LAT + random.uniform(-HALF, HALF), LON + random.uniform(-HALF, HALF)) for _ in range(FINDINGS)]


@contextmanager
def _floor() -> Iterator[str]:
    """A server of four compressed files."""
    points = [(round(lat, 6), round(lon, 6)) for lat, lon in _points()]
    files = {
        "/": ("text/html", BARE_PAGE.encode()),
        "/leaflet.js": ("text/javascript", (BUILD / manifest().files["leaflet.js"]).read_bytes()),
        "/leaflet.css": ("text/css", (BUILD / manifest().files["leaflet.css"]).read_bytes()),
        "/points.json": ("application/json", json.dumps(points).encode()),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = files.get(self.path, ("text/plain", b""))
            packed = gzip.compress(content)
            self.send_response(200)
            for name, value in (("Type", kind), ("Encoding", "gzip"), ("Length", str(len(packed)))):
                self.send_header(f"Content-{name}", value)
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(report(measure()))
