import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.db import change, now
from app.i18n import today
from app.models.areas import PlaceName
from app.models.findings import Level, Status
from app.models.sites import Phase, Site, SitePartner
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services.publications import publish
from tests.builders import make_finding, make_organisation, make_site, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
SITE, LAYER = "/platser/kista-centrum", "/platser/kista-centrum/brister.json"
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'</script><img src=x onerror=alert(1)>"
YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


def numbers(found: BeautifulSoup) -> list[str]:
    """The findings of the list, by the end of their addresses."""
    return [str(link["href"]).rsplit("/", 1)[1] for link in found.select(".site-findings .rows a")]


def layer(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(LAYER + query)
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    features: list[dict[str, Any]] = answer.get_json(force=True)["features"]
    return features


def test_the_list_of_sites_has_their_figures(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    make_site("akalla-centrum", lon=17.913, lat=59.4152, phase=Phase.STARTING)
    make_finding(walk, status=Status.SENT, due_on=YESTERDAY)
    make_finding(walk, status=Status.REPORTED_FIXED)
    make_finding(walk, status=Status.VERIFIED)
    sign_in(client, coordinator)
    rows = page(client.get("/platser")).select("tbody tr")
    told = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in rows]
    assert [row[0] for row in told] == ["Akalla centrum", "Kista centrum"]
    assert told[1][2:] == ["2", "1", "1", "1", "0", "0"]


def test_without_sites_the_list_says_what_to_do(client: FlaskClient, sign_in: SignIn, owner: Actor) -> None:
    sign_in(client, owner)
    assert page(client.get("/platser")).select_one(".empty a")


def test_a_site_shows_its_figures_walks_and_partners(
    client: FlaskClient, sign_in: SignIn, site: Site, walk: Walk, coordinator: Actor
) -> None:
    police = make_organisation("Polisen")
    with change(SYSTEM, None) as joining:
        joining.session.add(SitePartner(site_id=site.id, organisation_id=police.id))
    make_walk(site, state=WalkState.FINISHED, purpose="Kvällsvandring")
    make_finding(walk, status=Status.VERIFIED, reported_at=now() - timedelta(days=12), verified_at=now())
    sign_in(client, coordinator)
    found = page(client.get(SITE))
    shown = [figure.get_text(strip=True) for figure in found.select(".figures dd")]
    assert shown == ["0", "0", "0", "1", "0", "12", "1"]
    text = found.get_text(" ", strip=True)
    assert "Polisen" in text
    assert "Kvällsvandring" in text
    assert len(found.select("a[href$='/protokoll']")) == 2


def test_a_site_leads_to_what_residents_see_of_it(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    sign_in(client, coordinator)
    address = "/plats/kista-centrum"
    assert page(client.get(SITE)).select_one(f"a[href='{address}']") is None
    publish(coordinator, make_finding(walk, category="skrap").number, "Soffa", "")
    assert page(client.get(SITE)).select_one(f"a[href='{address}']") is not None
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["D", "C", "A"]),
        ("?status=open&category=skrap", ["C"]),
        ("?status=overdue", ["A"]),
        ("?status=reported_fixed", ["D"]),
        ("?status=fixed", ["B"]),
        ("?status=unfixed", []),
        ("?status=positive", ["E"]),
        ("?status=all", ["D", "C", "B", "A"]),
        ("?status=nonsense&category=nonsense", ["D", "C", "A"]),
    ],
)
def test_map_and_list_filter_together(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor, query: str, expected: list[str]
) -> None:
    values: dict[str, dict[str, Any]] = {
        "A": {"status": Status.SENT, "due_on": YESTERDAY},
        "B": {"status": Status.CLOSED},
        "C": {"status": Status.NEW, "category": "skrap"},
        "D": {"status": Status.REPORTED_FIXED},
        "E": {"positive": True, "category": "positivt"},
    }
    for hours, (number, given) in enumerate(values.items()):
        make_finding(walk, number=number, reported_at=now() + timedelta(hours=hours), **given)
    make_finding(make_walk(make_site("akalla-centrum", lon=17.913)), number="X")
    sign_in(client, coordinator)
    found = page(client.get(SITE + query))
    assert numbers(found) == expected
    assert [feature["properties"]["number"] for feature in layer(client, query)] == expected
    fetched = found.select_one("link[rel=preload]")
    assert fetched
    assert [
        one["properties"]["number"]
        for one in client.get(str(fetched["href"])).get_json(force=True)["features"]
    ] == expected


