"""A session that ends in the middle and a clock that is wrong: nothing is refused, nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.services.syncs import OLDEST
from tests.faults.conftest import Kept
from tests.faults.phones import SENT, Phone
from tools.proxy import Fate, Proxy, Request, let_pass
from tools.serving import Server


def test_session_that_ends_keeps_everything_and_asks_to_sign_in(phone: Phone, kept: Kept) -> None:
    walk = phone.start_walk()
    phone.settle()
    session = phone.sign_out_behind_its_back()
    finding = phone.capture(walk, 1)
    phone.sync()
    phone.page.wait_for_function("() => platskollen.status().phase === 'signed-out'")
    phone.says("3 saker väntar")
    phone.notes("Logga in för att skicka det som väntar; det finns kvar här")
    phone.sign_in_again(session)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding)})


@pytest.mark.parametrize("path", ["/api/v1/sync", "/api/v1/uploads"], ids=["findings", "photos"])
def test_session_that_ends_while_it_sends_costs_nothing(
    phone: Phone, proxy: Proxy, kept: Kept, path: str
) -> None:
    walk = phone.start_walk()
    phone.settle()
    ended: list[Request] = []

    def end(request: Request) -> Fate:
        ended.extend([request] if request.path.startswith(path) else [])
        return Fate(signed_out=bool(ended))

    proxy.decide = end
    finding = phone.capture(walk, 1)
    phone.sync()
    phone.page.wait_for_function("() => platskollen.status().phase === 'signed-out'")
    phone.says("väntar")
    phone.notes("Logga in för att skicka det som väntar; det finns kvar här")
    proxy.decide = let_pass
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding)})


@pytest.mark.parametrize("hours", [-24, 24, 24 * 400])
def test_wrong_clock_is_corrected_and_never_refused(
    phone: Phone, kept: Kept, server: Server, hours: float
) -> None:
    walk = phone.start_walk()
    phone.shift_clock(hours)
    finding = phone.capture(walk, 1, photos=1)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding)})
    assert abs(datetime.now(UTC) - _reported_at(server, finding)) < timedelta(minutes=5)


def test_clock_that_jumps_between_findings_is_never_refused(phone: Phone, kept: Kept, server: Server) -> None:
    walk = phone.start_walk()
    phone.set_offline(True)
    findings = []
    for number, hours in enumerate([0, 26, -30, 24 * 800, 0.5]):
        phone.shift_clock(hours)
        findings.append(phone.capture(walk, number, photos=1, width=320))
    phone.set_offline(False)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    now = datetime.now(UTC)
    assert all(now - OLDEST <= _reported_at(server, finding) <= now for finding in findings)


def _reported_at(server: Server, finding: str) -> datetime:
    with closing(sqlite3.connect(server.served.folder / "platskollen.db")) as database:
        query = "SELECT reported_at FROM findings WHERE id = ?"
        (at,) = database.execute(query, (UUID(finding).hex,)).fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "both at once"])
def test_outbox_read_in_on_another_phone_arrives_once(
    make_phone: Callable[[], Phone], kept: Kept, at_once: bool
) -> None:
    first, second = make_phone(), make_phone()
    first.set_offline(True)
    walk = first.start_walk()
    findings = [first.capture(walk, number) for number in range(2)]
    photos = {finding: first.photos(finding) for finding in findings}
    if at_once:
        first.set_offline(False)
    second.read_in(first.export())
    first.sync()
    second.settle()
    first.set_offline(False)
    first.settle()
    for phone in (first, second):
        phone.says(SENT)
    kept.holds_once(photos)
    assert kept.count_of_walk(walk) == len(findings)
