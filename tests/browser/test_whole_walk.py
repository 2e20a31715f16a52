"""A whole walk through the screens in airplane mode, with an empty battery; then sent over a link that fails."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import watch
from tests.faults.phones import Phone
from tools.proxy import PASS, Fate, Proxy, Request, faulty_proxy, let_pass
from tools.serving import Server

TENSTA = (17.9010, 59.3945)
FINDINGS, PHOTOS = 30, 60
CATEGORIES = ["Belysning", "Klotter", "Park och lekplats", "Trafik", "Elskåp"]
BRIDGE = "Gångtunnel, bro och trappa"
SEED = 20261014
PATIENCE_MS = 90_000


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with faulty_proxy(0) as running:
        yield running


@pytest.fixture(scope="module")
def server(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("served"), "--demo", base_url=proxy.url)
    proxy.target_port = running.port
    running.start()
    yield running
    running.stop()


@pytest.fixture
def phone(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Phone]:
    held = Phone(playwright, tmp_path / "phone", server.served.url)
    held.open()
    yield held
    held.close()


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Path]:
    """One photo after the other, each unlike every other; every tenth larger than what is kept."""
    return _draw_photos(tmp_path, Random(SEED))


def _draw_photos(folder: Path, random: Random) -> Iterator[Path]:
    for number in range(1, PHOTOS + 1):
        size = (2400, 1800) if number % 10 == 0 else (800, 600)
        path = folder / f"{number}.jpg"
        Image.frombytes("RGB", (16, 12), random.randbytes(16 * 12 * 3)).resize(size).save(path, quality=80)
        yield path


class Inspector:
    """Somebody who walks, taps and photographs; knows the screens by their words only."""

    def __init__(self, phone: Phone, photos: Iterator[Path]) -> None:
        self.phone = phone
        self._photos = photos
        self.noted = 0

    @property
    def page(self) -> Page:
        return self.phone.page

    def take(self, count: int) -> list[Path]:
        """The next photos of the day."""
        return [next(self._photos) for _ in range(count)]

    def walk_on(self) -> None:
        """Some forty metres, so that the next thing is not the last one again."""
        lon, lat = TENSTA
        place = {"longitude": lon + self.noted * 0.0007, "latitude": lat, "accuracy": 8}
        self.page.context.set_geolocation(place)  # type: ignore[arg-type]

    def note(self, category: str) -> None:
        """Category first, then two photos at once."""
        self.walk_on()
        self.page.get_by_role("button", name="Ny notering").click()
        self.choose(category)
        self.photograph(2)
        self.done()

    def photograph_first(self, category: str) -> None:
        """The camera on the map, the rest afterwards."""
        self.walk_on()
        self.page.get_by_label("Foto först").set_input_files(self.take(1))
        self.choose(category)
        self.photograph(1)
        self.done()

    def note_by_words(self, category: str, place: str) -> None:
        """Without a position: under a bridge the place is told."""
        self.page.context.set_geolocation(None)
        expect(self.page.locator(".own-position")).to_have_count(0)
        self.page.get_by_role("button", name="Ny notering").click()
        self.choose(category)
        expect(self.page.get_by_text("Ingen position.")).to_be_visible()
        self.photograph(2)
        self.page.get_by_label("Platsen i ord").fill(place)
        self.done()

    def choose(self, category: str) -> None:
        tile = self.page.get_by_role("button", name=category, exact=True)
        tile.click()
        self.page.get_by_role("group", name="Vad av det").get_by_role("button").first.click()

    def photograph(self, count: int) -> None:
        thumbs = self.page.get_by_role("list", name="Foton").get_by_role("listitem")
        before = thumbs.count()
        self.page.get_by_label(re.compile("Ta foto|Ett foto till")).set_input_files(self.take(count))
        expect(thumbs).to_have_count(before + count)

    def done(self) -> None:
        self.page.get_by_role("button", name="Klart").click()
        expect(self.page.get_by_role("button", name="Ny notering")).to_be_visible()
        self.noted += 1


def airplane(proxy: Proxy, phone: Phone) -> None:
    """No network by the phone's own word, and none in truth."""
    proxy.decide = lambda _request: Fate(lose_request=True)
    phone.set_offline(True)


def link_that_fails(random: Random) -> Callable[[Request], Fate]:
    """Two requests in five go wrong in some way."""

    def decide(request: Request) -> Fate:
        if not request.path.startswith("/api/") or random.random() < 0.6:
            return PASS
        return random.choice(
            [
                Fate(lose_request=True),
                Fate(lose_answer=True),
                Fate(twice=True),
                Fate(delay_s=random.random() / 2),
                Fate(cut_body_at=random.randrange(20_000)),
            ]
        )

    return decide


