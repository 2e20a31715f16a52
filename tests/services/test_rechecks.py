"""Looking at earlier findings again on a walk."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.db import session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, Severity, Status, VerificationMethod
from app.models.photos import PhotoKind
from app.models.remedies import RecheckResult
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services.corrections import correct
from app.services.needs import Given
from app.services.photos import Upload
from app.services.rechecks import recheck
from app.services.remedies import move
from tests.builders import make_finding, make_site, make_walk

NOW_PHOTO = [Upload("b" * 64, "image/jpeg", 400, 300, None, None, None)]


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def reported(walk: Walk, organisation: Organisation, owner: Actor) -> Finding:
    return make_finding(
        walk,
        status=Status.REPORTED_FIXED,
        severity=Severity.LOW,
        responsible_id=organisation.id,
        fixed_by=owner.user_id,
    )


def test_fixed_seen_by_another_than_the_doer_verifies(reported: Finding, walk: Walk, field: Actor) -> None:
    recheck(field, walk.id, reported.number, RecheckResult.FIXED, "Lyser", NOW_PHOTO)

    assert (reported.status, reported.verified_how) == (Status.VERIFIED, VerificationMethod.WALK)
    assert [(one.result, one.note) for one in reported.rechecks] == [("fixed", "Lyser")]
    assert [one.kind for one in reported.photos] == [PhotoKind.VERIFICATION]


def test_photo_of_a_check_that_the_fix_did_not_pass_is_none_of_before(
    reported: Finding, walk: Walk, field: Actor
) -> None:
    recheck(field, walk.id, reported.number, RecheckResult.REMAINS, "Mörkt", NOW_PHOTO)

    assert reported.status is Status.REOPENED
    assert [one.kind for one in reported.photos] == [PhotoKind.VERIFICATION]


def test_same_recheck_said_twice_is_one(reported: Finding, walk: Walk, field: Actor) -> None:
    key = uuid4()
    for _press in range(2):
        recheck(field, walk.id, reported.number, RecheckResult.REMAINS, "Mörkt", recheck_id=key)

    assert len(reported.rechecks) == 1
    assert [step.after for step in reported.history] == [Status.REOPENED]


def test_fixed_seen_by_the_doer_is_on_record_but_verifies_nothing(walk: Walk, field: Actor) -> None:
    own = make_finding(walk, status=Status.REPORTED_FIXED, fixed_by=field.user_id)

    recheck(field, walk.id, own.number, RecheckResult.FIXED, photos=NOW_PHOTO)

    assert (own.status, len(own.rechecks), own.history) == (Status.REPORTED_FIXED, 1, [])


def test_fixed_that_nobody_had_reported_passes_through_reported_fixed(
    walk: Walk, organisation: Organisation, field: Actor
) -> None:
    sent = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)

    recheck(field, walk.id, sent.number, RecheckResult.FIXED, photos=NOW_PHOTO)

    assert [entry.after for entry in sent.history] == [Status.REPORTED_FIXED, Status.VERIFIED]
    assert [entry.actor_role for entry in sent.history] == [None, "field"]
    assert sent.fixed_by is None


def test_fixed_of_what_was_never_sent_is_only_on_record(walk: Walk, field: Actor) -> None:
    new = make_finding(walk)

    recheck(field, walk.id, new.number, RecheckResult.FIXED, photos=NOW_PHOTO)

    assert (new.status, len(new.rechecks)) == (Status.NEW, 1)


@pytest.mark.parametrize("result", [RecheckResult.REMAINS, RecheckResult.WORSE])
@pytest.mark.parametrize("status", [Status.REPORTED_FIXED, Status.VERIFIED, Status.CLOSED])
def test_what_remains_reopens_what_was_said_to_be_fixed(
    result: RecheckResult, status: Status, walk: Walk, field: Actor
) -> None:
    finding = make_finding(walk, status=status)

    recheck(field, walk.id, finding.number, result, "Fortfarande mörkt")

    assert finding.status is Status.REOPENED
    assert finding.history[-1].words == "Fortfarande mörkt"


@pytest.mark.parametrize("result", [RecheckResult.REMAINS, RecheckResult.NOT_FOUND])
def test_what_remains_open_is_only_on_record(result: RecheckResult, walk: Walk, field: Actor) -> None:
    sent = make_finding(walk, status=Status.SENT)

    recheck(field, walk.id, sent.number, result)

    assert (sent.status, sent.rechecks[0].result) == (Status.SENT, result)


def test_not_found_leaves_a_reported_fix_as_it_is(reported: Finding, walk: Walk, field: Actor) -> None:
    recheck(field, walk.id, reported.number, RecheckResult.NOT_FOUND)

    assert reported.status is Status.REPORTED_FIXED


def test_fixed_needs_a_photo_where_the_rule_says(reported: Finding, walk: Walk, field: Actor) -> None:
    with pytest.raises(InvalidInputError) as caught:
        recheck(field, walk.id, reported.number, RecheckResult.FIXED)

    assert (caught.value.errors[0].field, caught.value.errors[0].code) == ("photos", "missing")
    session().expire_all()
    assert (reported.status, reported.rechecks) == (Status.REPORTED_FIXED, [])


def test_walk_of_another_site_or_not_started_is_refused(reported: Finding, site: Site, field: Actor) -> None:
    for walk in (make_walk(make_site("akalla-centrum")), make_walk(site, state=WalkState.PLANNED)):
        with pytest.raises(InvalidInputError):
            recheck(field, walk.id, reported.number, RecheckResult.REMAINS)


def test_analyst_may_not_recheck(reported: Finding, walk: Walk, analyst: Actor) -> None:
    with pytest.raises(ForbiddenError):
        recheck(analyst, walk.id, reported.number, RecheckResult.REMAINS)


def test_who_reported_it_fixed_cannot_verify_by_taking_that_back_first(
    walk: Walk, organisation: Organisation, coordinator: Actor, field: Actor
) -> None:
    sent = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)
    move(coordinator, sent.number, Status.REPORTED_FIXED, Given(fixed_on=today()), NOW_PHOTO)
    correct(coordinator, sent.number, "För tidigt")

    recheck(coordinator, walk.id, sent.number, RecheckResult.FIXED, photos=NOW_PHOTO)
    assert (sent.status, [one.result for one in sent.rechecks]) == (Status.SENT, [RecheckResult.FIXED])

    recheck(field, walk.id, sent.number, RecheckResult.FIXED, photos=NOW_PHOTO)
    assert sent.status is Status.VERIFIED


def test_other_words_under_the_key_of_an_earlier_recheck_are_not_lost_in_silence(
    reported: Finding, walk: Walk, field: Actor
) -> None:
    key, other = uuid4(), make_finding(walk)
    recheck(field, walk.id, reported.number, RecheckResult.NOT_FOUND, "Snö", recheck_id=key)

    for number, result, note in (
        (reported.number, RecheckResult.NOT_FOUND, "Is"),
        (reported.number, RecheckResult.REMAINS, "Snö"),
        (other.number, RecheckResult.NOT_FOUND, "Snö"),
    ):
        with pytest.raises(ChangedMeanwhileError):
            recheck(field, walk.id, number, result, note, recheck_id=key)
