"""Followers: asked before they hear anything, told in public words, forgotten when they stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import jobs
from app.db import change, now, session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, Level, Status
from app.models.letters import Follower, Letter, Notice
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import followers, letters
from app.services.needs import Given
from app.services.remedies import move
from tests.builders import make_finding, make_walk
from tests.mail_server import Server, mail_server
from tests.views.pages import page

TUESDAY = datetime(2026, 6, 2, 10, tzinfo=UTC)
KIOSK = "kiosk@example.se"


@pytest.fixture
def server(app: APIFlask) -> Iterator[Server]:
    with mail_server() as made:
        yield made


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(
        make_walk(site),
        status=Status.SENT,
        responsible_id=organisation.id,
        title="XMARKX",
        place_words="XMARKX",
    )


def rows() -> list[Follower]:
    session().rollback()
    return list(session().scalars(select(Follower).order_by(Follower.created_at)))


def address_in(words: str) -> str:
    found = re.search(r"^http://localhost(/folj/\S+)$", words, re.MULTILINE)
    assert found is not None
    return found[1]


def plan(coordinator: Actor, number: str, gathered_at: datetime = TUESDAY) -> None:
    move(coordinator, number, Status.PLANNED, Given(planned_on=today()))
    letters.gather(gathered_at)
    jobs.run_due()


def test_nothing_is_told_before_a_yes_and_one_press_in_the_mail_program_ends_it(
    server: Server, client: FlaskClient, finding: Finding, coordinator: Actor
) -> None:
    number = finding.number
    followers.add(coordinator, number, KIOSK.upper(), "Handlare, bad om det på vandringen")
    jobs.run_due()
    [question] = server.mails
    assert question["To"] == KIOSK
    assert "XMARKX" not in question.get_content()
    plan(coordinator, number)
    assert len(server.mails) == 1

    address = address_in(question.get_content())
    assert number in page(client.get(address)).text
    assert rows()[0].confirmed_at is None  # looking says nothing
    assert "Thank you" in page(client.get(client.post(f"{address}/ja").location)).text
    move(coordinator, number, Status.IN_PROGRESS)
    plan(coordinator, number)

    letter = server.mails[1]
    assert f"{number} Belysning, Kista centrum: Planerat" in letter.get_content()
    assert "XMARKX" not in letter.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    pressed = {"List-Unsubscribe": "One-Click"}
    assert [client.post(stop, data=pressed).status_code for _ in range(2)] == [200, 200]
    assert rows() == []
    assert (
        session().scalars(select(Notice.email)).all() == session().scalars(select(Letter.email)).all() == []
    )
    assert "get no more mail" in page(client.get(address)).text


def test_stop_needs_no_session_even_where_forms_are_guarded(
    app: APIFlask, client: FlaskClient, finding: Finding, coordinator: Actor
) -> None:
    follower = followers.add(coordinator, finding.number, KIOSK, "bad om det")
    address = followers.page_address(follower).removeprefix("http://localhost")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(f"{address}/sluta", data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    assert rows() == []


@pytest.mark.parametrize("change_one", [0, 10, -1])
def test_altered_address_opens_nothing(
    client: FlaskClient, finding: Finding, coordinator: Actor, change_one: int
) -> None:
    follower = followers.add(coordinator, finding.number, KIOSK, "bad om det")
    address = followers.page_address(follower).removeprefix("http://localhost")
    token = list(address.removeprefix("/folj/"))
    token[change_one] = "A" if token[change_one] != "A" else "B"
    altered = f"/folj/{''.join(token)}"
    assert client.get(altered).status_code == 404
    assert client.post(f"{altered}/sluta").status_code == 404
    assert client.post(f"{address}/sluta", data={"finding": "x" * 5000}).status_code == 404
    assert len(rows()) == 1


def test_stopping_one_keeps_the_others(finding: Finding, coordinator: Actor) -> None:
    other = make_finding(finding.walk)
    first = followers.add(coordinator, finding.number, KIOSK, "bad om det")
    followers.add(coordinator, other.number, KIOSK, "bad om det")
    token = followers.page_address(first).rsplit("/", 1)[1]
    assert followers.confirm(token) == 2
    followers.stop(token, other.id)
    assert [one.finding_id for one in rows()] == [finding.id]


def test_page_names_nothing_that_has_become_no_matter_for_outsiders(
    client: FlaskClient, finding: Finding, coordinator: Actor
) -> None:
    follower = followers.add(coordinator, finding.number, KIOSK, "bad om det")
    address = followers.page_address(follower).removeprefix("http://localhost")
    assert finding.number in client.get(address).get_data(as_text=True)
    with change(SYSTEM, None):
        finding.level = Level.PROTECTED
    read = client.get(address).get_data(as_text=True)
    assert finding.number not in read
    assert finding.site.name not in read


def test_somebody_is_asked_once_a_day_however_much_is_put_in(
    server: Server, finding: Finding, coordinator: Actor
) -> None:
    numbers = [finding.number, make_finding(finding.walk).number]
    for number in [*numbers, *numbers]:
        followers.add(coordinator, number, KIOSK, "bad om det")
    jobs.run_due()
    assert len(server.mails) == 1
    assert len(rows()) == 2


def test_whoever_says_nothing_is_forgotten(finding: Finding, coordinator: Actor) -> None:
    followers.add(coordinator, finding.number, KIOSK, "bad om det")
    assert followers.forget_silent() == 0
    with change(SYSTEM, None) as aging:
        aging.session.execute(update(Follower).values(created_at=now() - timedelta(days=15)))
    assert followers.forget_silent() == 1
    assert rows() == []


def test_only_coordinators_put_somebody_in_and_see_who_follows(
    finding: Finding, coordinator: Actor, field: Actor, outsider: Actor, owner: Actor
) -> None:
    for actor in (field, owner):
        with pytest.raises(ForbiddenError):
            followers.add(actor, finding.number, KIOSK, "bad om det")
    with pytest.raises(NotFoundError):
        followers.add(outsider, finding.number, KIOSK, "bad om det")
    follower = followers.add(coordinator, finding.number, KIOSK, "bad om det")
    assert not followers.followers_of(field, finding)
    with pytest.raises(NotFoundError):
        followers.remove(coordinator, make_finding(finding.walk).number, follower.id)
    followers.remove(coordinator, finding.number, follower.id)
    assert rows() == []


@pytest.mark.parametrize(
    ("email", "wish", "field"),
    [("inte en adress", "x", "email"), (KIOSK, " ", "wish"), (KIOSK, "x" * 301, "wish")],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    finding: Finding, coordinator: Actor, email: str, wish: str, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        followers.add(coordinator, finding.number, email, wish)
    assert refused.value.errors[0].field == field


@pytest.mark.parametrize("hidden", [{"level": Level.PROTECTED}, {"hate": True}, {"category": "ordning"}])
def test_nobody_follows_what_the_public_may_not_see(
    finding: Finding, coordinator: Actor, hidden: dict[str, object]
) -> None:
    with change(SYSTEM, None):
        for name, value in hidden.items():
            setattr(finding, name, value)
    with pytest.raises(InvalidInputError):
        followers.add(coordinator, finding.number, KIOSK, "bad om det")
