"""A resident says that a fix does not hold: nothing tells who, and a coordinator decides."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.db import session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import Role
from app.models.audit import AuditEvent
from app.models.findings import Finding, Status
from app.models.publications import ReportKind, ResidentReport, ResidentReportState
from app.models.sites import Site
from app.permissions import Actor
from app.services import publications, resident_reports
from tests.builders import make_finding, make_site, make_user, make_walk


@pytest.fixture
def fixed(site: Site, coordinator: Actor) -> Finding:
    made = make_finding(make_walk(site), category="skrap", status=Status.VERIFIED)
    publications.publish(coordinator, made.number, "", "")
    return made


def reported(fixed: Finding) -> ResidentReport:
    resident_reports.report("kista-centrum", fixed.id, ReportKind.CAME_BACK, "En ny soffa")
    return session().scalars(select(ResidentReport)).all()[-1]


def test_a_report_leaves_no_trace_of_who_or_when(fixed: Finding) -> None:
    events = select(func.count()).select_from(AuditEvent)
    before = session().scalar(events)
    one = reported(fixed)
    assert session().scalar(events) == before
    assert set(ResidentReport.__table__.columns.keys()) == {
        "id", "finding_id", "day", "kind", "words", "state", "answer",
    }  # fmt: skip
    assert one.id.version == 4


def test_what_is_accepted_reopens_the_finding(coordinator: Actor, fixed: Finding) -> None:
    one = reported(fixed)
    assert resident_reports.count_waiting(coordinator) == 1
    resident_reports.accept(coordinator, one.id, "En boende ser en ny soffa")
    assert fixed.status is Status.REOPENED
    assert (fixed.history[-1].words, fixed.history[-1].actor_role) == (
        "En boende ser en ny soffa",
        Role.COORDINATOR,
    )
    assert one.state is ResidentReportState.ACCEPTED
    assert resident_reports.count_waiting(coordinator) == 0


def test_accepting_a_second_one_leaves_the_finding_open(coordinator: Actor, fixed: Finding) -> None:
    for _ in range(2):
        reported(fixed)
    first, second = resident_reports.list_waiting(coordinator)
    resident_reports.accept(coordinator, first.id, "Sett")
    resident_reports.accept(coordinator, second.id, "Sett")
    assert fixed.status is Status.REOPENED
    assert [step.after for step in fixed.history].count(Status.REOPENED) == 1


def test_accepting_needs_words_and_dismissing_a_reason(coordinator: Actor, fixed: Finding) -> None:
    one = reported(fixed)
    with pytest.raises(InvalidInputError):
        resident_reports.accept(coordinator, one.id, " ")
    with pytest.raises(InvalidInputError):
        resident_reports.dismiss(coordinator, one.id, " ")
    assert one.state is ResidentReportState.WAITING
    resident_reports.dismiss(coordinator, one.id, "Gäller soffan intill")
    assert (one.state, one.answer, fixed.status) == (
        ResidentReportState.DISMISSED,
        "Gäller soffan intill",
        Status.VERIFIED,
    )
    with pytest.raises(NotFoundError):
        resident_reports.accept(coordinator, one.id, "Ångrar mig")


def test_only_a_coordinator_of_the_site_weighs(field: Actor, outsider: Actor, fixed: Finding) -> None:
    one = reported(fixed)
    elsewhere = make_user(Role.COORDINATOR, site_id=make_site("akalla-centrum", lon=17.9).id)
    assert resident_reports.count_waiting(field) == resident_reports.count_waiting(elsewhere) == 0
    with pytest.raises(ForbiddenError):
        resident_reports.dismiss(field, one.id, "Nej")
    for actor in (outsider, elsewhere):
        with pytest.raises(NotFoundError):
            resident_reports.accept(actor, one.id, "Ja")


def test_a_report_on_a_repeat_is_one_on_what_it_repeats(coordinator: Actor, fixed: Finding) -> None:
    repeat = make_finding(fixed.walk, category="skrap", status=Status.DUPLICATE, duplicate_of_id=fixed.id)
    publications.publish(coordinator, repeat.number, "", "")
    assert reported(repeat).finding_id == fixed.id


def test_more_than_enough_on_one_finding_are_not_kept(coordinator: Actor, fixed: Finding) -> None:
    for _ in range(resident_reports.MOST_WAITING + 3):
        reported(fixed)
    assert resident_reports.count_waiting(coordinator) == resident_reports.MOST_WAITING
