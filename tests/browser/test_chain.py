"""Steps of the chain as people click them, and every page of the coordinator held against accessibility."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import assert_accessible

PHOTOS = Path(__file__).resolve().parents[1] / "data" / "photos"
BEFORE = sorted(PHOTOS.rglob("*.jpg"))[0]


def note_finding(page: Page) -> str:
    assert_accessible(page)
    page.get_by_role("link", name="Husby centrum").first.click()
    assert_accessible(page)
    page.get_by_role("link", name="Ny notering").click()
    assert_accessible(page)
    page.get_by_text("Belysning", exact=True).click()
    page.get_by_label("Släckt", exact=True).check()
    page.locator("input[type=file]").first.set_input_files(BEFORE)
    page.get_by_role("button", name="Använd min position").click()
    expect(page.locator("[data-position-status]")).to_contain_text("8 m")
    page.get_by_text("Mer", exact=True).click()
    page.get_by_label("Rubrik").fill("Lampan vid trappan är släckt")
    page.get_by_role("button", name="Spara").click()
    saved = page.get_by_text(re.compile(r"HUSBY-\d{4}-\d{4}")).first
    expect(saved).to_be_visible()
    number = re.search(r"HUSBY-\d{4}-\d{4}", page.get_by_role("status").first.inner_text())
    assert number
    assert_accessible(page)
    return number[0]


def look_at_the_result(page: Page, number: str) -> None:
    home = page.url.split("/brister")[0]
    page.goto(f"{home}/brister/{number}")
    for step in (
        "Ny",
        "Bedömd",
        "Skickad till ansvarig",
        "Planerad",
        "Åtgärdad enligt ansvarig",
        "Kontrollerad",
    ):
        expect(page.locator(".history")).to_contain_text(step)
    expect(page.get_by_role("heading", name="Före")).to_be_visible()
    expect(page.get_by_role("heading", name="Efter")).to_be_visible()
    page.goto(f"{home}/platser/husby-centrum?status=fixed")
    expect(page.get_by_role("main")).to_contain_text(number)
    assert_accessible(page)
    page.get_by_role("link", name="Protokoll").first.click()
    expect(page.get_by_role("main")).to_contain_text(number)
    assert_accessible(page)


def open_step(page: Page, name: str) -> Locator:
    step = page.locator("details", has=page.locator("summary", has_text=name)).first
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    return step


def choose_organisation(step: Locator, name: str) -> None:
    suggested = step.get_by_role("radio", name=re.compile(f"^{name}"))
    if suggested.count():
        suggested.first.check()
    else:
        step.get_by_role("radio", name="En annan organisation").check()
        step.get_by_role("combobox", name="En annan organisation").select_option(label=name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_coordinator_is_accessible(visit: Callable[..., Page], scheme: str) -> None:
    page = visit("samordnare@demo.example", color_scheme=scheme)
    home = page.url.rstrip("/")
    for path in PAGES:
        page.goto(home + path)
        assert_accessible(page)
    page.goto(f"{home}/vandringar")
    for link in ("Husby centrum", "Tensta centrum"):
        page.goto(f"{home}/vandringar")
        page.get_by_role("link", name=link).first.click()
        assert_accessible(page)
    # The traders' next wave is planned and not opened, the residents' is open.
    for survey, ways in (
        ("kista-centrum-verksamheter", ("", "/andra", "/oppna")),
        ("kista-centrum", ("", "/stang", "/oversattningar")),
    ):
        page.goto(f"{home}/enkater/{survey}")
        wave = page.get_by_role("link", name="Uppföljning 1").get_attribute("href")
        for way in ways:
            page.goto(f"{home}{wave}{way}")
            assert_accessible(page)


PAGES = [
    "/",
    "/platser",
    "/platser/kista-centrum",
    "/vandringar",
    "/vandringar/ny",
    "/vandringar/ny?plats=kista-centrum",
    "/brister",
    "/brister/KISTA-2026-0001",
    "/brister/KISTA-2026-0001/andra",
    "/brister/KISTA-2026-0001/foton",
    "/enkater",
    "/enkater/ny",
    "/enkater/kista-centrum",
    "/enkater/kista-centrum/ny-matomgang",
    "/enkater/hur-manga-svar?change=8&before=50&deff=1.5",
]
