"""A resident's questionnaire in a real browser: Arabic from the right, Swedish without a script, a lost connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app import create_app, db
from app.db import session
from app.models.responses import Response
from app.models.sites import Site
from app.models.surveys import Survey, Wave
from config import Settings
from forms.questionnaire.sheets import read_sheets
from forms.questionnaire.shipped import Instrument
from forms.questionnaire.xlsform import convert
from tests.browser.accessibility import assert_accessible
from tests.questionnaires import make_wave
from tools.serving import Served

LEFT_OUT = ("map", "measures", *(f"problem_{row}" for row in ("sightlines", "drugs", "groups", "snow")))


@pytest.fixture(scope="module")
def answers(served: Served) -> Iterator[Callable[[str], list[Response]]]:
    """Makes an open wave of the shipped questionnaire, once a slug; tells what has been answered."""
    app = create_app(Settings(data_dir=served.folder, base_url=served.url))
    sheets = read_sheets(Instrument.RESIDENT.path.read_bytes(), "resident.csv")
    plain = convert(sheets, left_out=LEFT_OUT).definition
    with_map = convert(sheets, left_out=[one for one in LEFT_OUT if one != "map"]).definition

    def look(slug: str) -> list[Response]:
        with app.app_context():
            known = session().scalar(select(Survey.id).where(Survey.slug == slug))
            if known is None:
                site = session().scalars(select(Site).where(Site.slug == "kista-centrum")).one()
                make_wave(site, slug=slug, definition=with_map if slug == "karta" else plain)
            found = session().scalars(
                select(Response)
                .join(Wave, Wave.id == Response.wave_id)
                .join(Wave.survey)
                .where(Survey.slug == slug)
            )
            return list(found)

    yield look
    db.dispose()


def fill_in(page: Page, button: str) -> None:
    """Answer the first choice of each question, page by page, until it is time to send."""
    heading = page.get_by_role("heading", level=1)
    for _page in range(30):
        before = heading.inner_text()
        if page.locator("button[value=send]").count():
            return
        rows = page.locator("fieldset")
        for row in range(rows.count()):
            rows.nth(row).locator("label").first.click()
        page.get_by_role("button", name=button, exact=True).click()
        expect(heading).not_to_have_text(before)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (320, "dark")])
def test_resident_answers_in_arabic_from_the_right(
    visit: Callable[..., Page],
    served: Served,
    answers: Callable[[str], list[Response]],
    width: int,
    scheme: str,
) -> None:
    slug = f"arabiska-{width}"
    answers(slug)
    page = visit(device=None, viewport={"width": width, "height": 700}, color_scheme=scheme)
    page.goto(f"{served.url}/enkat/{slug}")
    assert_accessible(page)
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert_accessible(page)
    page.get_by_role("button", name="ابدأ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ما سبب وجودك هنا")
    page.get_by_role("button", name="التالي", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    box, text = page.locator(".choices label").first, page.locator(".choices label span").first
    edge, words, dot = box.bounding_box(), text.bounding_box(), box.locator("input").bounding_box()
    assert edge is not None
    assert words is not None
    assert dot is not None
    assert words["x"] < dot["x"], "the answer stands left of its mark"
    fill_in(page, "التالي")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.context.cookies() == []
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("شكرًا على إجاباتك")
    assert_accessible(page)
    (kept,) = answers(slug)
    assert (kept.language, kept.answers["relation"], kept.answers["safe_day"]) == ("ar", "lives", "very_safe")
    assert page.evaluate("Object.keys(localStorage)") == []
    page.goto(f"{served.url}/enkat/{slug}?lang=sv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Den här enheten har redan svarat")


def test_resident_answers_in_swedish_without_a_script(
    visit: Callable[..., Page], served: Served, answers: Callable[[str], list[Response]]
) -> None:
    answers("utan-skript")
    page = visit(java_script_enabled=False)
    page.goto(f"{served.url}/enkat/utan-skript")
    page.get_by_role("button", name="Börja").click()
    page.get_by_text("Jag arbetar här").click()
    page.get_by_role("button", name="Nästa", exact=True).last.click()
    page.get_by_role("button", name="Tillbaka").click()
    expect(page.get_by_label("Jag arbetar här")).to_be_checked()
    heading = page.get_by_role("heading", level=1)
    for _page in range(30):
        if page.locator("button[value=send]").count():
            break
        page.locator(".ways button[value=next]").click()
    expect(heading).to_have_text("Skicka dina svar")
    assert page.context.cookies() == []
    page.get_by_role("button", name="Skicka").click()
    expect(heading).to_have_text("Tack för dina svar")
    (kept,) = answers("utan-skript")
    assert kept.answers == {"relation": "works"}
    page.get_by_role("link", name=re.compile("Kista centrum")).click()
    expect(heading).to_have_text("Kista centrum")


def test_lost_connection_loses_nothing_and_the_answers_are_sent_when_it_is_back(
    visit: Callable[..., Page], served: Served, answers: Callable[[str], list[Response]]
) -> None:
    answers("utan-nat")
    page = visit()
    address = f"{served.url}/enkat/utan-nat"
    page.goto(address)
    page.get_by_role("button", name="Börja").click()
    page.get_by_text("Jag bor här eller").click()
    page.context.set_offline(True)
    page.locator(".ways button[value=next]").click()
    notice = page.get_by_role("status")
    expect(notice).to_contain_text("Ingen uppkoppling just nu")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Varför är du oftast här?")

    page.goto(address)  # the browser was closed in between
    page.get_by_role("button", name="Fortsätt där du var").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hur ofta är du här?")
    page.go_back()
    expect(page.get_by_label("Jag bor här eller i närheten")).to_be_checked()
    fill_in(page, "Nästa")

    def lose(route: Route) -> None:
        route.fetch()  # it arrives, but its receipt does not
        route.abort("connectionreset")

    page.route("**/svar", lose, times=1)
    page.locator("button[value=send]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för dina svar")
    assert len(answers("utan-nat")) == 1


def test_answers_on_a_shared_device_are_cleared(
    visit: Callable[..., Page], served: Served, answers: Callable[[str], list[Response]]
) -> None:
    answers("delad")
    page = visit()
    page.goto(f"{served.url}/enkat/delad")
    page.get_by_role("button", name="Börja").click()
    page.get_by_text("Jag bor här eller").click()
    page.get_by_role("button", name="Rensa").click()
    expect(page.get_by_role("button", name="Börja")).to_be_visible()
    expect(page.get_by_role("button", name="Fortsätt där du var")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_places_are_set_on_a_map_or_chosen_from_a_list(
    visit: Callable[..., Page], served: Served, answers: Callable[[str], list[Response]]
) -> None:
    answers("karta")
    page = visit()
    page.goto(f"{served.url}/enkat/karta")
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("button", name="Börja").click()
    page.get_by_text("Jag bor här eller").click()
    for _page in range(20):
        if heading.inner_text() == "Ställen som känns trygga":
            break
        before = heading.inner_text()
        page.locator(".ways button[value=next]").click()
        expect(heading).not_to_have_text(before)
    page.get_by_label("Kista centrum", exact=True).check()
    page.get_by_role("button", name="Visa på en karta").click()
    surface = page.locator(".leaflet-container")
    expect(surface).to_be_visible()
    surface.click(position={"x": 120, "y": 90})
    on_map = page.get_by_label("En plats på kartan")
    expect(on_map).to_be_checked()
    assert_accessible(page)
    page.locator(".ways button[value=next]").click()
    expect(heading).to_have_text("Ställen som känns otrygga")
    page.locator(".ways button[value=back]").click()
    expect(on_map).to_be_checked()
    fill_in(page, "Nästa")
    page.locator("button[value=send]").last.click()
    expect(heading).to_have_text("Tack för dina svar")
    (kept,) = answers("karta")
    places = kept.answers["places_safe"]
    assert isinstance(places, list)
    assert len(places) >= 2