def test_a_whole_walk_without_a_network_arrives_once(
    phone: Phone, server: Server, proxy: Proxy, photos: Iterator[Path]
) -> None:
    faults: list[str] = []
    watch(phone.page, server.served.url, faults)
    me = Inspector(phone, photos)
    page = me.page
    page.goto(server.served.link("falt@demo.example"))
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.wait_for_url(lambda address: "/logga-in" not in address)
    phone.visit()
    page.get_by_role("link", name="Tensta centrum").click()
    page.get_by_role("link", name="Ta med").click()
    expect(page.get_by_role("status").filter(has_text="Allt finns i telefonen")).to_be_visible()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    airplane(proxy, phone)
    passed = len(proxy.seen)
    me.walk_on()
    page.get_by_role("link", name="Till vandringen").click()
    page.get_by_role("button", name="Starta vandringen").click()
    walk = page.url.rsplit("/", 1)[1]
    for number in range(14):
        me.photograph_first(CATEGORIES[number % 5]) if number % 3 == 2 else me.note(CATEGORIES[number % 5])
    me.walk_on()
    page.get_by_label("Foto först").set_input_files(me.take(1))
    expect(page.get_by_role("list", name="Foton").get_by_role("listitem")).to_have_count(1)

    # The battery dies on an open sheet. (Chromium writes cookies down every half minute: a session so young would be
    # lost with it, and be asked for again once everything else has been done.)
    session = page.context.cookies()
    phone.kill()
    phone.open()
    page = me.page
    page.context.add_cookies(session)  # type: ignore[arg-type]
    watch(page, server.served.url, faults)
    phone.set_offline(True)
    page.get_by_role("link", name="Fortsätt vandringen").click()
    page.get_by_role("button", name="Visa listan").click()
    noted = page.get_by_role("region", name="Brister").get_by_role("list").first.get_by_role("listitem")
    expect(noted).to_have_count(15)
    noted.filter(has_text="utan kategori").get_by_role("link").click()
    me.choose("Belysning")
    me.done()

    me.note_by_words(BRIDGE, "Under bron mellan torget och skolan")
    me.walk_on()
    for number in range(16, FINDINGS):
        me.photograph_first(CATEGORIES[number % 5]) if number % 3 == 2 else me.note(CATEGORIES[number % 5])
    check_an_old_one(me)
    finish_with_a_gap(page)
    assert all(fate.lose_request for _request, fate in proxy.seen[passed:]), "this was no airplane mode"

    proxy.decide = link_that_fails(Random(SEED))
    phone.set_offline(False)
    everything_sent = page.get_by_role("contentinfo").get_by_role("link", name=re.compile("^Allt skickat"))
    expect(everything_sent).to_be_visible(timeout=PATIENCE_MS)
    proxy.decide = let_pass
    assert sum(fate != PASS for _request, fate in proxy.seen) > 10

    held = held_by(phone, walk)
    assert len(held) == FINDINGS + 1  # with the old one that was checked
    assert len({sha256 for hashes in held.values() for sha256 in hashes}) == PHOTOS
    assert_kept(server.served.folder, UUID(walk), held)
    assert faults == []


def check_an_old_one(me: Inspector) -> None:
    """Fixed, with a photo as proof."""
    page = me.page
    page.get_by_role("link", name="Kontrollera").click()
    card = page.locator(".recheck-card").first
    card.get_by_role("button", name="Åtgärdad").click()
    card.get_by_role("button", name="Spara").click()
    expect(card).to_contain_text("Ta ett foto som visar att det är åtgärdat")
    card.get_by_label("Ta foto").set_input_files(me.take(1))
    expect(card.get_by_role("list", name="Foton").get_by_role("listitem")).to_have_count(1)
    card.get_by_role("button", name="Spara").click()
    expect(page.locator(".recheck-card.done")).to_have_count(1)
    page.get_by_role("link", name="Till vandringen").click()


def finish_with_a_gap(page: Page) -> None:
    """The walk says what is missing before it lets itself be finished."""
    page.get_by_role("link", name="Avsluta").click()
    expect(page.get_by_role("main")).to_contain_text(f"0 av {PHOTOS} foton framme")
    page.get_by_role("button", name="Avsluta", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Något saknas")).to_contain_text("foton")
    page.get_by_role("button", name="Avsluta ändå").click()
    expect(page.get_by_role("heading", name="Mina vandringar")).to_be_visible()


def held_by(phone: Phone, walk: str) -> dict[str, list[str]]:
    """The hashes of the photos that the phone holds, by finding."""
    held: dict[str, list[str]] = phone.run(
        """async (walk) => {
          const own = (photo) => photo.walk_id === walk && !photo.thumb && !photo.kind;
          const all = (await platskollen.findings(walk)).map(({ id, photos, mine_walk }) => [
            id, photos.filter(own).map(({ sha256 }) => sha256), mine_walk,
          ]);
          return Object.fromEntries(all.filter(([, hashes, mine]) => mine || hashes.length));
        }""",
        walk,
    )
    return held


def assert_kept(folder: Path, walk: UUID, held: dict[str, list[str]]) -> None:
    """The server has each finding and each photo of the walk exactly once, with the same bytes."""
    with closing(sqlite3.connect(folder / "platskollen.db")) as database:

        def rows(query: str, *values: str) -> list[tuple[object, ...]]:
            return database.execute(query, values).fetchall()

        assert rows("SELECT state FROM walks WHERE id = ?", walk.hex) == [("finished",)]
        assert rows("SELECT count(*) FROM rechecks WHERE walk_id = ?", walk.hex) == [(1,)]
        assert rows("SELECT count(*) FROM findings WHERE walk_id = ?", walk.hex) == [(FINDINGS,)]
        for finding, hashes in held.items():
            key = UUID(finding).hex
            assert rows("SELECT count(*) FROM findings WHERE id = ?", key) == [(1,)]
            for sha256 in hashes:
                assert rows("SELECT finding_id FROM photos WHERE sha256 = ?", sha256) == [(key,)]
                stored = folder / "files" / sha256[:2] / sha256[2:4] / sha256
                assert hashlib.sha256(stored.read_bytes()).hexdigest() == sha256
