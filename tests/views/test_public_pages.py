"""Residents' pages: the same for everybody, without cookies, whole without a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import Engine, select, update

from app.db import change, now, session
from app.models.comments import Audience
from app.models.findings import ClosedReason, Finding, Status, VerificationMethod
from app.models.publications import Publication, ResidentReport
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from app.resident_words import LANGUAGES
from app.services import publications
from app.services.comments import say
from app.services.needs import Given
from app.services.remedies import move
from config import Settings, settings, use_settings
from tests.builders import make_finding, make_organisation, make_walk
from tests.views.pages import page
from tests.views.test_query_counts import statements

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "/plats/kista-centrum"


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def fixed(coordinator: Actor, walk: Walk) -> Finding:
    """A finding that was fixed and checked, and that residents are told of."""
    made = make_finding(
        walk,
        category="skrap",
        item="dumpning",
        status=Status.VERIFIED,
        reported_fixed_at=now() - timedelta(days=3),
        verified_at=now(),
        verified_how=VerificationMethod.ON_SITE,
    )
    publications.publish(coordinator, made.number, "Gammal soffa", "Den är borta.")
    return made


def test_residents_read_what_a_coordinator_said_to_everybody_and_no_name(
    client: FlaskClient, coordinator: Actor, fixed: Finding
) -> None:
    say(coordinator, fixed.number, Audience.PUBLIC, "Vi ses där på lördag")
    say(coordinator, fixed.number, Audience.INTERNAL, "Hemligt")
    soup = page(client.get(f"{SITE}?lang=en"))
    [said] = soup.select("article .said")
    [words] = said.select("[lang=sv]")
    assert words.get_text() == "Vi ses där på lördag"
    assert said.get_text(" ", strip=True).startswith("Coordinator, ")
    assert "Namn" not in soup.get_text()
    assert "Hemligt" not in str(soup)
    feed = client.get(f"{SITE}/atom.xml").get_data(as_text=True)
    assert "Vi ses där på lördag" in feed
    assert "Hemligt" not in feed


def test_residents_no_longer_read_what_was_withdrawn(
    client: FlaskClient, coordinator: Actor, fixed: Finding, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    said = say(coordinator, fixed.number, Audience.PUBLIC, "Ring Kalle på 070")
    seen = client.get(f"{SITE}?lang=en")
    assert "Kalle" in seen.get_data(as_text=True)
    desk = client.application.test_client()
    sign_in(desk, coordinator)
    [button] = page(desk.get(f"/brister/{fixed.number}")).select("form[action$='/dra-tillbaka']")
    assert desk.post(str(button["action"])).status_code == 302
    after = client.get(f"{SITE}?lang=en", headers={"If-None-Match": seen.headers["ETag"]})
    assert after.status_code == 200
    assert "Kalle" not in after.get_data(as_text=True) + client.get(f"{SITE}/atom.xml").get_data(as_text=True)
    assert said.withdrawn_at is not None
    shown = page(desk.get(f"/brister/{fixed.number}")).get_text(" ", strip=True)
    assert "Not shown to residents since" in shown
    assert "Stop showing" not in shown


def test_a_line_break_of_a_word_processor_leaves_the_feed_whole(
    client: FlaskClient, coordinator: Actor, fixed: Finding
) -> None:
    say(coordinator, fixed.number, Audience.PUBLIC, "Rad ett\x0brad två\x1f\ufffe")
    feed = ElementTree.fromstring(client.get(f"{SITE}/atom.xml").data)
    assert "Rad ett rad två" in "".join(feed.itertext())


def test_page_says_when_one_of_its_numbers_changed(
    client: FlaskClient, coordinator: Actor, walk: Walk
) -> None:
    dark = make_finding(walk, category="belysning", item="slackt", status=Status.TRIAGED)
    publications.publish(coordinator, dark.number, "", "")
    long_ago = now() - timedelta(days=300)
    with change(SYSTEM, None) as ageing:
        ageing.session.execute(update(Publication).values(updated_at=long_ago, published_at=long_ago))
    address = f"{SITE}?lang=en"
    before = page(client.get(address)).select_one("main > .facts")
    move(coordinator, dark.number, Status.SENT, Given(responsible_id=make_organisation("Bolag").id))
    after = page(client.get(address)).select_one("main > .facts")
    assert before is not None
    assert after is not None
    assert before.get_text() != after.get_text()


def test_residents_read_what_was_found_and_what_became_of_it(
    client: FlaskClient, coordinator: Actor, walk: Walk, fixed: Finding
) -> None:
    refused = make_finding(
        walk,
        category="trafik",
        status=Status.WONT_FIX,
        closed_reason=ClosedReason.COST,
        closed_words="Hemligt",
    )
    publications.publish(coordinator, refused.number, "", "")
    dark = make_finding(walk, category="belysning", item="slackt")
    publications.publish(coordinator, dark.number, "", "")
    soup = page(client.get(f"{SITE}?lang=en"))
    text = soup.get_text(" ", strip=True)
    assert soup.html is not None
    assert (soup.html["lang"], soup.html["dir"]) == ("en", "ltr")
    assert "Will not be fixed – reason: The cost is out of proportion to the good it does" in text
    assert "Checked on site" in text
    assert "1 dark, hidden or unlocked spot that is not fixed yet" in text
    assert "Hemligt" not in text
    title = soup.find("span", string="Gammal soffa")
    assert title is not None
    assert title["lang"] == "sv"
    assert len(soup.select("article")) == 2
    assert len(soup.select(".map-pin")) == 2
    assert str(dark.id) not in str(soup)
    assert not soup.find_all("script")


def test_every_number_of_the_map_stands_in_the_list(
    client: FlaskClient, coordinator: Actor, walk: Walk, fixed: Finding
) -> None:
    for status in (Status.NEW, Status.PLANNED, Status.WONT_FIX):
        publications.publish(
            coordinator, make_finding(walk, category="underlag", item="hal", status=status).number, "", ""
        )
    soup = page(client.get(SITE))
    on_map = {pin.get_text(strip=True) for pin in soup.select(".map-pin text")}
    in_list = {mark.get_text(" ", strip=True).split()[-1] for mark in soup.select("article .on-map")}
    assert on_map == in_list == {"1", "2", "3", "4"}


def test_the_language_is_that_of_the_address_alone(client: FlaskClient, fixed: Finding) -> None:
    client.set_cookie("language", "en")
    assert page(client.get(SITE)).html["lang"] == "sv"  # type: ignore[index]
    assert page(client.get(f"{SITE}?lang=xx")).html["lang"] == "sv"  # type: ignore[index]
    soup = page(client.get(f"{SITE}?lang=en"))
    assert {str(a["href"]) for a in soup.select("header nav a")} == {
        f"{SITE}?lang={code}" for code in LANGUAGES
    }
    assert all("lang=en" in str(a["href"]) for a in soup.select("article a"))


@pytest.mark.parametrize("address", [SITE, f"{SITE}/atom.xml", f"{SITE}/tack", "/plats/finns-inte", "/"])
def test_no_cookie_is_set(client: FlaskClient, fixed: Finding, address: str) -> None:
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    if address in {SITE, f"{SITE}/atom.xml"}:
        assert answer.cache_control.public
        assert answer.cache_control.max_age == 60
        assert "Cookie" not in answer.headers.get("Vary", "")
    elif "finns-inte" in address:
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_caches_keep_says_nothing_of_whoever_is_signed_in(
    client: FlaskClient, fixed: Finding, coordinator: Actor, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    open_to_all = client.get(SITE).text
    sign_in(client, coordinator)
    answer = client.get(SITE)
    assert answer.text == open_to_all
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", [SITE, f"{SITE}/atom.xml"])
def test_what_has_not_changed_is_not_sent_again(
    client: FlaskClient, fixed: Finding, coordinator: Actor, address: str
) -> None:
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
    publications.publish(coordinator, fixed.number, "Andra ord", "")
    publications.withdraw(coordinator, fixed.number)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_start_page_lists_what_is_told(
    client: FlaskClient, site: Site, coordinator: Actor, walk: Walk
) -> None:
    assert site.name not in page(client.get("/")).get_text()
    made = make_finding(walk, category="skrap")
    publications.publish(coordinator, made.number, "", "")
    soup = page(client.get("/?lang=en"))
    link = soup.select_one("ul.places a")
    assert link is not None
    assert (link["href"], link.get_text()) == (f"{SITE}?lang=en", site.name)


@pytest.mark.parametrize("slug", ["finns-inte", "husby-centrum", "..%2f", "a" * 300, "Kista%00"])
def test_a_site_of_which_nothing_is_told_is_not_here(client: FlaskClient, site: Site, slug: str) -> None:
    page(client.get(f"/plats/{slug}"), 404)


def test_the_feed_is_sound(client: FlaskClient, fixed: Finding, coordinator: Actor, walk: Walk) -> None:
    dark = make_finding(walk, category="sikt", item="gomstalle")
    publications.publish(coordinator, dark.number, "", "")
    answer = client.get(f"{SITE}/atom.xml")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{needed}") is not None
    (entry,) = feed.findall(f"{ATOM}entry")
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 2
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{fixed.id}"
    assert str(entry.findtext(f"{ATOM}updated")).endswith("+00:00")
    own = feed.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href") == f"http://localhost{SITE}/atom.xml"
    again = ElementTree.fromstring(client.get(f"{SITE}/atom.xml").data)
    assert [one.text for one in again.iter(f"{ATOM}id")] == ids
    with change(SYSTEM, None):
        fixed.status = Status.REOPENED
    reopened = ElementTree.fromstring(client.get(f"{SITE}/atom.xml").data)
    assert f"urn:uuid:{fixed.id}" in [one.text for one in reopened.iter(f"{ATOM}id")]


def reports() -> list[ResidentReport]:
    return list(session().scalars(select(ResidentReport)))


def test_a_resident_says_that_a_fix_does_not_hold(client: FlaskClient, fixed: Finding) -> None:
    address = f"{SITE}/{fixed.id}/haller-inte"
    link = page(client.get(SITE)).select_one(f"a[href='{address}']")
    assert link is not None
    page(client.get(address))
    answer = client.post(address, data={"kind": "came_back", "words": "Nu står en soffa till där."})
    assert (answer.status_code, answer.location) == (303, f"{SITE}/tack")
    assert "Set-Cookie" not in answer.headers
    page(client.get(answer.location))
    (kept,) = reports()
    assert (kept.finding_id, kept.kind, kept.words) == (fixed.id, "came_back", "Nu står en soffa till där.")
    assert kept.finding.status is Status.VERIFIED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "something"},
        {"kind": "remains", "words": "x" * 301},
        {"kind": "remains", "words": "ring mig på 070-123 45 67"},
    ],
)
def test_a_report_that_cannot_be_taken_says_why_and_keeps_the_words(
    client: FlaskClient, fixed: Finding, data: dict[str, str]
) -> None:
    soup = page(client.post(f"{SITE}/{fixed.id}/haller-inte", data=data), 422)
    assert data.get("words", "") in soup.get_text()
    assert soup.select(".field-error")
    assert reports() == []


def test_what_fills_in_the_hidden_field_is_thanked_and_not_kept(client: FlaskClient, fixed: Finding) -> None:
    answer = client.post(
        f"{SITE}/{fixed.id}/haller-inte", data={"kind": "remains", "website": "https://spam.example"}
    )
    assert answer.status_code == 303
    assert reports() == []


def test_reports_are_limited(client: FlaskClient, fixed: Finding) -> None:
    answers = [client.post(f"{SITE}/{fixed.id}/haller-inte", data={"kind": "remains"}) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429] * 2
    assert "Set-Cookie" not in answers[-1].headers
    assert page(answers[-1], 429).select("header nav a[hreflang]")
    assert len(reports()) == 6


def test_nothing_can_be_said_of_what_is_no_public_fix(
    client: FlaskClient, coordinator: Actor, walk: Walk, fixed: Finding
) -> None:
    hidden = make_finding(walk, category="skrap", status=Status.VERIFIED)
    open_one = make_finding(walk, category="skrap", status=Status.PLANNED)
    publications.publish(coordinator, open_one.number, "", "")
    for finding in (hidden, open_one):
        page(client.post(f"{SITE}/{finding.id}/haller-inte", data={"kind": "remains"}), 404)
    page(client.get(f"/plats/akalla-centrum/{fixed.id}/haller-inte"), 404)
    publications.withdraw(coordinator, fixed.number)
    page(client.get(f"{SITE}/{fixed.id}/haller-inte"), 404)
    assert reports() == []


def test_the_page_asks_the_database_as_much_for_many_findings_as_for_a_few(
    database: Engine, client: FlaskClient, coordinator: Actor, walk: Walk, fixed: Finding
) -> None:
    def tell(number: int) -> None:
        for _ in range(number):
            made = make_finding(walk, category="skrap", status=Status.PLANNED)
            publications.publish(coordinator, made.number, "", "")

    tell(2)
    few = statements(database, client, SITE)
    tell(6)
    assert len(statements(database, client, SITE)) <= len(few)


def test_what_staff_wrote_is_not_even_read(database: Engine, client: FlaskClient, fixed: Finding) -> None:
    asked = " ".join(statements(database, client, SITE))
    assert "publications.title" in asked
    for column in ("description", "proposal", "closed_words", "place_words", "reported_by", "responsible_id"):
        assert f"findings.{column}" not in asked


def test_new_faults_are_referred_to_the_citys_own_channel(client: FlaskClient, fixed: Finding) -> None:
    assert "Report it in the city's own channel for faults." in page(client.get(f"{SITE}?lang=en")).get_text()
    said = {"fault_channel": "Felanmälan", "fault_channel_url": "https://fel.example.se/?a=1&b=2"}
    use_settings(settings().model_copy(update=said))
    link = page(client.get(SITE)).find("a", string="Felanmälan")
    assert link is not None
    assert link["href"] == said["fault_channel_url"]


def test_a_channel_that_is_no_web_address_stops_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings(fault_channel_url="javascript:alert(1)")
