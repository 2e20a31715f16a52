"""Two phones on one walk: different fields merge, the same field keeps both and asks."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.conftest import COORDINATOR, Kept
from tests.faults.phones import SENT, Phone

_EDIT = "([id, changes]) => platskollen.editFinding(id, changes)"


def _both_with_one_finding(make_phone: Callable[..., Phone]) -> tuple[Phone, Phone, str, str]:
    # Two people: nobody is asked to choose between two edits of their own.
    first, second = make_phone(), make_phone(COORDINATOR)
    walk = first.start_walk()
    finding = first.capture(walk, 1)
    first.settle()
    for phone in (first, second):
        phone.run("(id) => platskollen.takeAlong(id, () => {})", walk)
    return first, second, walk, finding


def _edit(phone: Phone, finding: str, **changes: str) -> None:
    phone.run(_EDIT, [finding, changes])
    phone.run("(id) => platskollen.closeFinding(id)", finding)


def test_different_fields_of_one_finding_merge(make_phone: Callable[..., Phone], kept: Kept) -> None:
    first, second, walk, finding = _both_with_one_finding(make_phone)
    _edit(first, finding, title="Släckt lampa")
    _edit(second, finding, description="Tredje stolpen från trappan")
    first.settle()
    second.settle()
    first.run("(id) => platskollen.refresh(id)", walk)
    data = first.run("async (id) => (await platskollen.finding(id)).data", finding)
    assert (data["title"], data["description"]) == ("Släckt lampa", "Tredje stolpen från trappan")
    assert first.run("() => platskollen.conflicts()") == []
    assert second.run("() => platskollen.conflicts()") == []
    kept.holds_once({finding: first.photos(finding)})


def test_same_field_keeps_both_and_a_person_settles_it(make_phone: Callable[..., Phone], kept: Kept) -> None:
    first, second, walk, finding = _both_with_one_finding(make_phone)
    _edit(first, finding, title="Släckt lampa")
    first.settle()
    _edit(second, finding, title="Trasig lampa")
    second.settle()
    second.says("1 sak skiljer sig: välj")
    (conflict,) = second.run("() => platskollen.conflicts()")
    assert (conflict["mine"]["title"], conflict["theirs"]["title"]) == ("Trasig lampa", "Släckt lampa")
    second.run("(id) => platskollen.settle(id, 'mine')", conflict["id"])
    second.settle()
    second.says(SENT)
    assert second.run("() => platskollen.conflicts()") == []
    kept.holds_once({finding: first.photos(finding)})
    first.run("(id) => platskollen.refresh(id)", walk)
    data = first.run("async (id) => (await platskollen.finding(id)).data", finding)
    assert data["title"] == "Trasig lampa"
