"""No room left, on the phone or on the server: it is said, nothing half is kept, and it goes on once there is room."""

from __future__ import annotations

from tests.faults.conftest import Kept
from tests.faults.phones import Phone
from tools.proxy import Proxy
from tools.serving import Server


def test_full_phone_says_so_and_keeps_what_was_saved(phone: Phone, proxy: Proxy, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    before = phone.capture(walk, 1)
    devtools = phone.page.context.new_cdp_session(phone.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": proxy.url, "quotaSize": 1000})
    # Chromium believes the room that it last measured for up to half a minute.
    phone.page.wait_for_function(
        """async (walk) => {
          try {
            const id = await platskollen.newFinding(walk, { place_words: 'Vid trappan' });
            await platskollen.addPhoto(id, new Blob([new Uint8Array(3_000_000)], { type: 'image/jpeg' }), {});
            return false;
          } catch (error) { return error.name === 'StorageFullError'; }
        }""",
        arg=walk,
        polling=2_000,
        timeout=90_000,
    )
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": proxy.url})
    after = phone.capture(walk, 2)
    phone.set_offline(False)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding) for finding in (before, after)})


def test_full_server_disk_loses_nothing_and_is_retried(phone: Phone, server: Server, kept: Kept) -> None:
    walk = phone.start_walk()
    phone.settle()
    server.limit_files(50_000)
    findings = [phone.capture(walk, number) for number in range(2)]
    phone.sync()
    phone.page.wait_for_function("() => platskollen.status().error !== null")
    assert phone.unsent() > 0
    server.limit_files(None)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
