"""A coordinator keeps the register and the rules, by keyboard and mouse, narrow and in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served


def test_a_rule_is_written_tried_and_proposed(visit: Callable[..., Page], served: Served) -> None:
    page = visit("samordnare@demo.example", device=None)
    page.get_by_role("banner").get_by_role("link", name="Inställningar").click()
    assert_accessible(page)
    page.get_by_role("link", name="Organisationer").click()
    assert_accessible(page)
    page.locator("tbody th a").first.click()
    assert_accessible(page)
    page.get_by_role("link", name="Lägg till kontakt").click()
    assert_accessible(page)
    page.get_by_label("Funktion").fill("Driftledare")
    page.get_by_label("E-postadress").fill("drift@demo.example")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("link", name="Ändra Driftledare")).to_be_visible()
    page.get_by_role("link", name="Organisationer").first.click()
    page.get_by_role("link", name="Fördelningsregler").click()
    assert_accessible(page)
    page.get_by_role("link", name="Lägg till regel").click()
    assert_accessible(page)
    page.get_by_label("Vad").select_option("klotter")
    page.get_by_label("Går till").select_option(label="Trafikkontoret")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text(re.compile("5. Klotter överallt → Trafikkontoret"))).to_be_visible()
    page.get_by_role("link", name="Pröva").click()
    page.get_by_label("Vad").select_option("klotter")
    page.get_by_role("button", name="Pröva").click()
    expect(page.get_by_text("Den skulle gå till Trafikkontoret")).to_be_visible()
    assert_accessible(page)


def test_the_register_fits_a_narrow_dark_phone_without_javascript(
    visit: Callable[..., Page], served: Served
) -> None:
    desk = visit("samordnare@demo.example", device=None)
    desk.goto(f"{served.url}/organisationer")
    organisation = desk.locator("tbody th a").first.get_attribute("href")
    page = visit("samordnare@demo.example", viewport={"width": 320, "height": 640}, color_scheme="dark")
    for address in (
        "/organisationer",
        f"{organisation}",
        f"{organisation}/andra",
        "/fordelning",
        "/fordelning/prova",
    ):
        page.goto(served.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert_accessible(page)
