"""No room left, on the phone or on the server: it is said, nothing half is kept, and it goes on once there is room."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Kept
from tests.faults.phones import NO_ROOM, SENT, Phone
from tools.proxy import PASS, Fate, Proxy, Request
from tools.serving import Server


def test_full_phone_says_so_and_keeps_what_was_saved(phone: Phone, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    before = phone.capture(walk, 1)
    phone.kill()
    phone.open(quota=NO_ROOM)
    assert phone.try_capture(walk, 2, photos=1, width=320) == {"id": None, "photos": [], "full": True}
    # As a screen does that knows nothing better: nobody waits for the outcome.
    phone.run(
        "(walk) => { setTimeout(() => { void platskollen.newFinding(walk, { title: 'Full' }); }); }", walk
    )
    phone.notes("Telefonen är full")
    phone.says("4 saker väntar")
    phone.limit_storage(None)
    after = phone.capture(walk, 3)
    phone.set_offline(False)
    phone.settle()
    phone.says(SENT)
    assert set(phone.findings(walk)) >= {before, after}
    kept.holds_once({finding: phone.photos(finding) for finding in (before, after)})
    assert kept.count_of_walk(walk) == 2


def test_phone_that_fills_up_between_photos_keeps_those_that_were_saved(phone: Phone, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    finding = phone.run(
        "(walk) => platskollen.newFinding(walk, { category: 'belysning', lon: 17.9421, lat: 59.4037 })", walk
    )
    phone.run(
        """async (id) => {
          const canvas = new OffscreenCanvas(64, 48);
          canvas.getContext('2d').fillRect(0, 0, 9, 9);
          await platskollen.addPhoto(id, await canvas.convertToBlob({ type: 'image/jpeg' }), {});
          await platskollen.prepared();
        }""",
        finding,
    )
    phone.kill()
    phone.open(quota=NO_ROOM)
    refused = phone.run(
        """async (id) => {
          try { await platskollen.addPhoto(id, new Blob([new Uint8Array(3_000_000)]), {}); return ''; }
          catch (error) { return error.name; }
        }""",
        finding,
    )
    assert refused == "StorageFullError"
    assert len(phone.photos(finding)) == 1
    phone.limit_storage(None)
    phone.run("(id) => platskollen.closeFinding(id)", finding)
    phone.set_offline(False)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding)})


def test_phone_too_full_to_send_says_so_and_sends_once_there_is_room(phone: Phone, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    finding = phone.capture(walk, 1)
    phone.kill()
    phone.open(quota=NO_ROOM)
    phone.set_offline(False)
    phone.sync()
    phone.notes("Telefonen är full. Det du noterat tidigare finns kvar")
    phone.says("4 saker väntar")
    phone.limit_storage(None)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding)})


def test_room_can_be_made_on_a_phone_that_is_full(phone: Phone, kept: Kept) -> None:
    walk = phone.start_walk()
    finding = phone.capture(walk, 1)
    phone.settle()
    phone.says(SENT)
    phone.kill()
    phone.open(quota=NO_ROOM)
    freed = phone.run("() => platskollen.freeSpace()")
    assert freed["photos"] == 2
    assert phone.run("() => platskollen.bytesToFree()") == 0
    kept.holds_once({finding: phone.photos(finding)})


@pytest.mark.parametrize("path", ["/api/v1/sync", "/api/v1/uploads"], ids=["findings", "photos"])
def test_full_server_disk_loses_nothing_and_is_retried(
    phone: Phone, proxy: Proxy, server: Server, kept: Kept, path: str
) -> None:
    filled: list[str] = []

    def fill(request: Request) -> Fate:
        if request.path.startswith(path) and not filled:
            filled.append(path)
            server.limit_files(50_000)
        return PASS

    walk = phone.start_walk()
    phone.settle()
    proxy.decide = fill
    findings = [phone.capture(walk, number) for number in range(2)]
    phone.sync()
    phone.page.wait_for_function("() => platskollen.status().error !== null")
    phone.says("väntar")
    assert phone.unsent() > 0
    server.limit_files(None)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
