"""What coordinators see of the letters to those who must act: the last ones, and those that did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.db import change, now
from app.models.accounts import Organisation
from app.models.findings import Finding, Status
from app.models.letters import Letter, LetterState, Notice, Reason
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
MAILBOX = "fel@bostad.example"
SECTION = "[aria-labelledby=letters-heading]"
SAID = "550 5.1.1 <img src=x> No such mailbox here"


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email=MAILBOX.capitalize())


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id)


def write(finding: Finding, state: LetterState, *, days_ago: float = 0, **values: Any) -> None:
    moment = now() - timedelta(days=days_ago)
    with change(SYSTEM, None) as writing:
        letter = Letter(
            **{"email": MAILBOX, "day": moment.date(), "state": state, "created_at": moment, **values}
        )
        writing.session.add(letter)
        writing.session.flush()
        notice = Notice(
            email=letter.email,
            organisation_id=finding.responsible_id,
            finding_id=finding.id,
            reason=Reason.SENT,
            about=str(letter.id),
            letter_id=letter.id,
        )
        writing.session.add(notice)


def test_coordinator_reads_the_last_letters_and_what_the_server_said(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, organisation: Organisation, finding: Finding
) -> None:
    address = f"/organisationer/{organisation.id}/lankar"
    sign_in(client, coordinator)
    assert "No letter has been written yet" in page(client.get(address)).text
    write(finding, LetterState.SENT, days_ago=3)
    write(finding, LetterState.REFUSED, answer=SAID)
    other = make_finding(finding.walk, responsible_id=make_organisation("B", email="b@b.example").id)
    write(other, LetterState.REFUSED, email="b@b.example")

    section = page(client.get(address)).select_one(SECTION)

    assert section is not None
    rows = [row.get_text(" ", strip=True) for row in section.select("tbody tr")]
    assert len(rows) == 2
    assert "Refused" in rows[0]
    assert SAID in rows[0]
    assert "Sent to the mail server" in rows[1]


def troubles_on_start_page(client: FlaskClient) -> list[str]:
    section = page(client.get("/")).select_one(SECTION)
    return [row.get_text(" ", strip=True) for row in section.select("li")] if section else []


def test_refused_letter_is_to_do_until_one_arrives(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    sign_in(client, coordinator)
    write(finding, LetterState.REFUSED, days_ago=3)
    write(finding, LetterState.REFUSED, days_ago=2)
    [row] = troubles_on_start_page(client)
    assert "Bostadsbolag A" in row
    assert MAILBOX in row

    write(finding, LetterState.SENT)

    assert troubles_on_start_page(client) == []


def test_refused_letter_is_settled_by_another_address(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding, organisation: Organisation
) -> None:
    sign_in(client, coordinator)
    write(finding, LetterState.REFUSED)
    assert len(troubles_on_start_page(client)) == 1
    with change(SYSTEM, None):
        organisation.email = "ny@bostad.example"
    assert troubles_on_start_page(client) == []


def test_letter_that_waits_for_a_day_is_seen(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    sign_in(client, coordinator)
    write(finding, LetterState.WAITING)
    assert troubles_on_start_page(client) == []
    with change(SYSTEM, None) as aging:
        aging.session.execute(update(Letter).values(created_at=now() - timedelta(hours=25)))
    [row] = troubles_on_start_page(client)
    assert "Waits to be sent" in row


def test_only_coordinators_see_letters(
    client: FlaskClient, sign_in: SignIn, field: Actor, finding: Finding, organisation: Organisation
) -> None:
    sign_in(client, field)
    write(finding, LetterState.REFUSED)
    assert troubles_on_start_page(client) == []
    assert client.get(f"/organisationer/{organisation.id}/lankar").status_code == 403