def test_a_finding_without_a_position_stands_in_the_list_only(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    make_finding(walk, number="A", lon=None, lat=None, quadkey=None, place_words="Bakom kiosken")
    sign_in(client, coordinator)
    assert numbers(page(client.get(SITE))) == ["A"]
    assert layer(client) == []


def test_a_long_list_is_paged_and_keeps_the_filter(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    for n in range(30):
        make_finding(walk, number=f"A-{n:02d}", category="skrap", reported_at=now() - timedelta(hours=n))
    sign_in(client, coordinator)
    first = page(client.get(f"{SITE}?category=skrap"))
    older = first.select_one("a[rel=next]")
    assert older
    second = page(client.get(str(older["href"])))
    assert [*numbers(first), *numbers(second)] == [f"A-{n:02d}" for n in range(30)]
    newer = second.select_one("a[rel=prev]")
    assert newer
    assert "category=skrap" in str(newer["href"])
    assert numbers(page(client.get(str(newer["href"])))) == numbers(first)


def test_pins_carry_what_the_popup_says(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    make_finding(walk, number="A", title="Släckt lampa", severity="acute", status=Status.SENT)
    sign_in(client, coordinator)
    assert layer(client) == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [17.9421, 59.4037]},
            "properties": {"number": "A", "title": "Släckt lampa", "status": "sent", "urgent": True},
        }
    ]


def test_a_finding_without_a_title_is_called_by_its_category_in_the_language_of_the_page(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    make_finding(walk, title="", category="belysning")
    sign_in(client, coordinator)
    assert layer(client, "?lang=sv")[0]["properties"]["title"] == "Belysning"


def test_the_layer_is_compressed_and_sent_again_only_when_changed(
    client: FlaskClient, sign_in: SignIn, walk: Walk, coordinator: Actor
) -> None:
    walk_id = walk.id
    make_finding(walk)
    sign_in(client, coordinator)
    packed = client.get(LAYER, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(packed.data))["features"]) == 1
    same = client.get(LAYER, headers={"If-None-Match": packed.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    with change(SYSTEM, None) as changing:
        again = changing.session.get_one(Walk, walk_id)
    make_finding(again)
    assert client.get(LAYER, headers={"If-None-Match": packed.headers["ETag"]}).status_code == 200


def test_protected_findings_stay_out_of_map_and_list(
    client: FlaskClient, sign_in: SignIn, walk: Walk, analyst: Actor
) -> None:
    make_finding(walk, level=Level.PROTECTED)
    sign_in(client, analyst)
    assert numbers(page(client.get(SITE))) == []
    assert layer(client) == []


def test_words_of_people_stay_words(
    client: FlaskClient, sign_in: SignIn, site: Site, walk: Walk, coordinator: Actor
) -> None:
    hostile = make_organisation(HOSTILE)
    make_finding(walk, title=HOSTILE, place_words=HOSTILE, responsible_id=hostile.id)
    with change(SYSTEM, None) as writing:
        kept = writing.session.get_one(Site, site.id)
        kept.name = kept.purpose = HOSTILE
        writing.session.get_one(Walk, walk.id).purpose = HOSTILE
        writing.session.add(SitePartner(site_id=site.id, organisation_id=hostile.id))
        writing.session.add(PlaceName(name=HOSTILE, lon=17.9421, lat=59.4037))
    sign_in(client, coordinator)
    for address in (SITE, "/platser"):
        found = page(client.get(address))
        assert HOSTILE in found.get_text()
        assert not found.select("[onerror]")
        assert "alert(1)" not in "".join(
            script.get_text() for script in found.select("script:not([type='application/json'])")
        )
    assert layer(client)[0]["properties"]["title"] == HOSTILE


@pytest.mark.parametrize("address", [SITE, LAYER, "/platser/ingenstans"])
def test_outsider_and_owner_get_404(
    client: FlaskClient, sign_in: SignIn, site: Site, outsider: Actor, owner: Actor, address: str
) -> None:
    for actor in (outsider, owner):
        sign_in(client, actor)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [SITE, LAYER, "/platser"])
def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, site: Site, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, "/logga-in" in answer.location) == (302, True)


def test_only_who_may_plan_is_offered_to(
    client: FlaskClient, sign_in: SignIn, walk: Walk, field: Actor, analyst: Actor
) -> None:
    for actor, offered in ((field, True), (analyst, False)):
        sign_in(client, actor)
        link = page(client.get(SITE)).select_one("a[href='/vandringar/ny?plats=kista-centrum']")
        assert (link is not None) is offered
