"""Steps of a finding: every one of the table works with what it needs, and no other does."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app import db
from app.db import change, now, session
from app.errors import (
    ChangedMeanwhileError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    PlatskollenError,
)
from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.audit import AuditEvent
from app.models.findings import ClosedReason, Finding, Severity, Status, VerificationMethod
from app.models.photos import PhotoKind
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import remedies
from app.services.corrections import correct
from app.services.needs import Given
from app.services.photos import Upload
from app.services.remedies import move, move_several, steps_for
from app.services.transitions import EITHER, OWNER, TRANSITIONS, Need, Transition
from app.services.verification import DoerMayNotVerifyError
from tests.builders import make_finding, make_organisation, make_user, make_walk

PAIRS = [(before, row) for row in TRANSITIONS for before in row.before]


def photo(name: str = "a") -> Upload:
    return Upload(name * 64, "image/jpeg", 400, 300, None, None, None)


@pytest.fixture
def walked(site: Site, organisation: Organisation) -> Walked:
    return Walked(site, organisation)


class Walked:
    """A walk to hang findings on, and everything that any step may need."""

    def __init__(self, site: Site, organisation: Organisation) -> None:
        self.walk = make_walk(site)
        self.organisation = organisation
        self.original = make_finding(self.walk)

    def finding(self, status: Status, **values: object) -> Finding:
        """A finding at `status`, low enough in severity that no photo of the check is needed."""
        return make_finding(
            self.walk,
            status=status,
            **{"responsible_id": self.organisation.id, "severity": Severity.MEDIUM, **values},
        )

    def everything(self) -> Given:
        return Given(
            words="Stolpe 14",
            severity=Severity.HIGH,
            duplicate_of=self.original.number,
            responsible_id=self.organisation.id,
            due_on=today() + timedelta(days=30),
            planned_on=today() + timedelta(days=7),
            hold_until=today() + timedelta(days=90),
            fixed_on=today(),
            how=VerificationMethod.ON_SITE,
            reason=ClosedReason.COST,
        )


def faults(error: pytest.ExceptionInfo[InvalidInputError]) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in error.value.errors}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.before[0]}-{row.after}")
def test_step_of_the_table_is_taken_with_what_it_needs(
    row: Transition, walked: Walked, coordinator: Actor, owner: Actor
) -> None:
    actor = owner if row.who == OWNER else coordinator
    for before in row.before:
        finding = walked.finding(before)

        moved = move(actor, finding.number, row.after, walked.everything(), [photo()])

        assert moved.status is row.after
        assert [(entry.before, entry.after, entry.number) for entry in moved.history] == [
            (before, row.after, 1)
        ]
        assert moved.history[0].actor_role is (Role.OWNER if row.who == OWNER else Role.COORDINATOR)
        assert moved.history[0].organisation_id == walked.organisation.id
        assert moved.version == 2
        event = session().scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.name, event.subject_id) == (f"finding.{row.after}", finding.id)


@pytest.mark.parametrize("before", Status)
def test_step_outside_the_table_is_refused(
    before: Status, walked: Walked, coordinator: Actor, owner: Actor
) -> None:
    finding = walked.finding(before)
    outside = set(Status) - {row.after for start, row in PAIRS if start is before}
    for after in sorted(outside):
        for actor in (coordinator, owner):
            with pytest.raises((ForbiddenError, InvalidInputError)):
                move(actor, finding.number, after, walked.everything(), [photo()])

    session().expire_all()
    assert (finding.status, finding.version, finding.history) == (before, 1, [])


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.before[0]}-{row.after}")
def test_step_without_what_it_needs_names_each_field(
    row: Transition, walked: Walked, coordinator: Actor, owner: Actor
) -> None:
    # The due date comes by rule, a suggestion only if known, and how a check is made decides on its photo.
    left_to_others = {Need.DUE, Need.SUGGESTION, Need.CHECK_PHOTO}
    named = {(need.field, "missing") for need in row.needs if need not in left_to_others}
    actor = owner if row.who == OWNER else coordinator
    for before in row.before:
        finding = walked.finding(before, severity=None)
        if not named:
            assert move(actor, finding.number, row.after).status is row.after
            continue
        with pytest.raises(InvalidInputError) as caught:
            move(actor, finding.number, row.after, Given(words="  "))

        assert faults(caught) == named
        session().expire_all()
        assert (finding.status, finding.version, finding.history, finding.photos) == (before, 1, [], [])


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.before[0]}-{row.after}")
def test_step_is_forbidden_to_whom_the_table_does_not_name(
    row: Transition, walked: Walked, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor
) -> None:
    others = {analyst}
    if row.who == OWNER:
        others |= {coordinator, field}
    elif row.who == EITHER:
        others |= {field}
    elif row.after not in {Status.VERIFIED, Status.REOPENED}:
        others |= {field, owner}
    for before in row.before:
        finding = walked.finding(before)
        for actor in others:
            with pytest.raises(ForbiddenError):
                move(actor, finding.number, row.after, walked.everything(), [photo()])
            assert row.after not in {step.to for step in steps_for(actor, finding)}


def test_steps_offered_are_those_that_can_be_taken(walked: Walked, coordinator: Actor, owner: Actor) -> None:
    finding = walked.finding(Status.SENT)

    assert [step.to for step in steps_for(coordinator, finding)] == [
        Status.ACKNOWLEDGED,
        Status.PLANNED,
        Status.ON_HOLD,
        Status.NEEDS_INVESTMENT,
        Status.REPORTED_FIXED,
    ]
    assert {step.to for step in steps_for(owner, finding)} == {
        Status.ACKNOWLEDGED,
        Status.NOT_OURS,
        Status.PLANNED,
        Status.ON_HOLD,
        Status.NEEDS_INVESTMENT,
        Status.REPORTED_FIXED,
        Status.DECLINED_PROPOSED,
    }


def test_owner_of_another_organisation_does_not_find_it(walked: Walked) -> None:
    finding = walked.finding(Status.SENT)
    stranger = make_user(Role.OWNER, organisation_id=make_organisation("Bostadsbolag B").id)

    with pytest.raises(NotFoundError):
        move(stranger, finding.number, Status.ACKNOWLEDGED)


def test_owner_loses_sight_of_what_was_not_theirs(walked: Walked, owner: Actor, coordinator: Actor) -> None:
    finding = walked.finding(Status.SENT, due_on=today())

    moved = move(
        owner,
        finding.number,
        Status.NOT_OURS,
        Given(words="Trafikkontorets mark", suggestion="Trafikkontoret"),
    )

    assert (moved.responsible_id, moved.due_on) == (None, None)
    assert moved.history[0].organisation_id == walked.organisation.id
    assert moved.history[0].given == {"suggestion": "Trafikkontoret"}
    with pytest.raises(NotFoundError):
        move(owner, finding.number, Status.ACKNOWLEDGED)


class TestDates:
    def test_due_date_is_proposed_by_the_rule_of_category_and_severity(
        self, walked: Walked, coordinator: Actor
    ) -> None:
        finding = walked.finding(Status.TRIAGED, severity=Severity.ACUTE)
        (proposal,) = {step.proposed_due for step in steps_for(coordinator, finding)}

        moved = move(coordinator, finding.number, Status.SENT, Given(responsible_id=walked.organisation.id))

        assert proposal == today() + timedelta(days=2)
        assert moved.due_on == proposal
        assert moved.history[0].given["due_on"] == proposal.isoformat()

    @pytest.mark.parametrize(
        ("before", "after", "named"),
        [
            (Status.TRIAGED, Status.SENT, "due_on"),
            (Status.SENT, Status.PLANNED, "planned_on"),
            (Status.SENT, Status.ON_HOLD, "hold_until"),
        ],
    )
    def test_date_in_the_past_is_refused(
        self, before: Status, after: Status, named: str, walked: Walked, coordinator: Actor
    ) -> None:
        finding = walked.finding(before)
        yesterday: dict[str, Any] = {named: today() - timedelta(days=1)}
        with pytest.raises(InvalidInputError) as caught:
            move(coordinator, finding.number, after, replace(walked.everything(), **yesterday))

        assert faults(caught) == {(named, "past")}

    def test_today_is_not_in_the_past(self, walked: Walked, owner: Actor) -> None:
        finding = walked.finding(Status.SENT)

        assert move(owner, finding.number, Status.PLANNED, Given(planned_on=today())).planned_on == today()

    def test_fix_cannot_lie_ahead_or_before_it_was_noted(self, walked: Walked, owner: Actor) -> None:
        finding = walked.finding(Status.SENT, reported_at=now() - timedelta(days=3))
        for days, code in ((1, "future"), (-4, "too_early")):
            with pytest.raises(InvalidInputError) as caught:
                move(
                    owner,
                    finding.number,
                    Status.REPORTED_FIXED,
                    Given(fixed_on=today() + timedelta(days=days)),
                    [photo()],
                )
            assert faults(caught) == {("fixed_on", code)}


class TestFixAndCheck:
    def test_fix_needs_a_photo_unless_the_rule_waives_it(self, walked: Walked, owner: Actor) -> None:
        lamp, snow = walked.finding(Status.SENT), walked.finding(Status.SENT, category="ordning")
        fixed = Given(fixed_on=today())
        with pytest.raises(InvalidInputError) as caught:
            move(owner, lamp.number, Status.REPORTED_FIXED, fixed)

        assert faults(caught) == {("photos", "missing")}
        assert move(owner, snow.number, Status.REPORTED_FIXED, fixed).status is Status.REPORTED_FIXED

    def test_photo_that_was_there_already_proves_nothing(self, walked: Walked, owner: Actor) -> None:
        finding = walked.finding(Status.SENT)
        move(owner, finding.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])
        with change(SYSTEM, None):
            finding.status = Status.SENT
        with pytest.raises(InvalidInputError):
            move(owner, finding.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])

    def test_photo_of_the_fix_is_told_from_that_of_the_fault(self, walked: Walked, owner: Actor) -> None:
        finding = walked.finding(Status.SENT)

        moved = move(owner, finding.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])

        assert [one.kind for one in moved.photos] == [PhotoKind.FIX]

    def test_doer_may_not_verify_but_a_colleague_may(self, walked: Walked, coordinator: Actor) -> None:
        finding = walked.finding(Status.SENT)
        move(coordinator, finding.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])
        on_site = Given(how=VerificationMethod.ON_SITE)
        colleague = make_user(Role.COORDINATOR)

        with pytest.raises(DoerMayNotVerifyError):
            move(coordinator, finding.number, Status.VERIFIED, on_site)
        assert Status.VERIFIED not in {step.to for step in steps_for(coordinator, finding)}
        verified = move(colleague, finding.number, Status.VERIFIED, on_site)

        assert (verified.status, verified.verified_how) == (Status.VERIFIED, VerificationMethod.ON_SITE)
        assert verified.verified_at is not None

    def test_system_never_verifies(self, walked: Walked) -> None:
        finding = walked.finding(Status.REPORTED_FIXED)
        with pytest.raises(DoerMayNotVerifyError):
            move(SYSTEM, finding.number, Status.VERIFIED, Given(how=VerificationMethod.ON_SITE))

    @pytest.mark.parametrize(
        ("category", "severity", "enough", "too_weak"),
        [
            ("belysning", Severity.HIGH, {"on_site", "walk"}, {"photo"}),
            ("belysning", Severity.LOW, {"walk"}, {"photo", "on_site"}),
            ("skrap", Severity.MEDIUM, {"photo", "on_site", "walk"}, set()),
        ],
    )
    def test_check_follows_the_rule_of_category_and_severity(
        self,
        category: str,
        severity: Severity,
        enough: set[str],
        too_weak: set[str],
        walked: Walked,
        field: Actor,
    ) -> None:
        for how in sorted(enough):
            finding = walked.finding(Status.REPORTED_FIXED, category=category, severity=severity)
            given = Given(how=VerificationMethod(how))
            assert move(field, finding.number, Status.VERIFIED, given, [photo()]).verified_how == how
        for how in sorted(too_weak):
            finding = walked.finding(Status.REPORTED_FIXED, category=category, severity=severity)
            with pytest.raises(InvalidInputError) as caught:
                move(field, finding.number, Status.VERIFIED, Given(how=VerificationMethod(how)), [photo()])
            assert faults(caught) == {("how", "too_weak")}

    def test_check_by_photo_needs_one_to_look_at(self, walked: Walked, owner: Actor, field: Actor) -> None:
        bare = walked.finding(Status.REPORTED_FIXED, category="skrap")
        shown = walked.finding(Status.SENT, category="skrap")
        move(owner, shown.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])
        by_photo = Given(how=VerificationMethod.PHOTO)

        with pytest.raises(InvalidInputError) as caught:
            move(field, bare.number, Status.VERIFIED, by_photo)
        assert faults(caught) == {("photos", "missing")}
        assert move(field, shown.number, Status.VERIFIED, by_photo).status is Status.VERIFIED

    def test_photo_of_an_earlier_fix_is_none_of_the_new_one(
        self, walked: Walked, owner: Actor, field: Actor, coordinator: Actor
    ) -> None:
        finding = walked.finding(Status.SENT, category="sno-halka", severity=Severity.HIGH)
        number, by_photo = finding.number, Given(how=VerificationMethod.PHOTO)
        move(owner, number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo("a")])
        move(field, number, Status.REOPENED, Given(words="Kvar"))
        move(coordinator, number, Status.SENT, Given(responsible_id=finding.responsible_id))
        move(owner, number, Status.REPORTED_FIXED, Given(fixed_on=today()))

        with pytest.raises(InvalidInputError) as caught:
            move(field, number, Status.VERIFIED, by_photo)

        assert faults(caught) == {("photos", "missing")}
        assert move(field, number, Status.VERIFIED, by_photo, [photo("b")]).status is Status.VERIFIED

    def test_reopening_forgets_the_fix_but_not_its_history(
        self, walked: Walked, owner: Actor, field: Actor
    ) -> None:
        finding = walked.finding(Status.SENT)
        move(owner, finding.number, Status.REPORTED_FIXED, Given(fixed_on=today()), [photo()])
        move(field, finding.number, Status.VERIFIED, Given(how=VerificationMethod.ON_SITE))

        reopened = move(field, finding.number, Status.REOPENED, Given(words="Släckt igen"))

        assert (reopened.verified_at, reopened.verified_how, reopened.fixed_by) == (None, None, None)
        assert [entry.after for entry in reopened.history] == ["reported_fixed", "verified", "reopened"]
        assert reopened.history[-1].overwritten["verified_how"] == "on_site"


class TestWorkOrder:
    def sent_to(self, coordinator: Actor, finding: Finding, organisation: Organisation) -> Finding:
        given = Given(responsible_id=organisation.id)
        return move(coordinator, finding.number, Status.SENT, given)

    def test_number_typed_before_the_first_sending_stays(self, walked: Walked, coordinator: Actor) -> None:
        finding = walked.finding(Status.TRIAGED, responsible_id=None, work_order="AO-1")

        assert self.sent_to(coordinator, finding, walked.organisation).work_order == "AO-1"

    def test_number_of_whoever_was_responsible_before_does_not_follow_to_another(
        self, walked: Walked, coordinator: Actor, field: Actor
    ) -> None:
        finding = walked.finding(Status.VERIFIED, work_order="AO-1")
        move(field, finding.number, Status.REOPENED, Given(words="Släckt igen"))
        before, other = finding.responsible_id, make_organisation("Andra Förvaltningen")

        assert self.sent_to(coordinator, finding, other).work_order == ""
        restored = correct(coordinator, finding.number, "Fel organisation")
        assert (restored.responsible_id, restored.work_order) == (before, "AO-1")
        assert self.sent_to(coordinator, restored, walked.organisation).work_order == "AO-1"


class TestDuplicates:
    def fault(self, walked: Walked, coordinator: Actor, finding: Finding, number: str) -> FieldError:
        with pytest.raises(InvalidInputError) as caught:
            move(coordinator, finding.number, Status.DUPLICATE, Given(duplicate_of=number))
        (fault,) = caught.value.errors
        return fault

    def test_unknown_number_is_refused(self, walked: Walked, coordinator: Actor) -> None:
        finding = walked.finding(Status.NEW)

        assert self.fault(walked, coordinator, finding, "KISTA-1999-0001").code == "unknown"

    def test_finding_does_not_repeat_itself(self, walked: Walked, coordinator: Actor) -> None:
        finding = walked.finding(Status.NEW)

        assert self.fault(walked, coordinator, finding, finding.number.lower()).code == "itself"

    def test_duplicates_do_not_run_in_a_circle(self, walked: Walked, coordinator: Actor) -> None:
        first, second, third = (walked.finding(Status.NEW) for _ in range(3))
        move(coordinator, first.number, Status.DUPLICATE, Given(duplicate_of=second.number))
        move(coordinator, second.number, Status.DUPLICATE, Given(duplicate_of=third.number))

        assert self.fault(walked, coordinator, third, first.number).code == "cycle"


class TestSeveral:
    def test_each_has_its_own_outcome_and_nothing_is_half_saved(
        self, walked: Walked, coordinator: Actor
    ) -> None:
        ready, new = walked.finding(Status.TRIAGED), walked.finding(Status.NEW)

        outcomes = move_several(
            coordinator,
            [ready.number, new.number, "NEJ-1"],
            Status.SENT,
            Given(responsible_id=walked.organisation.id),
        )

        assert [(one.number, type(one.error)) for one in outcomes] == [
            (ready.number, type(None)),
            (new.number, InvalidInputError),
            ("NEJ-1", NotFoundError),
        ]
        session().expire_all()
        assert (ready.status, new.status, new.history) == (Status.SENT, Status.NEW, [])

    def test_same_number_twice_is_one_step(self, walked: Walked, coordinator: Actor) -> None:
        finding = walked.finding(Status.SENT)

        outcomes = move_several(coordinator, [finding.number] * 2, Status.ACKNOWLEDGED, Given())

        assert [one.error for one in outcomes] == [None]


class TestAtOnce:
    def test_second_decision_on_the_same_page_is_told_that_somebody_was_first(
        self, walked: Walked, coordinator: Actor, owner: Actor
    ) -> None:
        finding = walked.finding(Status.SENT)
        seen = finding.version
        move(owner, finding.number, Status.PLANNED, Given(planned_on=today()), version=seen)

        with pytest.raises(ChangedMeanwhileError):
            move(coordinator, finding.number, Status.ACKNOWLEDGED, version=seen)

    def test_of_many_who_press_at_the_same_moment_one_gets_through(
        self, walked: Walked, coordinator: Actor
    ) -> None:
        finding = walked.finding(Status.SENT)
        number, version = finding.number, finding.version
        db.close_session()
        outcomes: list[type[PlatskollenError] | None] = []
        start = threading.Barrier(4)

        def press() -> None:
            start.wait()
            try:
                move(coordinator, number, Status.ACKNOWLEDGED, version=version)
                outcomes.append(None)
            except PlatskollenError as error:
                outcomes.append(type(error))
            finally:
                db.close_session()

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(map(str, outcomes)) == sorted([str(ChangedMeanwhileError)] * 3 + ["None"])
        moved = session().scalars(select(Finding).where(Finding.number == number)).one()
        assert (moved.version, len(moved.history)) == (2, 1)


def test_verified_is_closed_by_rule_after_some_days(walked: Walked) -> None:
    old = walked.finding(Status.VERIFIED, verified_at=now() - timedelta(days=31))
    young = walked.finding(Status.VERIFIED, verified_at=now() - timedelta(days=29))

    assert remedies.close_verified(timedelta(days=30)) == 1
    session().expire_all()
    assert (old.status, young.status) == (Status.CLOSED, Status.VERIFIED)
    assert old.history[0].actor_role is None


def test_unknown_organisation_is_refused(walked: Walked, coordinator: Actor) -> None:
    finding = walked.finding(Status.TRIAGED)
    with pytest.raises(InvalidInputError) as caught:
        move(coordinator, finding.number, Status.SENT, Given(responsible_id=uuid4()))

    assert faults(caught) == {("responsible_id", "unknown")}
