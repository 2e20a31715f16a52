"""The whole chain, clicked through by three people: seen on a walk, fixed by the owner, verified by another."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.i18n import today
from tests.browser.accessibility import assert_accessible

PHOTOS = Path(__file__).resolve().parents[1] / "data" / "photos"
BEFORE = sorted(PHOTOS.rglob("*.jpg"))[0]
AFTER = sorted(PHOTOS.rglob("*.jpg"))[1]
HUSBY = {"longitude": 17.9259, "latitude": 59.4100, "accuracy": 8}


def test_walk_becomes_a_verified_fix(visit: Callable[..., Page]) -> None:
    field = visit("falt@demo.example", geolocation=HUSBY)
    coordinator = visit("samordnare@demo.example", device=None)
    owner = visit("agare@demo.example", color_scheme="dark")

    number = note_finding(field)
    triage_and_send(coordinator, number)
    plan_and_report_fixed(owner, number)
    verify(field, number)
    look_at_the_result(coordinator, number)


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


def triage_and_send(page: Page, number: str) -> None:
    assert_accessible(page)
    page.get_by_role("link", name="Brister", exact=True).click()
    page.get_by_label("Nummer, plats eller ord").fill(number)
    page.get_by_role("button", name="Visa").click()
    assert_accessible(page)
    page.get_by_role("link", name="Lampan vid trappan är släckt").click()
    assert_accessible(page)
    step = page.locator("details", has_text="Bedöm").first
    step.get_by_label("Allvarlighetsgrad").select_option("high")
    step.get_by_role("button", name="Bedöm").click()
    step = open_step(page, "Skicka till ansvarig")
    choose_organisation(step, "Bostadsbolag A")
    step.get_by_role("button", name="Skicka till ansvarig").click()
    expect(page.get_by_role("main")).to_contain_text("Bostadsbolag A")
    assert_accessible(page)


def plan_and_report_fixed(page: Page, number: str) -> None:
    assert_accessible(page)
    page.goto(f"{page.url.rstrip('/')}/brister/{number}")
    assert_accessible(page)
    step = open_step(page, "Planera datum")
    step.get_by_label("Planerat datum").fill((today() + timedelta(days=7)).isoformat())
    step.get_by_role("button", name="Planera datum").click()
    step = open_step(page, "Anmäl som åtgärdad")
    step.get_by_role("button", name="Anmäl som åtgärdad").click()
    expect(page.get_by_role("alert")).to_contain_text("foto")  # the category asks for one
    step = open_step(page, "Anmäl som åtgärdad")
    step.locator("input[type=file]").set_input_files(AFTER)
    step.get_by_role("button", name="Anmäl som åtgärdad").click()
    expect(page.get_by_role("main")).to_contain_text("inte kontrollerad")
    expect(page.get_by_role("button", name="Markera som kontrollerad")).to_have_count(0)
    assert_accessible(page)


def verify(page: Page, number: str) -> None:
    page.goto(page.url.split("/vandringar")[0] + f"/brister/{number}")
    step = open_step(page, "Markera som kontrollerad")
    step.get_by_label("på plats").check()
    step.locator("input[type=file]").set_input_files(AFTER)
    step.get_by_role("button", name="Markera som kontrollerad").click()
    expect(page.get_by_role("main")).to_contain_text("Kontrollerad på plats")
    assert_accessible(page)


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
]
