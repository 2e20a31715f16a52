"""A phone, a link that fails, and a server that can be killed; and what must hold after every fault."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.faults.phones import Phone
from tools.chromium import find_chromium
from tools.proxy import Proxy, faulty_proxy, let_pass
from tools.serving import Server

FIELD = "falt@demo.example"
COORDINATOR = "samordnare@demo.example"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if find_chromium() is None:
        reason = "no Chromium on this system; `make browser` says how to get one"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def proxy() -> Iterator[Proxy]:
    with faulty_proxy(0) as running:
        yield running


@pytest.fixture(scope="session")
def the_server(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("served"), "--demo", base_url=proxy.url)
    proxy.target_port = running.port
    running.start()
    yield running
    running.stop()


@pytest.fixture
def server(the_server: Server, proxy: Proxy) -> Iterator[Server]:
    """A server that runs, behind a link that works; every test begins and ends with both."""
    _well(the_server, proxy)
    yield the_server
    _well(the_server, proxy)


def _well(server: Server, proxy: Proxy) -> None:
    proxy.decide = let_pass
    server.start(web_only=True)
    server.limit_files(None)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, list[Any]]:
    """Each person's first session, in which every later phone begins: signing in is not what fails here."""
    return {}


@pytest.fixture
def make_phone(
    playwright: Playwright, server: Server, proxy: Proxy, signed_in: dict[str, list[Any]], tmp_path: Path
) -> Iterator[Callable[..., Phone]]:
    """Phones signed in as field staff or as somebody else, each with a profile of its own."""
    phones: list[Phone] = []

    def make(email: str = FIELD) -> Phone:
        phone = Phone(playwright, tmp_path / f"phone-{len(phones)}", proxy.url)
        phone.open()
        phones.append(phone)
        if email in signed_in:
            phone.begin(signed_in[email])
        else:
            signed_in[email] = phone.sign_in(server.served.link(email))
        return phone

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture
def phone(make_phone: Callable[..., Phone]) -> Phone:
    return make_phone()


class Kept:
    """What the server holds, read from its database and its files without asking it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds_once(self, findings: dict[str, set[str]]) -> None:
        """Assert that each finding is there exactly once with exactly these photos, their bytes whole."""
        with closing(sqlite3.connect(self._folder / "platskollen.db")) as database:
            for finding, photos in findings.items():
                key = UUID(finding).hex
                rows = database.execute("SELECT count(*) FROM findings WHERE id = ?", (key,)).fetchone()
                assert rows == (1,), finding
                received = [
                    str(row[0])
                    for row in database.execute("SELECT sha256 FROM photos WHERE finding_id = ?", (key,))
                ]
                assert sorted(received) == sorted(photos), finding
                for sha256 in received:
                    stored = self._folder / "files" / sha256[:2] / sha256[2:4] / sha256
                    assert hashlib.sha256(stored.read_bytes()).hexdigest() == sha256

    def words_of(self, finding: str) -> tuple[str, str]:
        """Title and description of a finding."""
        with closing(sqlite3.connect(self._folder / "platskollen.db")) as database:
            query = "SELECT title, description FROM findings WHERE id = ?"
            title, description = database.execute(query, (UUID(finding).hex,)).fetchone()
            return str(title), str(description)

    def count_of_walk(self, walk: str) -> int:
        """How many findings a walk has."""
        with closing(sqlite3.connect(self._folder / "platskollen.db")) as database:
            query = "SELECT count(*) FROM findings WHERE walk_id = ?"
            return int(database.execute(query, (UUID(walk).hex,)).fetchone()[0])


@pytest.fixture
def kept(server: Server) -> Kept:
    return Kept(server.served.folder)
