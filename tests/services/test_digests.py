"""What staff are mailed: questions, and the week on Mondays; one mail a day at most, never at night, off by choice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from app import jobs
from app.db import change, session
from app.models.accounts import Organisation
from app.models.comments import Audience
from app.models.findings import Finding, Level, Status
from app.models.letters import Follower, Letter, Reason
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import letters
from app.services.comments import say
from app.services.digests import Digests
from app.services.notices import tell
from app.services.staff_mail import choose_mail
from tests.builders import email_of, make_finding, make_organisation, make_walk
from tests.mail_server import Server, mail_server

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 2, tzinfo=UTC)


@pytest.fixture
def server(app: APIFlask) -> Iterator[Server]:
    with mail_server() as made:
        yield made


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email="fel@bostad.example")


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(make_walk(site), status=Status.NEW, title="Lampa", responsible_id=organisation.id)


def test_question_is_mailed_to_the_coordinator_with_the_page_to_answer_on(
    server: Server, finding: Finding, owner: Actor, coordinator: Actor
) -> None:
    number = finding.number
    say(owner, number, Audience.OWNER, "XMARKX")
    letters.gather(MONDAY + timedelta(days=1))
    jobs.run_due()
    [mail] = server.mails
    assert mail["To"] == email_of(coordinator)
    assert mail["Subject"] == "Frågor till dig"
    assert number in mail.get_content()
    assert "XMARKX" not in mail.get_content()  # what they wrote stays behind the sign-in


def test_week_and_questions_are_one_mail_on_a_monday_whichever_comes_first(
    server: Server, finding: Finding, owner: Actor, coordinator: Actor
) -> None:
    say(owner, finding.number, Audience.OWNER, "Vilken stolpe?")
    duty = Digests()
    for minute in range(3):
        letters.gather(MONDAY + timedelta(minutes=minute))
        duty(MONDAY + timedelta(minutes=minute))
    Digests()(MONDAY)  # another worker
    say(
        owner,
        make_finding(finding.walk, responsible_id=finding.responsible_id).number,
        Audience.OWNER,
        "Och den?",
    )
    letters.gather(MONDAY + timedelta(hours=2))
    jobs.run_due()

    [mail] = server.mails
    assert "Någon väntar på ditt svar" in mail.get_content()
    assert "Nya brister att bedöma: " in mail.get_content()


def test_one_mail_a_day_holds_for_whoever_is_staff_owner_and_follower_at_once(
    server: Server, finding: Finding, owner: Actor, coordinator: Actor, organisation: Organisation
) -> None:
    address = email_of(coordinator)
    with change(SYSTEM, None) as wearing:
        organisation.email = address
        finding.status = Status.PLANNED
        follower = Follower(finding_id=finding.id, email=address, confirmed_at=MONDAY)
        wearing.session.add(follower)
        wearing.session.flush()
        tell(wearing, finding, Reason.PLANNED, "1")
        tell(wearing, finding, Reason.SOON_DUE, "1")
    say(owner, finding.number, Audience.OWNER, "Vilken stolpe?")
    Digests()(MONDAY)
    letters.gather(MONDAY)
    letters.gather(MONDAY + timedelta(hours=8))
    jobs.run_due()
    assert [mail["To"] for mail in server.mails] == [address]
    words = server.mails[0].get_content()
    assert all(part in words for part in ("/agare/", "/folj/", "Någon väntar", "Det här väntar på dig"))


def test_nobody_is_written_to_at_night_or_on_other_days_or_where_nothing_waits(
    finding: Finding, coordinator: Actor, analyst: Actor
) -> None:
    assert Digests()(NIGHT) == 0
    assert Digests()(MONDAY + timedelta(days=1)) == 0
    assert Digests()(MONDAY) == 1  # the analyst has nothing to do


def test_week_is_mailed_once_a_monday_and_only_to_those_who_want_it(
    finding: Finding, coordinator: Actor
) -> None:
    choose_mail(coordinator, wanted=False)
    assert Digests()(MONDAY) == 0
    choose_mail(coordinator, wanted=True)
    assert [Digests()(MONDAY + timedelta(hours=hour)) for hour in range(3)] == [1, 0, 0]
    assert Digests()(MONDAY + timedelta(days=7)) == 1


def test_choice_made_before_the_mail_went_out_holds(
    server: Server, finding: Finding, coordinator: Actor
) -> None:
    Digests()(MONDAY)
    choose_mail(coordinator, wanted=False)
    jobs.run_due()
    assert server.mails == []
    assert session().scalars(select(Letter)).all() == []


def test_protected_finding_is_counted_and_never_named(
    server: Server, finding: Finding, coordinator: Actor
) -> None:
    number = finding.number
    with change(SYSTEM, None):
        finding.level = Level.PROTECTED
    Digests()(MONDAY)
    jobs.run_due()
    [mail] = server.mails
    assert "Nya brister att bedöma: 1" in mail.get_content()
    assert number not in mail.get_content()
