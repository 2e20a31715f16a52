"""Walks in the browser: planned, started, walked, finished."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, session
from app.models.accounts import Organisation
from app.models.areas import PlaceName
from app.models.findings import Status
from app.models.sites import Site, SitePartner
from app.models.walks import Ground, Light, Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services.walks import WalkPlan, load_walk, update_walk
from tests.builders import NOON, make_finding, make_walk
from tests.views.pages import page

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parent.parent / "data" / "hostile" / "blns.json").read_text(encoding="utf-8")
)
NEW = "/vandringar/ny?plats=kista-centrum"
SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def planned(site: Site) -> Walk:
    return make_walk(site, state=WalkState.PLANNED, started_at=None)


@pytest.fixture
def phone(client: FlaskClient, field: Actor, walk: Walk, sign_in: SignIn) -> FlaskClient:
    """A browser of field staff."""
    sign_in(client, field)
    return client


def value_of(soup: BeautifulSoup, name: str) -> str:
    control = soup.select_one(f"main [name={name}]")
    assert control is not None, name
    return (
        str(control.get("value", "")) if control.name == "input" else control.get_text().removeprefix("\r\n")
    )


def id_in(location: str) -> UUID:
    return UUID(location.rsplit("/", 1)[1])


def test_a_walk_is_planned(phone: FlaskClient, site: Site, organisation: Organisation) -> None:
    with change(SYSTEM, None) as adding:
        adding.session.add(SitePartner(site_id=site.id, organisation_id=organisation.id))
        adding.session.add(PlaceName(name="Kista T-bana", lon=17.9424, lat=59.4030))
    soup = page(phone.get(NEW))
    partner = soup.select_one("[name=participants-0-organisation] [selected]")
    assert partner is not None
    assert partner["value"] == str(organisation.id)
    sent = {
        "walk_id": value_of(soup, "walk_id"),
        "planned_at": "2026-11-13T18:00",
        "purpose": "Vägen hem",
        "participants-0-organisation": str(organisation.id),
        "participants-0-role": "leader",
        "participants-0-people": "3",
        "participants-1-organisation": str(organisation.id),  # without a number: left out
        "participants-1-role": "participant",
        "route": "Kista T-bana\r\n59,4037 17,9421\r\n59,4046; 17,9448 Torget",
    }
    answer = phone.post(NEW, data=sent)
    walk = session().get_one(Walk, id_in(answer.location))
    assert walk.planned_at.isoformat() == "2026-11-13T17:00:00+00:00"
    assert (walk.light, walk.purpose) == (Light.DARK, "Vägen hem")
    assert [(one.people, one.role) for one in walk.participants] == [(3, "leader")]
    assert [stop.name for stop in walk.stops] == ["Kista T-bana", "Torget"]
    assert phone.post(NEW, data=sent).location == answer.location
    text = page(phone.get(answer.location)).get_text()
    assert "18:00" in text
    assert "Torget" in text


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"planned_at": ""}, "planned_at"),
        ({"planned_at": "i morgon"}, "planned_at"),
        ({"planned_at": "0001-01-01T00:00"}, "planned_at"),
        ({"route": "Ingenstans"}, "route"),
        ({"route": "17,9 59,4 Torget"}, "route"),
        ({"route": "59,4 17,9"}, "route"),
        ({"purpose": "x" * 301}, "purpose"),
        ({"light": "neon"}, "light"),
    ],
)
def test_a_fault_in_a_plan_is_told_at_its_field_and_nothing_typed_is_lost(
    phone: FlaskClient, wrong: dict[str, str], at: str
) -> None:
    sent = {"walk_id": str(uuid4()), "planned_at": "2026-11-13T18:00", "meeting_point": "Spärrarna", **wrong}
    soup = page(phone.post(NEW, data=sent), 422)
    assert soup.select_one(f"#{at}-error") is not None
    assert soup.select_one(f"[data-error-summary] a[href='#{at}']") is not None
    for name in ("walk_id", "meeting_point", *wrong):
        if name != "light":
            assert value_of(soup, name) == sent[name]
    assert len(session().scalars(select(Walk)).all()) == 1


def test_people_that_are_no_number_are_told(phone: FlaskClient, organisation: Organisation) -> None:
    row = {"participants-0-organisation": str(organisation.id), "participants-0-role": "participant"}
    for wrong in ("0", "501", "många"):
        sent = {"planned_at": "2026-11-13T18:00", **row, "participants-0-people": wrong}
        soup = page(phone.post(NEW, data=sent), 422)
        assert soup.select_one("#participants-0-people-error") is not None
        assert value_of(soup, "participants-0-people") == wrong


def test_more_organisations_than_fit_are_told_and_not_cut(
    phone: FlaskClient, organisation: Organisation
) -> None:
    sent = {"walk_id": str(uuid4()), "planned_at": "2026-11-13T18:00"}
    for row in range(101):
        name = f"participants-{row}"
        sent |= {f"{name}-organisation": str(organisation.id), f"{name}-role": "participant"}
        sent[f"{name}-people"] = "1"
    soup = page(phone.post(NEW, data=sent), 422)
    assert soup.select_one("#participants-error") is not None
    assert soup.select_one("[data-error-summary] a[href='#participants']") is not None
    assert value_of(soup, "participants-99-people") == "1"
    free = {**sent, "participants-100-organisation": ""}
    assert phone.post(NEW, data=free).status_code == 302


def test_every_naughty_string_of_a_plan_is_stored_and_shown_as_typed(phone: FlaskClient) -> None:
    made = {}
    for text in NAUGHTY:
        sent = {"planned_at": "2026-11-13T18:00", "purpose": text, "meeting_point": text}
        answer = phone.post(NEW, data=sent)
        assert answer.status_code == 302, text
        made[text] = id_in(answer.location)
    for text, walk_id in made.items():
        walk = session().get_one(Walk, walk_id)
        assert (walk.purpose, walk.meeting_point) == (text, text)
    for text in NAUGHTY[::10]:
        soup = page(phone.get(f"/vandringar/{made[text]}/andra"))
        assert (value_of(soup, "purpose"), value_of(soup, "meeting_point")) == (text, text)
        assert text in page(phone.get(f"/vandringar/{made[text]}")).get_text()


def test_without_a_site_one_is_asked_for(phone: FlaskClient) -> None:
    soup = page(phone.get("/vandringar/ny"))
    assert soup.select_one("a[href='/vandringar/ny?plats=kista-centrum']") is not None


def test_a_planned_walk_is_started(phone: FlaskClient, planned: Walk) -> None:
    address = f"/vandringar/{planned.id}"
    soup = page(phone.get(address))
    assert soup.select_one(f".actions a.main[href='{address}/starta']") is not None
    assert page(phone.get(f"{address}/starta")).select_one("[name=light] [selected]") is not None
    page(phone.post(f"{address}/starta", data={"light": "neon"}), 422)
    answer = phone.post(f"{address}/starta", data={"light": "dusk", "weather": "", "ground": "ice"})
    assert answer.location == address
    walk = session().get_one(Walk, planned.id)
    assert (walk.state, walk.light, walk.weather, walk.ground) == ("ongoing", Light.DUSK, None, Ground.ICE)
    assert page(phone.get(address)).select_one(f".actions a.main[href='{address}/ny-notering']") is not None


def test_the_walk_shows_what_is_noted_and_what_is_left(phone: FlaskClient, walk: Walk, site: Site) -> None:
    before = make_walk(site, planned_at=NOON, started_at=NOON)
    make_finding(before, title="Kvar sedan förra gången")
    make_finding(before, title="Redan klar", status=Status.VERIFIED)
    make_finding(before, title="Fin plantering", positive=True)
    make_finding(walk, title="Ny lykta släckt")
    soup = page(phone.get(f"/vandringar/{walk.id}"))
    listed = [link.get_text() for link in soup.select("ul.rows a.stretch")]
    assert listed == ["Ny lykta släckt", "Kvar sedan förra gången"]
    context = json.loads(soup.select_one("#map-context").get_text())  # type: ignore[union-attr]
    titles = {
        part: [pin["properties"]["title"] for pin in context[part]["features"]]
        for part in ("today", "earlier")
    }
    assert titles == {"today": ["Ny lykta släckt"], "earlier": ["Kvar sedan förra gången"]}


def test_what_is_typed_never_ends_the_script_that_carries_it(phone: FlaskClient, walk: Walk) -> None:
    make_finding(walk, title="</script><script>alert(1)</script>")
    soup = page(phone.get(f"/vandringar/{walk.id}"))
    assert "alert(1)" not in "".join(
        tag.get_text() for tag in soup.select("script:not([type='application/json'])")
    )
    json.loads(soup.select_one("#map-context").get_text())  # type: ignore[union-attr]


def test_a_correction_that_met_another_keeps_what_was_typed(
    phone: FlaskClient, walk: Walk, coordinator: Actor
) -> None:
    address = f"/vandringar/{walk.id}/andra"
    seen = value_of(page(phone.get(address)), "version")
    update_walk(coordinator, walk.id, int(seen), WalkPlan(planned_at=NOON, purpose="Deras"))
    sent: dict[str, Any] = {"planned_at": "2026-06-01T14:00", "purpose": "Mitt", "version": seen}
    soup = page(phone.post(address, data=sent), 422)
    assert value_of(soup, "purpose") == "Mitt"
    assert phone.post(address, data={**sent, "version": value_of(soup, "version")}).status_code == 302
    assert load_walk(coordinator, walk.id).purpose == "Mitt"


def test_a_correction_starts_from_what_is_saved(phone: FlaskClient, planned: Walk) -> None:
    address = f"/vandringar/{planned.id}/andra"
    soup = page(phone.get(address))
    assert value_of(soup, "planned_at") == "2026-06-01T14:00"  # noon in UTC, by the clock in Stockholm


def test_finishing_sums_up_and_keeps_the_note(phone: FlaskClient, walk: Walk) -> None:
    make_finding(walk, severity="acute")
    make_finding(walk, lon=None, lat=None, place_words="Torget")
    make_finding(walk, positive=True, category="positivt")
    address = f"/vandringar/{walk.id}/avsluta"
    figures = [cell.get_text(strip=True) for cell in page(phone.get(address)).select(".figures dd")]
    assert figures[:2] == ["2", "1"]
    assert phone.post(address, data={"note": "Bra samtal."}).status_code == 302
    finished = session().get_one(Walk, walk.id)
    assert (finished.state, finished.note) == (WalkState.FINISHED, "Bra samtal.")


def test_a_plan_saved_before_with_other_words_is_told_and_kept(phone: FlaskClient) -> None:
    sent = {"walk_id": str(uuid4()), "planned_at": "2026-11-13T18:00", "purpose": "Deras"}
    assert phone.post(NEW, data=sent).status_code == 302
    soup = page(phone.post(NEW, data={**sent, "purpose": "Mitt"}), 409)
    assert value_of(soup, "purpose") == "Mitt"
    assert soup.select_one("[data-error-summary] li") is not None
    assert len(session().scalars(select(Walk)).all()) == 2
    again = {**sent, "purpose": "Mitt", "walk_id": value_of(soup, "walk_id")}
    assert phone.post(NEW, data=again).status_code == 302


def test_an_end_that_met_another_keeps_what_was_typed(phone: FlaskClient, walk: Walk) -> None:
    address = f"/vandringar/{walk.id}/avsluta"
    phone.post(address, data={"note": "Deras"})
    soup = page(phone.post(address, data={"note": "Min långa text"}), 409)
    assert value_of(soup, "note") == "Min långa text"
    assert soup.select_one("[data-error-summary] li") is not None
    assert session().get_one(Walk, walk.id).note == "Deras"


def test_who_may_do_what(
    client: FlaskClient, walk: Walk, outsider: Actor, owner: Actor, analyst: Actor, sign_in: SignIn
) -> None:
    show = f"/vandringar/{walk.id}"
    others = [f"{show}/andra", f"{show}/starta", f"{show}/avsluta", NEW]
    for persona, seen, done in ((outsider, 404, 404), (owner, 404, 404), (analyst, 200, 403)):
        sign_in(client, persona)
        assert client.get(show).status_code == seen
        assert {client.get(address).status_code for address in others} == {done}
        assert {client.post(address).status_code for address in others} == {done}
    sign_in(client, outsider)
    assert str(walk.id) not in client.get("/vandringar").text
