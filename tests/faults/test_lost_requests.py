"""A link that loses requests or answers, doubles them, or breaks in the middle: nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Kept
from tests.faults.phones import SENT, Phone
from tools.proxy import PASS, Fate, Proxy, Request

_SENDS = ("/api/v1/sync", "/api/v1/uploads")


@pytest.mark.parametrize(
    "fate",
    [
        Fate(lose_request=True),
        Fate(lose_answer=True),
        Fate(twice=True),
        Fate(cut_body_at=200),
        Fate(cut_body_at=20_000),
    ],
    ids=["request lost", "answer lost", "sent twice", "cut early", "cut late"],
)
def test_every_sending_meets_the_fault_once(phone: Phone, proxy: Proxy, kept: Kept, fate: Fate) -> None:
    met: set[tuple[str, int]] = set()

    def once_each(request: Request) -> Fate:
        key = (request.path.split("?")[0], request.length)
        if not request.path.startswith(_SENDS) or key in met:
            return PASS
        met.add(key)
        return fate

    walk = phone.start_walk()
    proxy.decide = once_each
    findings = [phone.capture(walk, number) for number in range(3)]
    phone.settle()
    phone.says(SENT)
    assert len(met) >= 1 + 2 * len(findings), "each photo is a sending of its own"
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    assert kept.count_of_walk(walk) == len(findings)


def test_requests_that_overtake_each_other_change_nothing(phone: Phone, proxy: Proxy, kept: Kept) -> None:
    proxy.decide = lambda request: Fate(
        delay_s=0.4 if request.number % 2 else 0.0, twice=request.number % 3 == 0
    )
    walk = phone.start_walk()
    findings = [phone.capture(walk, number) for number in range(3)]
    phone.settle()
    phone.says(SENT)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    assert kept.count_of_walk(walk) == len(findings)


def test_phone_says_what_waits_and_goes_on_by_itself_once_the_link_is_back(
    phone: Phone, proxy: Proxy, kept: Kept
) -> None:
    walk = phone.start_walk()
    phone.settle()
    proxy.decide = lambda _request: Fate(lose_request=True)
    finding = phone.capture(walk, 1)
    phone.page.wait_for_function("() => platskollen.status().phase === 'offline'")
    phone.says("3 saker väntar")
    proxy.decide = lambda _request: PASS
    phone.says(SENT, most_s=60)
    kept.holds_once({finding: phone.photos(finding)})
