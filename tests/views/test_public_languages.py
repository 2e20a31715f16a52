"""Residents' pages in each of their languages: whole, marked where words are in another one, and easy to change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, now, session
from app.models.comments import Audience
from app.models.findings import ClosedReason, Finding, Status, VerificationMethod
from app.models.publications import PublicWalk, ReportKind, ResidentReport
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import SYSTEM, Actor
from app.resident_words import LANGUAGES
from app.services import publications
from app.services.checklist_editing import CategoryRules, write_category
from app.services.checklists import current_version, latest
from app.services.comments import say
from app.statistics.proportions import Estimate
from app.views.result_words import points
from tests.builders import make_finding, make_walk
from tests.results import CHANCES, close_wave, draw, make_survey, street_definition
from tests.views.pages import page

SITE = "/plats/kista-centrum"
OTHERS = [code for code in LANGUAGES if code not in {"sv", "en"}]
NAMES = {"Platskollen", "Kista centrum", "Akalla centrum", "ODK Collect", "(Atom)", "QR", *LANGUAGES.values()}


@pytest.fixture
def fixed(coordinator: Actor, site: Site) -> Finding:
    """A place of which everything is told that can be."""
    walk = make_walk(site)
    told = [
        make_finding(
            walk,
            category="skrap",
            item="dumpning",
            status=Status.VERIFIED,
            reported_fixed_at=now() - timedelta(days=3),
            verified_at=now(),
            verified_how=VerificationMethod.ON_SITE,
        ),
        make_finding(walk, category="klotter", status=Status.PLANNED, planned_on=now().date()),
        make_finding(walk, category="unheard-of", status=Status.SENT),
        make_finding(walk, category="trafik", status=Status.WONT_FIX, closed_reason=ClosedReason.COST),
        make_finding(walk, category="positivt", item="ljust", positive=True),
        make_finding(walk, category="belysning", item="slackt"),
        make_finding(walk, category="ordning"),
    ]
    publications.publish(coordinator, told[0].number, "Gammal soffa", "Den är borta.")
    planned = make_walk(site, state=WalkState.PLANNED, planned_at=now() + timedelta(days=9))
    with change(SYSTEM, None) as telling:
        telling.session.add(PublicWalk(walk_id=planned.id, words="Vi ses vid biblioteket"))
    for one in told[1:]:
        publications.publish(coordinator, one.number, "", "")
    say(coordinator, told[0].number, Audience.PUBLIC, "Vi ses där på lördag")
    return told[0]


@pytest.fixture
def asked(site: Site) -> None:
    """Two waves of a questionnaire that speaks Swedish and English only."""
    survey = make_survey(site, slug="kista", definition=street_definition())
    for seed in (1, 2):
        close_wave(survey, draw(street_definition(), 400, seed, CHANCES), events=[f"Byggarbete {seed}"])


def addresses(fixed: Finding) -> dict[str, int]:
    """Every page of residents, and the status that it answers with."""
    return {
        "/": 200,
        SITE: 200,
        f"{SITE}/{fixed.id}/haller-inte": 200,
        f"{SITE}/tack": 200,
        f"{SITE}/enkat/kista": 200,
        f"{SITE}/enkat/kista?omgang=1": 200,
        "/plats/finns-inte": 404,
    }


def said(client: FlaskClient, address: str, status: int, language: str, **sent: str) -> set[str]:
    """What a page says in its own language, piece by piece."""
    where = f"{address}{'&' if '?' in address else '?'}lang={language}"
    answer = client.post(where, data=sent) if sent else client.get(where)
    return set(_pieces(page(answer, status)))


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    assert soup.html is not None
    own = soup.html["lang"]
    for node in soup.find_all(string=True):
        about = next((tag for tag in node.parents if isinstance(tag, Tag) and tag.get("lang")), None)
        if type(node) is NavigableString and about is not None and about["lang"] == own:
            yield re.sub(r"\s+", " ", node).strip()
    for tag in soup.find_all(True):
        if tag.name != "html" and not tag.find_parent(attrs={"lang": lambda code: code not in (None, own)}):
            yield from (str(tag[name]) for name in ("alt", "aria-label", "title") if tag.get(name))
            if tag.get("name") == "description":
                yield str(tag["content"])


def without_names(words: str) -> str:
    for name in sorted(NAMES, key=len, reverse=True):
        words = words.replace(name, "")
    return words


@pytest.mark.parametrize("language", OTHERS)
def test_no_page_has_a_word_left_in_another_language(
    client: FlaskClient, fixed: Finding, asked: None, language: str
) -> None:
    for address, status in addresses(fixed).items():
        own = said(client, address, status, language)
        english = {words for words in said(client, address, status, "en") if without_names(words) != ""}
        left = {words for words in own & english if re.search("[^\\W\\d_]{2}", without_names(words))}
        assert left == set(), address
        if language == "ar":
            latin = {words for words in own if re.search("[A-Za-zÅÄÖåäö]{2}", without_names(words))}
            assert latin == set(), address


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_wrong_with_a_report_is_said_in_the_language_of_the_page(
    client: FlaskClient, fixed: Finding, language: str
) -> None:
    address = f"{SITE}/{fixed.id}/haller-inte"
    for sent in ({"kind": "something", "words": "x" * 301}, {"kind": "remains", "words": "070-123 45 67"}):
        own = said(client, address, 422, language, **sent)
        assert own.isdisjoint({*said(client, address, 422, "en", **sent)} - NAMES - set(sent.values()) - {""})
    for _ in range(7):
        answer = client.post(f"{address}?lang={language}", data={"kind": "remains"})
    assert "Too many attempts" not in page(answer, 429).get_text()
    assert page(answer, 429).html["lang"] == language.split("-")[0]  # type: ignore[index]


def test_arabic_runs_from_the_right_and_what_is_in_swedish_from_the_left(
    client: FlaskClient, fixed: Finding
) -> None:
    soup = page(client.get(f"{SITE}?lang=ar"))
    assert soup.html is not None
    assert (soup.html["lang"], soup.html["dir"]) == ("ar", "rtl")
    for words in ("Gammal soffa", "Den är borta.", "Vi ses där på lördag"):
        found = soup.find(string=words)
        assert found is not None
        assert found.parent is not None
        assert (found.parent["lang"], found.parent["dir"]) == ("sv", "ltr")


def test_a_kind_that_a_language_has_no_words_for_is_said_in_swedish_and_marked(
    client: FlaskClient, admin: Actor, coordinator: Actor, site: Site
) -> None:
    made = make_finding(make_walk(site), category="skrap", item="dumpning", status=Status.PLANNED)
    publications.publish(coordinator, made.number, "", "")
    soup = page(client.get(f"{SITE}?lang=so"))
    assert soup.select("article h3 [lang]") == []
    assert "alaab la iska tuuray" in soup.get_text()
    rename(admin, "skrap", "dumpning", {"sv": "Dumpade möbler", "en": "Dumped furniture"})
    [heading] = page(client.get(f"{SITE}?lang=so")).select("article h3 [lang]")
    assert (heading["lang"], heading.get_text()) == ("sv", "Skräp, dumpning och skadedjur: dumpade möbler")
    for language in ("sv", "sv-latt", "en"):
        assert page(client.get(f"{SITE}?lang={language}")).select("article h3 [lang]") == []


def rename(admin: Actor, category: str, item: str, words: dict[str, str]) -> None:
    kept = latest().category(category)
    assert kept is not None
    days = {str(severity): number for severity, number in kept.due_days.items()}
    checks = {str(severity): str(how) for severity, how in kept.verification.items()}
    rules = CategoryRules(kept.active, {item: words}, days, checks)
    write_category(admin, category, rules, version=current_version().number)


def test_easy_swedish_is_swedish_in_other_words(client: FlaskClient, fixed: Finding) -> None:
    easy, plain = (page(client.get(f"{SITE}?lang={code}")) for code in ("sv-latt", "sv"))
    assert easy.html is not None
    assert easy.html["lang"] == "sv"
    assert easy.select("main [lang]") == [], "what is written in Swedish needs no mark"
    assert [one.get_text() for one in easy.select("article h3")] == [
        one.get_text() for one in plain.select("article h3")
    ]
    assert "Det här är gjort" in easy.get_text()
    assert "Det här är gjort" not in plain.get_text()


def test_a_page_names_its_other_languages(client: FlaskClient, fixed: Finding, asked: None) -> None:
    address = f"{SITE}/enkat/kista?omgang=1&lang=ar"
    soup = page(client.get(address))
    links = {str(link["hreflang"]): str(link["href"]) for link in soup.select("head link[hreflang]")}
    assert links.keys() == {"sv", "sv-simple", "en", "ar", "so"}
    assert links["sv-simple"] == f"{SITE}/enkat/kista?omgang=1&lang=sv-latt"
    switch = soup.select("header nav a")
    assert [one.get_text() for one in switch] == list(LANGUAGES.values())
    assert [str(one["href"]) for one in switch] == list(links.values())
    assert [one.get_text() for one in switch if one.get("aria-current")] == [LANGUAGES["ar"]]
    assert all("lang=ar" in str(one["src"]) for one in soup.select("img.chart"))


def test_changing_the_language_keeps_what_was_typed_and_sends_nothing(
    client: FlaskClient, fixed: Finding
) -> None:
    address = f"{SITE}/{fixed.id}/haller-inte"
    for _ in range(8):
        soup = page(client.get(f"{address}?lang=ar"))
        [button] = [
            one for one in soup.select("header nav button[name]") if one.get_text() == LANGUAGES["so"]
        ]
        form = soup.select_one(f"form#{button['form']}")
        assert form is not None
        pressed_by_enter = soup.select_one(f"button[form={button['form']}], form button")
        assert pressed_by_enter is not None
        assert pressed_by_enter.get("name") is None, "Enter sends, and changes no language"
        sent = {"kind": "partly", "words": "الأريكة ما زالت هناك", str(button["name"]): str(button["value"])}
        changed = page(client.post(str(button["formaction"]), data=sent))
    assert changed.html is not None
    assert changed.html["lang"] == "so"
    assert "الأريكة ما زالت هناك" in changed.select_one("textarea").get_text()  # type: ignore[union-attr]
    assert [str(one["value"]) for one in changed.select("input[checked]")] == [ReportKind.PARTLY]
    assert session().scalars(select(ResidentReport)).all() == []
    assert client.post(f"{address}?lang=so", data={"kind": "partly"}).location == f"{SITE}/tack?lang=so"


@pytest.mark.parametrize(("language", "told"), [("sv", 0), ("en", 0), *((code, 1) for code in OTHERS)])
def test_words_that_nobody_has_reviewed_say_so(
    client: FlaskClient, fixed: Finding, language: str, told: int
) -> None:
    assert len(page(client.get(f"{SITE}?lang={language}")).select("footer p")) == 2 + told


def test_staff_keep_their_two_languages(
    client: FlaskClient, coordinator: Actor, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    assert page(client.get("/logga-in?lang=ar")).select("html[dir=ltr]")
    assert page(client.get("/?lang=ar")).select("html[dir=rtl]")
    sign_in(client, coordinator)
    assert page(client.get("/?lang=ar")).select("html[dir=ltr]")


@pytest.mark.parametrize(("language", "tag"), [("ar", "ar"), ("sv-latt", "sv")])
def test_the_feed_says_its_language(client: FlaskClient, fixed: Finding, language: str, tag: str) -> None:
    feed = ElementTree.fromstring(client.get(f"{SITE}/atom.xml?lang={language}").data)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == tag
    own = feed.find("{http://www.w3.org/2005/Atom}link[@rel='self']")
    assert own is not None
    assert str(own.get("href")).endswith(f"?lang={language}")


@pytest.mark.parametrize(("language", "turned"), [("ar", "\u200e"), ("so", "")])
def test_the_sign_of_a_difference_stays_before_its_number(
    client: FlaskClient, language: str, turned: str
) -> None:
    with client.application.test_request_context(f"{SITE}?lang={language}"):
        assert points(Estimate(0.07, -0.01, 0.15), whole=True).startswith(f"{turned}+7 ")
