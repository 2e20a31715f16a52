"""What residents read, on their own phone, and how a coordinator makes a photo fit for it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.accessibility import assert_accessible
from tools.serving import Served

SITE = "/plats/kista-centrum"


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (320, "dark")])
def test_residents_read_and_answer_at_any_width(
    visit: Callable[..., Page], served: Served, width: int, scheme: str
) -> None:
    page = visit(device=None, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(served.url)
    assert_accessible(page)
    page.get_by_role("link", name="Kista centrum", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kista centrum")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Is that not so?").first.click()
    assert_accessible(page)
    assert page.context.cookies() == []


def test_arabic_fits_a_narrow_phone_and_another_language_keeps_what_was_typed(
    visit: Callable[..., Page], served: Served
) -> None:
    page = visit(device=None, viewport={"width": 320, "height": 800})
    page.goto(f"{served.url}{SITE}?lang=ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="أليس هذا صحيحًا؟").first.click()
    page.get_by_role("textbox").fill("الباب مكسور")
    page.get_by_role("button", name="Soomaali").click()
    expect(page.locator("html")).to_have_attribute("lang", "so")
    page.get_by_role("button", name="العربية").click()
    expect(page.get_by_role("textbox")).to_have_value("الباب مكسور")
    assert_accessible(page)


def test_without_a_script_a_resident_says_that_a_fix_does_not_hold_and_it_is_opened_again(
    visit: Callable[..., Page], served: Served
) -> None:
    resident = visit(java_script_enabled=False)
    resident.goto(served.url + SITE)
    fix = resident.get_by_role("article").filter(has_text="Klart").first
    address = fix.get_attribute("id")
    fix.get_by_role("link", name="Stämmer det inte?").click()
    resident.get_by_role("button", name="Skicka").click()
    expect(resident.get_by_role("alert")).to_contain_text("Välj ett av alternativen")
    resident.get_by_label("Det åtgärdades, men har kommit tillbaka").check()
    resident.get_by_role("button", name="Skicka").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("Tack")
    assert resident.context.cookies() == []

    coordinator = visit("samordnare@demo.example", device=None)
    coordinator.get_by_role("link", name="Åtgärder som inte håller, enligt boende").click()
    assert_accessible(coordinator)
    coordinator.get_by_role("button", name="Öppna bristen igen").first.click()
    expect(coordinator.get_by_role("status").first).to_contain_text("Återöppnad")

    resident.goto(served.url + SITE + "?lang=sv")
    expect(resident.locator(f"#{address}")).not_to_contain_text("Klart")


def test_a_box_is_drawn_by_keyboard_and_by_pointer_and_the_photo_is_shown(
    visit: Callable[..., Page], served: Served
) -> None:
    page = visit("samordnare@demo.example", device=None)
    page.goto(f"{served.url}/platser/kista-centrum")
    page.goto(f"{served.url}/brister?category=klotter")
    links = page.locator("main a[href^='/brister/KISTA-']")
    # Other tests may have put findings without a photo first.
    for address in links.evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        page.goto(f"{served.url}{address}/publicering")
        if not page.get_by_text("Det finns inga foton.").count():
            break
    # The worker that makes the demo's photos small may still be at it.
    ready = page.get_by_role("button", name="Gör i ordning").first
    in_time(page, ready)
    ready.click()
    surface = page.get_by_role("application")
    in_time(page, surface)
    surface.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Från vänster, ruta 1")).not_to_have_value("")
    surface.scroll_into_view_if_needed()
    area = surface.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 10, area["y"] + 10)
    page.mouse.down()
    page.mouse.move(area["x"] + 90, area["y"] + 60, steps=3)
    page.mouse.up()
    expect(page.get_by_label("Bredd, ruta 2")).not_to_have_value("")
    assert_accessible(page)
    page.get_by_role("button", name="Sudda rutorna").click()
    expect(page.get_by_label("Bredd, ruta 2")).not_to_have_value("")
    page.get_by_role("button", name="Godkänn: ingen går att känna igen").click()
    expect(page.get_by_role("main")).to_contain_text("godkänt")
    assert_accessible(page)


def in_time(page: Page, wanted: Locator) -> None:
    """Look again until a job of the worker, behind all that are before it, has been done."""
    end = monotonic() + 120
    while monotonic() < end:
        try:
            wanted.wait_for(timeout=2000)
            return
        except TooLong:
            page.reload()
    expect(wanted).to_be_visible()
