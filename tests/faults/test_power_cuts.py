"""Phone or server die in the middle, again and again: what was said to be saved is still there."""

from __future__ import annotations

from tests.faults.conftest import Kept
from tests.faults.phones import Phone
from tools.proxy import Fate, Proxy, Request
from tools.serving import Server


def test_browser_killed_right_after_saving_keeps_everything(phone: Phone, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    findings = []
    for number in range(4):
        findings.append(phone.capture(walk, number))
        phone.kill()
        phone.open()
        phone.set_offline(True)
    phone.set_offline(False)
    phone.settle()
    kept.holds_once({finding: phone.photos(finding) for finding in findings})


def test_browser_killed_while_it_uploads_goes_on_afterwards(phone: Phone, proxy: Proxy, kept: Kept) -> None:
    walk = phone.start_walk()
    proxy.decide = lambda request: Fate(delay_s=1.0 if request.path.startswith("/api/v1/uploads") else 0.0)
    findings = [phone.capture(walk, number) for number in range(2)]
    for _ in range(3):
        phone.sync()
        phone.page.wait_for_timeout(1200)
        phone.kill()
        phone.open()
    phone.settle()
    kept.holds_once({finding: phone.photos(finding) for finding in findings})


def test_server_killed_at_every_sending_holds_everything_once(
    phone: Phone, proxy: Proxy, server: Server, kept: Kept
) -> None:
    killed: list[str] = []

    def slowly(request: Request) -> Fate:
        if request.path.startswith("/api/v1/") and request.method == "POST" and len(killed) < 5:
            killed.append(request.path)
            return Fate(delay_s=0.02 * len(killed), lose_answer=True)
        return Fate()

    walk = phone.start_walk()
    findings = [phone.capture(walk, number) for number in range(3)]
    proxy.decide = slowly
    for _ in range(4):
        phone.sync()
        phone.page.wait_for_timeout(150)
        server.kill()
        server.start()
    phone.settle()
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    assert kept.count_of_walk(walk) == len(findings)
