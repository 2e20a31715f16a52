"""The conversation at a finding, on the page of staff and on that of the responsible organisation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, session
from app.models.accounts import Organisation
from app.models.comments import Audience, Comment
from app.models.findings import Finding, Status
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import owner_links
from app.services.comments import say
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
HOSTILE = "<img src=x onerror=alert(1)> ’ åäö"


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email="fel@bostad.example")


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id)


@pytest.fixture
def home(organisation: Organisation) -> str:
    with change(SYSTEM, None) as making:
        link = owner_links.make_link(making, organisation.id, "fel@bostad.example")
    return owner_links.address_of(link).removeprefix("http://localhost")


def kept() -> list[tuple[str, str]]:
    session().rollback()
    return [
        (one.audience.value, one.words) for one in session().scalars(select(Comment).order_by(Comment.at))
    ]


def test_coordinator_and_organisation_talk_and_see_functions_only(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding, home: str
) -> None:
    sign_in(client, coordinator)
    address = f"/brister/{finding.number}"
    sent = client.post(f"{address}/samtal", data={"comment-words": HOSTILE, "comment-audience": "owner"})
    assert sent.location == f"{address}#conversation"
    client.post(f"{address}/samtal", data={"comment-words": "Bara vi", "comment-audience": "internal"})

    seen = page(client.get(f"{home}/brister/{finding.number}"))
    conversation = seen.select_one("#questions")
    assert conversation is not None
    assert HOSTILE in conversation.text
    assert "Coordinator" in conversation.text
    assert "Bara vi" not in seen.text
    assert "Your answer or question" in conversation.text

    client.post(f"{home}/brister/{finding.number}/fraga", data={"question-words": "Vilken stolpe?"})
    answered = page(client.get(address)).select_one("#conversation")
    assert answered is not None
    assert "Vilken stolpe?" in answered.text
    assert "Bostadsbolag A" in answered.text
    assert "Namn " not in answered.text
    assert "Questions from the responsible" in page(client.get("/")).text
    assert finding.number in page(client.get("/brister?status=questions")).text


def test_reply_to_a_closed_finding_is_kept_and_said_so(
    client: FlaskClient, finding: Finding, home: str
) -> None:
    with change(SYSTEM, None):
        finding.status = Status.CLOSED
    address = f"{home}/brister/{finding.number}"
    assert "is kept all the same" in page(client.get(address)).text
    client.post(f"{address}/fraga", data={"question-words": "Den är släckt igen"})
    assert "What you wrote is kept" in page(client.get(address)).text
    assert kept() == [("owner", "Den är släckt igen")]


def test_reply_to_a_finding_that_left_is_kept_and_said_so(
    client: FlaskClient, finding: Finding, organisation: Organisation, home: str
) -> None:
    street = make_organisation("Gatan")
    with change(SYSTEM, None) as leaving:
        step = StatusChange(
            finding_id=finding.id, number=1, after=Status.NOT_OURS, organisation_id=organisation.id
        )
        leaving.session.add(step)
        finding.responsible_id = street.id
    address = f"{home}/brister/{finding.number}/fraga"
    sent = client.post(address, data={"question-words": "Vi ser den från porten"})
    assert sent.status_code == 302
    assert "is no longer with you" in page(client.get(sent.location)).text
    assert kept() == [("owner", "Vi ser den från porten")]
    assert client.post(address, data={"question-words": ""}).status_code == 404


def test_what_cannot_be_said_stands_as_it_was_typed(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    sign_in(client, coordinator)
    address = f"/brister/{finding.number}/samtal"
    for data in (
        {"comment-words": "Till vem?"},
        {"comment-words": "x" * 5001, "comment-audience": "internal"},
    ):
        soup = page(client.post(address, data=data), 422)
        box = soup.select_one("textarea[name=comment-words]")
        assert box is not None
        assert box.text.strip() == data["comment-words"]
    assert (
        client.post(address, data={"comment-words": "Hej", "comment-audience": "nobody"}).status_code == 422
    )
    assert kept() == []


def test_what_looks_like_personal_data_is_asked_about_before_everybody_reads_it(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    sign_in(client, coordinator)
    address = f"/brister/{finding.number}/samtal"
    words = "Ring växeln på 08-508 00 508"
    sent = {"comment-words": words, "comment-audience": "public"}
    asked = page(client.post(address, data=sent), 422)
    assert kept() == []
    sure = asked.select_one("[name=comment-sure]")
    assert sure is not None
    assert words in str(asked.select_one("textarea[name=comment-words]"))
    again = client.post(address, data=sent | {"comment-sure": str(sure["value"])})
    assert again.status_code == 302
    assert kept() == [("public", words)]


def test_same_page_sent_twice_says_it_once(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    sign_in(client, coordinator)
    data = {"comment-words": "Hej", "comment-audience": "internal", "comment-comment_id": str(uuid4())}
    for _ in range(2):
        client.post(f"/brister/{finding.number}/samtal", data=data)
    assert kept() == [("internal", "Hej")]
    clash = client.post(f"/brister/{finding.number}/samtal", data={**data, "comment-words": "Annat"})
    assert "Save again" in page(clash, 409).text


def test_others_are_not_let_in(
    client: FlaskClient,
    sign_in: SignIn,
    outsider: Actor,
    analyst: Actor,
    owner: Actor,
    finding: Finding,
    coordinator: Actor,
) -> None:
    say(coordinator, finding.number, Audience.INTERNAL, "Bara vi")
    address = f"/brister/{finding.number}/samtal"
    data = {"comment-words": "Hej", "comment-audience": "internal"}
    for actor, status in ((outsider, 404), (analyst, 403)):
        sign_in(client, actor)
        assert client.post(address, data=data).status_code == status
    assert "Bara vi" not in page(client.get(f"/brister/{finding.number}")).text
    sign_in(client, owner)  # has one way to speak only, whatever the form says
    client.post(address, data=data)
    assert kept() == [("internal", "Bara vi"), ("owner", "Hej")]
