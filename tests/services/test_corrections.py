"""Taking a mistaken step back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, RemedyType, Severity, Status
from app.models.sites import Site
from app.permissions import Actor
from app.services.corrections import correct, step_to_correct
from app.services.finding_records import Record, keep_record
from app.services.findings import FindingDetails, report_finding
from app.services.needs import Given
from app.services.photos import Upload
from app.services.remedies import move
from tests.builders import make_finding, make_walk


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id, due_on=today())


def test_correction_restores_what_the_step_overwrote(
    finding: Finding, coordinator: Actor, owner: Actor
) -> None:
    day = today() + timedelta(days=5)
    move(owner, finding.number, Status.PLANNED, Given(planned_on=day, work_order="AO-77"))
    due, responsible = finding.due_on, finding.responsible_id
    move(owner, finding.number, Status.NOT_OURS, Given(words="Fel mark"))
    assert (finding.due_on, finding.planned_on, finding.responsible_id) == (None, None, None)

    restored = correct(coordinator, finding.number, "De tog fel brist")

    assert (restored.status, restored.due_on, restored.planned_on) == (Status.PLANNED, due, day)
    assert (restored.responsible_id, restored.work_order) == (responsible, "AO-77")
    entry = restored.history[-1]
    assert (entry.before, entry.after, entry.corrects, entry.words) == (
        "not_ours",
        "planned",
        2,
        "De tog fel brist",
    )


def test_second_correction_takes_back_the_step_before(finding: Finding, coordinator: Actor) -> None:
    move(coordinator, finding.number, Status.ACKNOWLEDGED)
    move(coordinator, finding.number, Status.IN_PROGRESS)

    assert correct(coordinator, finding.number, "Fel").status is Status.ACKNOWLEDGED
    assert correct(coordinator, finding.number, "Även det").status is Status.SENT
    assert step_to_correct(finding) is None
    assert [entry.corrects for entry in finding.history] == [None, None, 2, 1]


def test_the_report_itself_cannot_be_taken_back(site: Site, field: Actor, coordinator: Actor) -> None:
    details = FindingDetails(category="skrap", place_words="Vid bron")
    reported = report_finding(field, make_walk(site).id, details)

    with pytest.raises(InvalidInputError) as caught:
        correct(coordinator, reported.number, "Fel")
    assert caught.value.errors[0].code == "nothing_to_correct"


def test_correction_needs_words(finding: Finding, coordinator: Actor) -> None:
    move(coordinator, finding.number, Status.ACKNOWLEDGED)
    with pytest.raises(InvalidInputError) as caught:
        correct(coordinator, finding.number, " ")
    assert caught.value.errors[0].field == "words"


def test_only_a_coordinator_corrects(finding: Finding, owner: Actor, field: Actor) -> None:
    move(owner, finding.number, Status.ACKNOWLEDGED)
    for actor in (owner, field):
        with pytest.raises(ForbiddenError):
            correct(actor, finding.number, "Fel")


def test_correction_of_what_has_changed_meanwhile_is_refused(finding: Finding, coordinator: Actor) -> None:
    move(coordinator, finding.number, Status.ACKNOWLEDGED)
    seen = finding.version
    move(coordinator, finding.number, Status.IN_PROGRESS)

    with pytest.raises(ChangedMeanwhileError):
        correct(coordinator, finding.number, "Fel", version=seen)


def test_severity_given_at_triage_goes_back_to_none(site: Site, coordinator: Actor) -> None:
    new = make_finding(make_walk(site))
    move(coordinator, new.number, Status.TRIAGED, Given(severity=Severity.HIGH))

    restored = correct(coordinator, new.number, "Fel brist")

    assert (restored.status, restored.severity) == (Status.NEW, None)


def test_what_was_changed_after_triage_stands_when_it_is_taken_back(site: Site, coordinator: Actor) -> None:
    new = make_finding(make_walk(site))
    triage = Given(severity=Severity.HIGH, remedy_type=RemedyType.OPERATION)
    move(coordinator, new.number, Status.TRIAGED, triage)
    keep_record(coordinator, new.number, Record(remedy_type=RemedyType.INVESTMENT))

    restored = correct(coordinator, new.number, "Fel brist")

    assert (restored.severity, restored.remedy_type) == (None, RemedyType.INVESTMENT)


def test_reopening_taken_back_keeps_when_and_by_whom_it_was_fixed(
    finding: Finding, field: Actor, coordinator: Actor
) -> None:
    fixed = Given(fixed_on=today())
    proof = Upload("a" * 64, "image/jpeg", 400, 300, None, None, None)
    move(coordinator, finding.number, Status.REPORTED_FIXED, fixed, [proof])
    reported_at, doer = finding.reported_fixed_at, finding.fixed_by
    move(field, finding.number, Status.REOPENED, Given(words="Lyser inte"))

    restored = correct(coordinator, finding.number, "Fel stolpe")

    assert (restored.reported_fixed_at, restored.fixed_by) == (reported_at, doer)
