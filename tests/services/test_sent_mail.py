"""What staff is told of the mail about a finding that was sent: when it goes, that it went, or that it will not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask

from app.db import change, now, session
from app.i18n import local
from app.models.accounts import Organisation
from app.models.findings import Finding, Level, Severity, Status
from app.models.letters import Letter, LetterState, Notice
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services.corrections import correct
from app.services.letters import goes_at, make_letter
from app.services.needs import Given
from app.services.remedies import move
from app.services.sent_mail import Mailed, SentMail, mail_of_sending
from tests.builders import make_finding, make_organisation, make_walk

MAILBOX = "fel@bostad.example"


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email=MAILBOX)


@pytest.fixture
def triaged(site: Site) -> Finding:
    return make_finding(make_walk(site), status=Status.TRIAGED, severity=Severity.MEDIUM)


def send(coordinator: Actor, finding: Finding, organisation: Organisation) -> Finding:
    return move(coordinator, finding.number, Status.SENT, Given(responsible_id=organisation.id))


def stockholm(day: int, hour: int) -> datetime:
    return datetime(2026, 6, day, hour - 2, 30, tzinfo=UTC)


def had_letter(day: int) -> None:
    with change(SYSTEM, None) as making:
        making.session.add(Letter(email=MAILBOX, day=stockholm(day, 12).date(), state=LetterState.SENT))


def settle(state: LetterState) -> None:
    with change(SYSTEM, None) as settling:
        letter = settling.session.query(Letter).one()
        letter.state, letter.sent_at = state, now()


class TestWhenALetterGoes:
    def test_by_day_at_once_and_by_night_in_the_morning(self, app: APIFlask) -> None:
        assert goes_at(MAILBOX, stockholm(1, 12)) == stockholm(1, 12)
        assert str(local(goes_at(MAILBOX, stockholm(1, 5)))) == "2026-06-01 07:00:00+02:00"
        assert str(local(goes_at(MAILBOX, stockholm(1, 20)))) == "2026-06-02 07:00:00+02:00"

    def test_after_the_letters_of_the_days_that_have_theirs(self, app: APIFlask) -> None:
        had_letter(1)
        had_letter(2)
        assert str(local(goes_at(MAILBOX, stockholm(1, 12)))) == "2026-06-03 07:00:00+02:00"

    def test_acute_at_once_as_long_as_days_can_be_borrowed(self, app: APIFlask) -> None:
        for day in (1, 2, 3):
            had_letter(day)
        assert goes_at(MAILBOX, stockholm(1, 22), urgent=True) == stockholm(1, 22)
        had_letter(4)
        assert str(local(goes_at(MAILBOX, stockholm(1, 22), urgent=True))) == "2026-06-05 07:00:00+02:00"


def test_waits_until_the_letter_is_sent_or_refused(
    coordinator: Actor, triaged: Finding, organisation: Organisation
) -> None:
    assert mail_of_sending(coordinator, triaged) is None
    send(coordinator, triaged, organisation)
    session().add(Letter(email=MAILBOX, day=local(now()).date(), state=LetterState.SENT))
    session().flush()
    waits = mail_of_sending(coordinator, triaged)
    assert waits is not None
    assert waits.state is Mailed.WAITING
    assert waits.at is not None
    assert local(waits.at).date() == local(now()).date() + timedelta(days=1)
    session().rollback()

    make_letter(MAILBOX, local(now()).date())
    assert mail_of_sending(coordinator, triaged) == SentMail(Mailed.WAITING)
    settle(LetterState.REFUSED)
    assert mail_of_sending(coordinator, triaged) == SentMail(Mailed.REFUSED)
    settle(LetterState.SENT)
    went = mail_of_sending(coordinator, triaged)
    assert went is not None
    assert (went.state, went.at) == (Mailed.SENT, session().query(Letter).one().sent_at)


def test_acute_waits_for_no_hour(coordinator: Actor, site: Site, organisation: Organisation) -> None:
    acute = make_finding(make_walk(site), status=Status.TRIAGED, severity=Severity.ACUTE)
    send(coordinator, acute, organisation)
    assert mail_of_sending(coordinator, acute) == SentMail(Mailed.WAITING)


def test_nobody_is_told_without_an_address(coordinator: Actor, triaged: Finding) -> None:
    send(coordinator, triaged, make_organisation("Utan adress"))
    assert mail_of_sending(coordinator, triaged) == SentMail(Mailed.NO_ADDRESS)


def test_nobody_is_told_of_what_is_protected(
    coordinator: Actor, triaged: Finding, organisation: Organisation
) -> None:
    send(coordinator, triaged, organisation)
    with change(SYSTEM, None) as hiding:
        hiding.session.get_one(Finding, triaged.id).level = Level.PROTECTED
    assert mail_of_sending(coordinator, triaged) == SentMail(Mailed.WITHHELD)


def test_an_answer_taken_back_leaves_the_mail_of_the_sending(
    coordinator: Actor, triaged: Finding, organisation: Organisation
) -> None:
    send(coordinator, triaged, organisation)
    before = mail_of_sending(coordinator, triaged)
    move(coordinator, triaged.number, Status.ACKNOWLEDGED)
    assert mail_of_sending(coordinator, triaged) is None
    correct(coordinator, triaged.number, "Fel brist")

    after = mail_of_sending(coordinator, triaged)
    assert before is not None
    assert after is not None
    assert after.state is before.state is Mailed.WAITING
    assert notified(triaged.id) == 1


def test_the_organisation_is_not_told_of_its_own_mail(
    coordinator: Actor, owner: Actor, triaged: Finding, organisation: Organisation
) -> None:
    send(coordinator, triaged, organisation)
    assert mail_of_sending(owner, triaged) is None


def notified(finding_id: UUID) -> int:
    return session().query(Notice).filter_by(finding_id=finding_id).count()
