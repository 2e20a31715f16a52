"""A session that ends in the middle and a clock that is wrong: nothing is refused, nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.faults.conftest import Kept
from tests.faults.phones import Phone
from tools.serving import Server


def test_session_that_ends_keeps_everything_and_asks_to_sign_in(phone: Phone, kept: Kept) -> None:
    walk = phone.start_walk()
    phone.settle()
    session = phone.sign_out_behind_its_back()
    finding = phone.capture(walk, 1)
    phone.sync()
    phone.page.wait_for_function("() => platskollen.status().phase === 'signed-out'")
    assert phone.unsent() == 3
    phone.sign_in_again(session)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding)})


@pytest.mark.parametrize("hours", [-24, 24, 24 * 400])
def test_wrong_clock_is_corrected_and_never_refused(
    phone: Phone, kept: Kept, server: Server, hours: float
) -> None:
    walk = phone.start_walk()
    phone.shift_clock(hours)
    finding = phone.capture(walk, 1, photos=1)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding)})
    with closing(sqlite3.connect(server.served.folder / "platskollen.db")) as database:
        query = "SELECT reported_at FROM findings WHERE id = ?"
        (at,) = database.execute(query, (UUID(finding).hex,)).fetchone()
    off = abs(datetime.now(UTC) - datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert off < timedelta(minutes=5)


def test_outbox_read_in_on_another_phone_arrives_once(make_phone: Callable[[], Phone], kept: Kept) -> None:
    first, second = make_phone(), make_phone()
    first.set_offline(True)
    walk = first.start_walk()
    findings = [first.capture(walk, number) for number in range(2)]
    photos = {finding: first.photos(finding) for finding in findings}
    archive = first.run(
        "async () => Array.from(new Uint8Array(await (await platskollen.exportZip()).arrayBuffer()))"
    )
    second.run("(bytes) => platskollen.importZip(new File([new Uint8Array(bytes)], 'outbox.zip'))", archive)
    second.settle()
    first.set_offline(False)
    first.settle()
    kept.holds_once(photos)
    assert kept.count_of_walk(walk) == len(findings)
