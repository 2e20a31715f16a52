from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import shapely
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.db import change
from app.models.photos import Photo
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Light, Walk, WalkParticipant, WalkRole, WalkState
from app.permissions import SYSTEM, Actor
from tests.builders import NOON, make_finding, make_organisation, make_walk

SignIn = Callable[[FlaskClient, Actor], None]
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def walk(site: Site) -> Walk:
    route = shapely.to_wkb(shapely.LineString([(17.940, 59.402), (17.944, 59.405)]))
    return make_walk(
        site, state=WalkState.FINISHED, finished_at=NOON, route=route, route_m=400.0, light=Light.DUSK
    )


def add(*rows: Any) -> None:
    with change(SYSTEM, None) as adding:
        adding.session.add_all(rows)


@pytest.fixture
def address(walk: Walk) -> str:
    return f"/vandringar/{walk.id}/protokoll"


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def test_a_finding_stands_with_all_that_is_decided_of_it(
    client: FlaskClient, sign_in: SignIn, walk: Walk, address: str, coordinator: Actor
) -> None:
    owner = make_organisation("Trafikkontoret")
    finding = make_finding(
        walk,
        number="KISTA-2026-0007",
        title="Lampan är släckt",
        place_words="Vid trappan",
        proposal="Byt ljuskälla",
        severity="high",
        status="sent",
        responsible_id=owner.id,
        due_on=NOON.date(),
    )
    photo = Photo(
        finding_id=finding.id, sha256="a", media_type="image/jpeg", width=4, height=3, sizes={"400": "b"}
    )
    add(photo)
    source = f"/brister/KISTA-2026-0007/foton/{photo.id}/400.jpg"
    sign_in(client, coordinator)
    article = page(client, address).select_one("article.finding")
    assert article
    text = article.get_text(" ", strip=True)
    expected = ("1 Lampan är släckt", "KISTA-2026-0007", "Vid trappan", "N 65876", "E 146", "Byt ljuskälla")
    for words in (*expected, "Trafikkontoret", "1 Jun"):
        assert words in text
    image = article.img
    assert image
    assert image["src"] == source


def test_the_map_numbers_the_findings_as_the_list_does(
    client: FlaskClient, sign_in: SignIn, walk: Walk, address: str, coordinator: Actor
) -> None:
    make_finding(walk, number="A-1")
    make_finding(walk, number="A-2", lon=None, lat=None, quadkey=None, place_words="Bakom kiosken")
    make_finding(walk, number="A-3", positive=True)
    sign_in(client, coordinator)
    found = page(client, address)
    assert [one.get_text() for one in found.select(".serial")] == ["1", "2", "3"]
    assert [one.get_text() for one in found.select("svg .map-pin text")] == ["1", "3"]
    assert found.select_one("svg .walk-route")


def test_organisations_are_named_with_their_part_but_no_person_is(
    client: FlaskClient, sign_in: SignIn, walk: Walk, address: str, coordinator: Actor
) -> None:
    district = make_organisation("Stadsdelsförvaltningen")
    add(
        WalkParticipant(
            walk_id=walk.id, organisation_id=district.id, role=WalkRole.LEADER, people=2, name="Kim Hemlig"
        )
    )
    sign_in(client, coordinator)
    text = page(client, address).get_text(" ", strip=True)
    assert "Stadsdelsförvaltningen" in text
    assert "Hemlig" not in text


def test_what_earlier_walks_saw_is_told(
    client: FlaskClient, sign_in: SignIn, walk: Walk, address: str, site: Site, coordinator: Actor
) -> None:
    before = make_finding(make_walk(site), number="A-0", title="Trasig bänk")
    add(Recheck(finding_id=before.id, walk_id=walk.id, result=RecheckResult.WORSE, note="Nu helt borta"))
    sign_in(client, coordinator)
    text = page(client, address).get_text(" ", strip=True)
    assert "Trasig bänk" in text
    assert "Nu helt borta" in text


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ({"light": "dark"}, "the light was not the same."),
        ({"route_m": 900.0}, "the routes are not alike."),
        ({"route": None, "route_m": None}, "one of the routes is not known."),
        ({"light": "dark", "route_m": 900.0}, "the light was not the same, the routes are not alike."),
        ({}, ""),
    ],
)
def test_it_says_why_numbers_cannot_be_held_against_those_of_the_walk_before(
    client: FlaskClient,
    sign_in: SignIn,
    walk: Walk,
    address: str,
    site: Site,
    coordinator: Actor,
    before: dict[str, Any],
    why: str,
) -> None:
    same = {"light": walk.light, "route": walk.route, "route_m": walk.route_m}
    earlier = NOON - timedelta(days=30)
    make_walk(site, **{"state": WalkState.FINISHED, "planned_at": earlier, **same, **before})
    sign_in(client, coordinator)
    comparison = page(client, address).select_one(".protocol-comparison")
    assert comparison
    said = " ".join(one.get_text(" ", strip=True) for one in comparison.select("p"))
    words = "The numbers cannot be held against each other:"
    assert " ".join(said.split()) == (f"{words} {why}" if why else "")


def test_words_of_people_stay_words(
    client: FlaskClient, sign_in: SignIn, walk: Walk, address: str, coordinator: Actor
) -> None:
    hostile = make_organisation(HOSTILE)
    texts = ("title", "description", "place_words", "proposal", "asset_number", "closed_words")
    make_finding(walk, responsible_id=hostile.id, **dict.fromkeys(texts, HOSTILE))
    add(WalkParticipant(walk_id=walk.id, organisation_id=hostile.id))
    with change(SYSTEM, None) as writing:
        kept = writing.session.get_one(Walk, walk.id)
        kept.purpose = kept.meeting_point = kept.note = HOSTILE
    sign_in(client, coordinator)
    found = page(client, address)
    assert found.get_text().count(HOSTILE) == len(texts) + 2 + 3
    assert not found.select("[onerror], [style]")
    assert all(script.get("nonce") or script.get("src") for script in found.select("script"))


def test_outsider_gets_404(client: FlaskClient, sign_in: SignIn, address: str, outsider: Actor) -> None:
    sign_in(client, outsider)
    assert client.get(address).status_code == 404
    assert client.get(f"/vandringar/{uuid4()}/protokoll").status_code == 404


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, "/logga-in" in answer.location) == (302, True)
