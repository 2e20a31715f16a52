"""Phone or server die in the middle, again and again: what was said to be saved is still there."""

from __future__ import annotations

from threading import Event
from time import sleep

import pytest

from tests.faults.conftest import Kept
from tests.faults.phones import SENT, Phone
from tools.proxy import PASS, Fate, Proxy, Request
from tools.serving import Server

SYNC, UPLOADS = "/api/v1/sync", "/api/v1/uploads"
LARGE = 2048
"""Pixels: a photo of this width is sent in parts."""


def test_browser_killed_right_after_saving_keeps_everything(phone: Phone, kept: Kept) -> None:
    phone.set_offline(True)
    walk = phone.start_walk()
    findings = []
    for number in range(3):
        findings.append(phone.capture(walk, number))
        phone.kill()
        phone.open()
        phone.says("väntar")
    phone.set_offline(False)
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})


def test_browser_killed_in_the_middle_of_saving_keeps_what_it_said_was_saved(
    phone: Phone, kept: Kept
) -> None:
    walk = phone.start_walk()
    said: list[str] = []
    for milliseconds in (300, 550, 800):
        phone.capture_until_killed(walk, lambda finding: said.append(finding))
        phone.page.wait_for_timeout(milliseconds)
        phone.kill()
        phone.open()
    phone.settle()
    phone.says(SENT)
    shown = phone.findings(walk)
    assert said
    assert set(said) <= set(shown)
    photos = {finding: phone.photos(finding) for finding in shown}
    assert all(len(photos[finding]) == 2 for finding in said)
    kept.holds_once(photos)
    assert kept.count_of_walk(walk) == len(shown)


def test_browser_killed_while_it_uploads_goes_on_afterwards(phone: Phone, proxy: Proxy, kept: Kept) -> None:
    under_way = Event()
    seen: list[str] = []

    def slowly(request: Request) -> Fate:
        if not request.path.startswith(UPLOADS):
            return PASS
        seen.append(request.method)
        # Each time the browser gets one part further before it is killed.
        if len(seen) in {1, 3, 6}:
            under_way.set()
            return Fate(delay_s=30)
        return PASS

    walk = phone.start_walk()
    phone.settle()
    proxy.decide = slowly
    finding = phone.capture(walk, 1, photos=2, width=LARGE)
    photos = phone.photos(finding)
    for _ in range(3):
        phone.sync()
        assert under_way.wait(20)
        phone.kill()
        under_way.clear()
        phone.open()
        phone.says("Skickar")
    phone.settle()
    phone.says(SENT)
    assert "PATCH" in seen, "the photos were too small for parts"
    kept.holds_once({finding: photos})


@pytest.mark.parametrize(
    ("path", "width", "cut"),
    [(SYNC, 320, False), (UPLOADS, 320, False), (UPLOADS, 640, True), (UPLOADS, LARGE, True)],
    ids=["while it takes in findings", "while it keeps photos", "in the middle of a photo", "between parts"],
)
def test_server_killed_again_and_again_holds_everything_once(
    phone: Phone, proxy: Proxy, server: Server, kept: Kept, path: str, width: int, cut: bool
) -> None:
    moments = [0.0, 0.01, 0.03]
    dead = Event()

    def die() -> None:
        sleep(moments.pop(0))  # a moment later the server is further on with what it was sent
        server.kill()
        dead.set()

    def decide(request: Request) -> Fate:
        sends = request.path.startswith(path) and request.method in {"POST", "PATCH"}
        if sends and dead.is_set():
            return Fate(lose_request=True)
        if not sends or not moments:
            return PASS
        # A server quick enough to have answered is cut off all the same: else nothing is left for the next cut.
        return Fate(cut_body_at=request.length // 2 if cut else None, lose_answer=True, meanwhile=die)

    walk = phone.start_walk()
    phone.settle()
    proxy.decide = decide
    findings = [phone.capture(walk, number, width=width) for number in range(2)]
    while moments:
        phone.run("() => { void platskollen.retry(); }")
        assert dead.wait(30)
        phone.says("väntar")
        server.start(web_only=True)
        dead.clear()
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    assert kept.count_of_walk(walk) == len(findings)
