"""Who is to be told of what: the right addresses, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from app.db import change, now, session
from app.i18n import today
from app.models.accounts import Contact, Organisation
from app.models.findings import ClosedReason, Finding, Level, Status
from app.models.letters import Follower, Notice, Reason
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.services.needs import Given
from app.services.notices import stands, tell
from app.services.photos import Upload
from app.services.remedies import move
from tests.builders import make_finding, make_organisation, make_walk


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    made = make_organisation("Bostadsbolag A", email="Fel@Bostad.example")
    with change(SYSTEM, None):
        made.contacts = [
            Contact(function="Förvaltare", email="allt@bostad.example"),
            Contact(function="Elektriker", email="el@bostad.example", category="belysning"),
            Contact(function="Gatuchef", email="skrap@bostad.example", category="skrap"),
            Contact(function="Chef", email="chef@bostad.example", escalation=True),
        ]
    return made


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def finding(walk: Walk, organisation: Organisation) -> Finding:
    return make_finding(walk, status=Status.TRIAGED, responsible_id=organisation.id)


def follow(finding: Finding, email: str) -> None:
    with change(SYSTEM, None) as following:
        following.session.add(Follower(finding_id=finding.id, email=email, confirmed_at=now()))


def told(reason: Reason) -> list[str]:
    return sorted(session().scalars(select(Notice.email).where(Notice.reason == reason)))


def say(finding: Finding, reason: Reason, about: str = "") -> int:
    with change(SYSTEM, None) as running:
        return tell(running, finding, reason, about)


def test_sent_finding_is_told_to_the_registered_address_and_the_contacts_of_its_category(
    finding: Finding, organisation: Organisation, coordinator: Actor
) -> None:
    follow(finding, "granne@example.se")
    given = Given(responsible_id=organisation.id, due_on=today() + timedelta(days=30))

    moved = move(coordinator, finding.number, Status.SENT, given)

    assert told(Reason.SENT) == ["allt@bostad.example", "el@bostad.example", "fel@bostad.example"]
    assert {row.about for row in session().scalars(select(Notice))} == {"1"}
    assert moved.version == 2  # telling is no change of the finding


def test_only_escalation_contacts_hear_of_what_is_long_overdue(finding: Finding) -> None:
    say(finding, Reason.ESCALATED, "2026-01-01")
    assert told(Reason.ESCALATED) == ["chef@bostad.example"]


def test_nothing_is_told_twice_but_what_is_about_something_else(finding: Finding) -> None:
    assert [say(finding, Reason.DUE, "2026-01-01") for _ in range(2)] == [3, 0]
    assert say(finding, Reason.DUE, "2026-02-01") == 3


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (Status.SENT, Status.PLANNED, Reason.PLANNED),
        (Status.SENT, Status.REPORTED_FIXED, Reason.REPORTED_FIXED),
        (Status.TRIAGED, Status.WONT_FIX, Reason.WONT_FIX),
    ],
)
def test_followers_hear_of_a_step_and_the_organisation_that_took_it_does_not(
    walk: Walk, organisation: Organisation, coordinator: Actor, before: Status, after: Status, reason: Reason
) -> None:
    finding = make_finding(walk, status=before, responsible_id=organisation.id)
    twin = make_finding(walk, status=Status.DUPLICATE, duplicate_of_id=finding.id)
    follow(finding, "granne@example.se")
    follow(twin, "kiosk@example.se")
    given = Given(planned_on=today(), fixed_on=today(), reason=ClosedReason.COST, words="dyrt")

    move(coordinator, finding.number, after, given, [Upload("a" * 64, "image/jpeg", 4, 3, None, None, None)])

    assert told(reason) == ["granne@example.se", "kiosk@example.se"]
    assert len(session().scalars(select(Notice)).all()) == 2


def test_organisation_hears_what_became_of_its_proposal(
    walk: Walk, organisation: Organisation, coordinator: Actor
) -> None:
    finding = make_finding(walk, status=Status.DECLINED_PROPOSED, responsible_id=organisation.id)
    move(coordinator, finding.number, Status.WONT_FIX, Given(reason=ClosedReason.COST, words="Enligt plan"))
    assert "fel@bostad.example" in told(Reason.ANSWERED)


def test_step_of_long_ago_is_told_to_nobody(
    finding: Finding, organisation: Organisation, coordinator: Actor
) -> None:
    given = Given(responsible_id=organisation.id, due_on=today() + timedelta(days=30))
    move(coordinator, finding.number, Status.SENT, given, at=now() - timedelta(days=8))
    assert session().scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    "became",
    [
        {"level": Level.PROTECTED},
        {"status": Status.NOT_OURS},
        {"responsible_id": None},
    ],
)
def test_notice_to_an_organisation_falls_when_the_finding_is_no_longer_its_to_see_or_fix(
    finding: Finding, became: dict[str, object]
) -> None:
    say(finding, Reason.SENT)
    with change(SYSTEM, None):
        finding.status = Status.SENT
    assert all(stands(row) for row in session().scalars(select(Notice)))
    with change(SYSTEM, None):
        for name, value in became.items():
            setattr(finding, name, value)
    assert not any(stands(row) for row in session().scalars(select(Notice)))


@pytest.mark.parametrize(
    "became",
    [{"hate": True}, {"level": Level.PROTECTED}, {"category": "ordning"}, {"status": Status.SENT}],
)
def test_notice_to_a_follower_falls_when_it_is_not_for_everybody(
    walk: Walk, became: dict[str, object]
) -> None:
    finding = make_finding(walk, status=Status.PLANNED)
    follow(finding, "granne@example.se")
    say(finding, Reason.PLANNED)
    [notice] = session().scalars(select(Notice))
    assert stands(notice)
    with change(SYSTEM, None):
        for name, value in became.items():
            setattr(finding, name, value)
    [notice] = session().scalars(select(Notice))
    assert not stands(notice)
