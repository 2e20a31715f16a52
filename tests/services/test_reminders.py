"""Reminders: each at its day, once, to whom it is for, and for nothing that the organisation cannot act on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from app.db import change, session
from app.i18n import today
from app.models.accounts import Contact, Organisation
from app.models.findings import Finding, Level, Status
from app.models.letters import Notice, Reason
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM
from app.services.notices import tell
from app.services.reminders import Reminders, remind
from tests.builders import make_finding, make_organisation, make_walk

DUE = date(2026, 6, 1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    made = make_organisation("Bostadsbolag A", email="fel@bostad.example")
    with change(SYSTEM, None):
        made.contacts = [Contact(function="Chef", email="chef@bostad.example", escalation=True)]
    return made


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def finding(walk: Walk, organisation: Organisation) -> Finding:
    return make_finding(walk, status=Status.SENT, responsible_id=organisation.id, due_on=DUE)


def told() -> Counter[tuple[Reason, str]]:
    return Counter((row.reason, row.email) for row in session().scalars(select(Notice)))


def test_a_finding_that_nobody_fixes_is_reminded_of_before_at_and_weekly_after_and_escalated_once(
    finding: Finding,
) -> None:
    on = {day: remind(DUE + days(day)) for day in range(-10, 30)}

    assert {day: count for day, count in on.items() if count} == {-7: 1, 0: 1, 7: 1, 14: 2, 21: 1, 28: 1}
    assert told() == {
        (Reason.SOON_DUE, "fel@bostad.example"): 1,
        (Reason.DUE, "fel@bostad.example"): 1,
        (Reason.OVERDUE, "fel@bostad.example"): 4,
        (Reason.ESCALATED, "chef@bostad.example"): 1,
    }


def test_a_worker_that_was_down_for_weeks_says_the_last_thing_only(finding: Finding) -> None:
    assert remind(DUE + days(23)) == 2
    assert remind(DUE + days(23)) == 0
    assert {(row.reason, row.about) for row in session().scalars(select(Notice))} == {
        (Reason.OVERDUE, "2026-06-01+3"),
        (Reason.ESCALATED, "2026-06-01"),
    }


def test_a_new_due_date_is_reminded_of_anew(finding: Finding) -> None:
    remind(DUE)
    with change(SYSTEM, None):
        finding.due_on = DUE + days(30)
    assert remind(DUE + days(1)) == 0
    assert remind(DUE + days(30)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.REPORTED_FIXED},
        {"status": Status.CLOSED},
        {"status": Status.NOT_OURS},
        {"status": Status.ON_HOLD, "hold_until": DUE + days(60)},
        {"responsible_id": None},
        {"level": Level.PROTECTED},
        {"due_on": None},
        {"due_on": DUE - days(400)},
    ],
)
def test_what_the_organisation_can_do_nothing_about_is_not_reminded_of(
    finding: Finding, values: dict[str, object]
) -> None:
    with change(SYSTEM, None):
        for name, value in values.items():
            setattr(finding, name, value)
    assert remind(DUE + days(7)) == 0


def test_hold_that_has_ended_is_reminded_of(finding: Finding) -> None:
    with change(SYSTEM, None):
        finding.status, finding.hold_until = Status.ON_HOLD, DUE
    assert remind(DUE + days(1)) == 1


def test_what_was_just_sent_is_not_reminded_of_the_next_day(walk: Walk, organisation: Organisation) -> None:
    due = today() + days(5)
    finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id, due_on=due)
    with change(SYSTEM, None) as sending:
        tell(sending, finding, Reason.SENT, "1")
    assert [remind(today() + days(day)) for day in range(4)] == [0, 0, 0, 1]


def test_many_findings_of_one_day_are_all_reached(walk: Walk, organisation: Organisation) -> None:
    for _ in range(7):
        make_finding(walk, status=Status.SENT, responsible_id=organisation.id, due_on=DUE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.reminders._BATCH", 3)
        assert remind(DUE) == 7


def test_duty_looks_once_a_day(walk: Walk, organisation: Organisation) -> None:
    duty = Reminders()
    make_finding(walk, status=Status.SENT, responsible_id=organisation.id, due_on=today())
    assert duty() == 1
    make_finding(walk, status=Status.SENT, responsible_id=organisation.id, due_on=today())
    assert duty() == 0
    assert Reminders()() == 1
