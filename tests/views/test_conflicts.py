"""Choosing between versions at the desk, by persona."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import change, close_session, session
from app.models.accounts import Organisation
from app.models.findings import Finding, Status
from app.models.operations import Conflict
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from tests.api.phones import Phone, edit, operation, report
from tests.builders import make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
HOSTILE = "<img src=x onerror=alert(1)> ’ åäö"


@pytest.fixture
def finding(
    app: object, client: FlaskClient, field: Actor, coordinator: Actor, site: Site, organisation: Organisation
) -> Finding:
    mine, other = Phone(client, field), Phone(client, coordinator)
    sent = report(make_walk(site).id, title="Lampa")
    mine.one(sent)
    other.one(edit(sent["object_id"], 1, title="Mörkt", category="sikt", lon=17.9422, lat=59.4038))
    mine.one(edit(sent["object_id"], 1, title=HOSTILE, category="skrap", lon=17.9423, lat=59.4039))
    return session().scalars(select(Finding)).one()


def texts(soup: BeautifulSoup, unit: str) -> list[str]:
    form = soup.select_one(f"form[action$='/versioner/{unit}']")
    assert form is not None
    return [one.get_text(" ", strip=True) for one in form.select(".version")]


def press(client: FlaskClient, soup: BeautifulSoup, unit: str, which: int) -> TestResponse:
    """Press one of the buttons as a browser without scripts does."""
    form = soup.select_one(f"form[action$='/versioner/{unit}']")
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    button = form.select("button")[which]
    return client.post(str(form["action"]), data={**fields, str(button["name"]): str(button["value"])})


def now_stands(number: str) -> Finding:
    close_session()
    return session().scalars(select(Finding).where(Finding.number == number)).one()


def test_start_page_counts_and_links(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    number = finding.number
    sign_in(client, coordinator)
    soup = page(client.get("/"))
    link = soup.select_one("a[href='/brister?status=conflict']")
    assert link is not None
    assert link.find_next("span").get_text() == "1"  # type: ignore[union-attr]
    assert number in page(client.get("/brister?status=conflict")).get_text()


def test_both_values_are_shown_with_who_and_which_holds(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    number = finding.number
    sign_in(client, coordinator)
    soup = page(client.get(f"/brister/{number}"))
    holds, other = texts(soup, "title")
    assert "Holds now" in holds
    assert "Coordinator" in holds
    assert "Mörkt" in holds
    assert "Field staff" in other
    assert HOSTILE in other
    assert "N 59.40390, E 17.94230" in texts(soup, "position")[1]
    assert "±" in texts(soup, "position")[0]
    assert len(texts(soup, "category")) == 2


def test_a_choice_is_saved_without_scripts(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    number = finding.number
    sign_in(client, coordinator)
    soup = page(client.get(f"/brister/{number}"))
    answer = press(client, soup, "title", 1)
    assert answer.location == f"/brister/{number}"
    after = page(client.get(f"/brister/{number}"))
    assert after.select_one(".message.success") is not None
    assert after.select_one("form[action$='/versioner/title']") is None
    assert now_stands(number).title == HOSTILE
    soup = page(client.get(f"/brister/{number}"))
    press(client, soup, "position", 0)
    press(client, soup, "category", 1)
    stands = now_stands(number)
    assert (stands.lon, stands.category) == (17.9422, "skrap")
    assert page(client.get(f"/brister/{number}")).select_one(".conflicts") is None


def test_what_was_said_meanwhile_is_shown_first(
    client: FlaskClient, sign_in: SignIn, field: Actor, coordinator: Actor, finding: Finding
) -> None:
    number, finding_id = finding.number, finding.id
    sign_in(client, coordinator)
    soup = page(client.get(f"/brister/{number}"))
    Phone(client, field).one(edit(finding_id, 1, title="Tredje"))
    shown = page(press(client, soup, "title", 1), 409)
    assert shown.select_one(".message.warning") is not None
    assert len(texts(shown, "title")) == 3
    assert now_stands(number).title == "Mörkt"


def test_a_choice_that_says_nothing_is_refused(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, finding: Finding
) -> None:
    number = finding.number
    sign_in(client, coordinator)
    address = f"/brister/{number}/versioner/title"
    assert client.post(address, data={"version": "9"}).status_code == 400
    assert client.post(address, data={"version": "9", "choice": "no-uuid"}).status_code == 400
    assert client.post(address, data={"choice": "stands"}).status_code == 409
    assert len(session().scalars(select(Conflict).where(Conflict.settled_at.is_(None))).all()) == 3


def test_personas(
    client: FlaskClient,
    sign_in: SignIn,
    field: Actor,
    owner: Actor,
    analyst: Actor,
    outsider: Actor,
    coordinator: Actor,
    organisation: Organisation,
    finding: Finding,
) -> None:
    number = finding.number
    organisation_id = organisation.id
    with change(SYSTEM, None) as giving:
        giving.session.get_one(Finding, finding.id).responsible_id = organisation_id
    version = str(now_stands(number).version)
    address = f"/brister/{number}/versioner/title"
    for actor, status in ((owner, 403), (analyst, 403), (outsider, 404)):
        sign_in(client, actor)
        if status == 403:
            assert page(client.get(f"/brister/{number}")).select_one(".conflicts") is None
        answer = client.post(address, data={"version": version, "choice": "stands"})
        assert answer.status_code == status
    sign_in(client, field)
    assert page(client.get(f"/brister/{number}")).select_one(".conflicts") is not None
    assert client.post(address, data={"version": version, "choice": "stands"}).status_code == 302


def test_what_was_taken_back_says_so_and_can_be_found(
    client: FlaskClient, sign_in: SignIn, field: Actor, coordinator: Actor, finding: Finding
) -> None:
    number, walk_id = finding.number, finding.walk_id
    phone = Phone(client, field)
    phone.one(operation("finding.withdraw", finding.id, {}))
    twins = [report(walk_id, title="Ena"), report(walk_id, title="Andra")]
    kept, repeated = (one["current"]["number"] for one in phone.sync(*twins))
    phone.one(operation("finding.withdraw", twins[1]["object_id"], {"duplicate_of": twins[0]["object_id"]}))
    sign_in(client, coordinator)

    taken = page(client.get(f"/brister/{number}"))
    assert "Taken back" in taken.get_text()
    assert taken.select_one(".conflicts") is None
    again = page(client.get(f"/brister/{repeated}"))
    assert again.select_one(f"main a[href='/brister/{kept}']") is not None
    for status, wanted in (("withdrawn", number), ("duplicate", repeated)):
        listed = page(client.get(f"/brister?status={status}&text={wanted.lower()}"))
        assert listed.select_one(f"a[href='/brister/{wanted}']") is not None
    assert page(client.get("/brister?status=open")).select_one(f"a[href='/brister/{number}']") is None
    assert now_stands(number).status is Status.WITHDRAWN
