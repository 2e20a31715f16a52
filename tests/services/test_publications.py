"""What residents are told: only what was published, in public words, and some things never as a point."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import change, session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.findings import ClosedReason, Finding, Level, Status, VerificationMethod
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services import public_walks, publications
from app.services.public_rules import Counted
from app.services.public_sites import PublicPage, list_public_sites, load_public_page
from tests.builders import make_finding, make_walk


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def the_page() -> PublicPage:
    return load_public_page("kista-centrum", "sv")


def told(coordinator: Actor, walk: Walk, **values: Any) -> Finding:
    finding = make_finding(walk, **{"category": "skrap", "item": "dumpning", **values})
    return publications.publish(coordinator, finding.number, "", "")


def test_a_published_finding_is_told_in_public_words(coordinator: Actor, walk: Walk) -> None:
    told(coordinator, walk, status=Status.DECLINED_PROPOSED)
    (shown,) = the_page().findings
    assert (shown.category, shown.item) == ("Skräp, dumpning och skadedjur", "Dumpat avfall")
    assert (shown.status, shown.symbol) == ("With the responsible", "with_responsible")


def test_what_was_not_published_is_not_told(coordinator: Actor, walk: Walk) -> None:
    make_finding(walk, category="skrap", level=Level.PUBLIC)
    with pytest.raises(NotFoundError):
        the_page()
    assert list_public_sites() == []
    told(coordinator, walk)
    assert len(the_page().findings) == 1
    assert [one.slug for one in list_public_sites()] == ["kista-centrum"]


def test_what_is_withdrawn_is_gone_and_the_page_stays(coordinator: Actor, walk: Walk) -> None:
    finding = told(coordinator, walk)
    publications.withdraw(coordinator, finding.number)
    assert list(the_page().findings) == []
    assert list_public_sites() == []
    assert finding.level is Level.INTERNAL
    publications.publish(coordinator, finding.number, "", "")
    assert len(the_page().findings) == 1


@pytest.mark.parametrize("level", [Level.INTERNAL, Level.PROTECTED])
def test_a_level_that_is_not_public_takes_it_from_the_page_at_once(
    coordinator: Actor, walk: Walk, level: Level
) -> None:
    finding = told(coordinator, walk)
    with change(SYSTEM, None):
        finding.level = level
    assert (list(the_page().findings), the_page().counts) == ([], {})


def test_a_protected_finding_cannot_be_published(coordinator: Actor, walk: Walk) -> None:
    finding = make_finding(walk, level=Level.PROTECTED)
    with pytest.raises(InvalidInputError):
        publications.publish(coordinator, finding.number, "", "")


def test_only_a_coordinator_publishes(field: Actor, outsider: Actor, walk: Walk) -> None:
    finding = make_finding(walk)
    with pytest.raises(ForbiddenError):
        publications.publish(field, finding.number, "", "")
    with pytest.raises(NotFoundError):
        publications.publish(outsider, finding.number, "", "")
    with pytest.raises(ForbiddenError):
        publications.withdraw(field, finding.number)


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        ({"category": "ordning", "item": "narkotika"}, Counted.DISORDER),
        ({"category": "ordning", "item": "buller", "status": Status.CLOSED}, Counted.DISORDER),
        ({"category": "klotter", "item": "fasad", "hate": True}, Counted.HATE),
        ({"category": "klotter", "item": "fasad", "hate": True, "status": Status.VERIFIED}, Counted.HATE),
        ({"category": "belysning", "item": "slackt"}, Counted.DARK),
        ({"category": "belysning", "item": "slackt", "status": Status.REPORTED_FIXED}, Counted.DARK),
        ({"category": "belysning", "item": "slackt", "status": Status.WONT_FIX}, Counted.DARK),
        ({"category": "sikt", "item": "gomstalle"}, Counted.DARK),
        ({"category": "tunnel", "item": "trappsteg"}, Counted.DARK),
        ({"category": "entre", "item": "olast"}, Counted.DARK),
        ({"category": "park", "item": "stig"}, Counted.DARK),
        ({"category": "park", "item": ""}, Counted.DARK),
        ({"category": "torg", "item": "lastkaj"}, Counted.DARK),
        ({"category": "an-operators-own", "item": "mork-gard"}, Counted.DARK),
    ],
)
def test_some_things_are_only_counted(
    coordinator: Actor, walk: Walk, values: dict[str, Any], heading: Counted
) -> None:
    told(coordinator, walk, **values)
    assert (list(the_page().findings), the_page().counts) == ([], {heading: 1})


@pytest.mark.parametrize("status", [Status.VERIFIED, Status.CLOSED])
def test_a_dark_spot_is_a_point_once_it_is_checked(coordinator: Actor, walk: Walk, status: Status) -> None:
    told(coordinator, walk, category="belysning", item="slackt", status=status)
    assert [one.status for one in the_page().findings] == ["Done"]


def test_a_repeat_shows_as_the_one_it_repeats(coordinator: Actor, walk: Walk) -> None:
    original = make_finding(walk, category="skrap", status=Status.PLANNED)
    repeat = make_finding(walk, category="skrap", status=Status.DUPLICATE, duplicate_of_id=original.id)
    publications.publish(coordinator, repeat.number, "", "")
    assert [(one.id, one.status) for one in the_page().findings] == [(repeat.id, "A remedy is planned")]
    publications.publish(coordinator, original.number, "", "")
    assert [one.id for one in the_page().findings] == [original.id]


def test_two_repeats_of_the_same_are_told_once(coordinator: Actor, walk: Walk) -> None:
    original = make_finding(walk, category="skrap")
    for _ in range(2):
        told(coordinator, walk, status=Status.DUPLICATE, duplicate_of_id=original.id)
    assert len(the_page().findings) == 1


def test_a_repeat_of_what_is_protected_is_not_told(coordinator: Actor, walk: Walk) -> None:
    original = make_finding(walk, category="skrap")
    told(coordinator, walk, status=Status.DUPLICATE, duplicate_of_id=original.id)
    with change(SYSTEM, None):
        original.level = Level.PROTECTED
    assert list(the_page().findings) == []


def test_a_repeat_of_a_dark_spot_is_counted(coordinator: Actor, walk: Walk) -> None:
    original = make_finding(walk, category="belysning", item="slackt")
    told(coordinator, walk, status=Status.DUPLICATE, duplicate_of_id=original.id)
    assert the_page().counts == {Counted.DARK: 1}


def test_what_was_taken_back_as_a_mistake_is_not_told(coordinator: Actor, walk: Walk) -> None:
    finding = told(coordinator, walk)
    with change(SYSTEM, None):
        finding.status = Status.WITHDRAWN
    assert list(the_page().findings) == []


def test_the_coded_reason_is_told_and_the_words_are_not(coordinator: Actor, walk: Walk) -> None:
    told(
        coordinator, walk, status=Status.WONT_FIX, closed_reason=ClosedReason.COST, closed_words="Fråga Anna"
    )
    (shown,) = the_page().findings
    assert shown.reason is ClosedReason.COST
    assert "Anna" not in repr(shown)


def test_dates_of_another_status_are_not_told(coordinator: Actor, walk: Walk) -> None:
    from tests.builders import NOON

    told(
        coordinator,
        walk,
        status=Status.REOPENED,
        planned_on=NOON.date(),
        reported_fixed_at=NOON,
        verified_at=NOON,
        verified_how=VerificationMethod.PHOTO,
    )
    (shown,) = the_page().findings
    assert (shown.planned_on, shown.fixed_on, shown.verified_on, shown.verified_how) == (None,) * 4


def test_the_preview_is_what_is_published(coordinator: Actor, walk: Walk) -> None:
    finding = make_finding(walk, category="skrap")
    before = publications.preview(finding, "Sopor vid torget", "Hämtas i veckan.", "sv")
    publications.publish(coordinator, finding.number, "Sopor vid torget", "Hämtas i veckan.")
    (after,) = the_page().findings
    left_out = {"published_at", "updated_at"}
    assert {k: v for k, v in vars(before).items() if k not in left_out} == {
        k: v for k, v in vars(after).items() if k not in left_out
    }


def test_a_preview_writes_nothing(coordinator: Actor, walk: Walk) -> None:
    finding = make_finding(walk, category="skrap")
    publications.preview(finding, "Sopor", "", "sv")
    assert not session().new
    assert not session().dirty


def test_a_planned_walk_is_told_only_when_it_is_announced(
    coordinator: Actor, field: Actor, walk: Walk
) -> None:
    from datetime import timedelta

    from app.db import now

    told(coordinator, walk)
    planned = make_walk(
        walk.site, state=WalkState.PLANNED, planned_at=now() + timedelta(days=3), meeting_point="Hos Anna"
    )
    assert the_page().next_walk is None
    with pytest.raises(ForbiddenError):
        public_walks.announce(field, planned.id, "")
    public_walks.announce(coordinator, planned.id, "Vi ses vid biblioteket.")
    shown = the_page().next_walk
    assert shown is not None
    assert (shown.at, shown.words) == (planned.planned_at, "Vi ses vid biblioteket.")
    public_walks.take_back(coordinator, planned.id)
    assert the_page().next_walk is None
