"""The page for a new finding in the hands of somebody without JavaScript, GPS, a mouse or patience."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


def open_new_finding(page: Page) -> None:
    page.get_by_role("link", name="Husby centrum").first.click()
    page.get_by_role("link", name="Ny notering").click()
    page.get_by_text("Klotter", exact=True).click()


def test_finding_is_noted_without_javascript_by_words_alone(visit: Callable[..., Page]) -> None:
    page = visit("falt@demo.example", java_script_enabled=False)
    open_new_finding(page)
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("alert")).to_contain_text("Sätt nålen eller beskriv platsen")
    expect(page.get_by_label("Klotter", exact=True)).to_be_checked()  # what was chosen is still there
    page.get_by_label("Platsen i ord").fill("Bakom tvättstugan <b>på</b> gården")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("status").first).to_contain_text("HUSBY-")
    expect(page.get_by_role("main")).to_contain_text("Bakom tvättstugan <b>på</b> gården")


def test_pin_moves_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("falt@demo.example", permissions=[])
    open_new_finding(page)
    page.get_by_role("button", name="Nål mitt i kartan").click()
    pin = page.locator(".pin")
    pin.focus()
    latitude = page.locator("[data-position-lat]")
    before = latitude.input_value()
    page.keyboard.press("ArrowUp")
    expect(latitude).not_to_have_value(before)
    assert float(latitude.input_value()) > float(before)


def test_double_click_on_save_makes_one_finding(visit: Callable[..., Page]) -> None:
    page = visit("falt@demo.example")
    open_new_finding(page)
    page.get_by_text("Mer", exact=True).click()
    page.get_by_label("Rubrik").fill("Dubbelklickad brist")
    page.get_by_label("Platsen i ord").fill("Vid porten")
    page.get_by_role("button", name="Spara").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("Sparad som")
    expect(page.get_by_role("link", name="Dubbelklickad brist")).to_have_count(1)


NARROW = ["/", "/platser", "/platser/kista-centrum", "/vandringar", "/brister", "/brister/KISTA-2026-0001"]


@pytest.mark.parametrize("path", NARROW)
def test_page_fits_a_narrow_phone(visit: Callable[..., Page], path: str) -> None:
    page = visit("samordnare@demo.example", viewport={"width": 320, "height": 640})
    page.goto(page.url.rstrip("/") + path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
