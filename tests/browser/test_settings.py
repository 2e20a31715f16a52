"""An administrator sets up, on a desk and on the narrowest dark phone; a proof that came late loses nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served

PAGES = (
    "/konto",
    "/bekrafta",
    "/installningar",
    "/installningar/anvandare",
    "/installningar/anvandare/ny",
    "/installningar/anvandare/roller",
    "/installningar/grupper",
    "/installningar/checklistor",
    "/installningar/checklistor/kategori/belysning",
)


def test_the_pages_are_accessible_and_fit(visit: Callable[..., Page], served: Served) -> None:
    page = visit("admin@demo.example", viewport={"width": 320, "height": 640}, color_scheme="dark")
    page.goto(f"{served.url}/installningar/anvandare")
    somebody = page.locator("#main .rows a").first.get_attribute("href")
    page.goto(f"{served.url}/installningar/checklistor")
    version = page.locator("#main section:last-child a").first.get_attribute("href")
    for address in (*PAGES, somebody, version):
        page.goto(f"{served.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert_accessible(page)


def test_what_was_typed_goes_on_after_a_late_proof(visit: Callable[..., Page], served: Served) -> None:
    page = visit("admin@demo.example", device=None)
    page.get_by_role("banner").get_by_role("link", name="Inställningar").click()
    page.get_by_role("link", name="Användare").click()
    page.get_by_role("link", name="Lägg till någon").click()
    page.get_by_label("Namn").fill("Ny i fält")
    page.get_by_label("E-postadress").fill("ny-i-falt@demo.example")
    page.get_by_label("Roll", exact=True).select_option(label="Fältpersonal")
    with sqlite3.connect(served.folder / "platskollen.db") as database:
        database.execute("UPDATE sign_in_sessions SET confirmed_at = '2020-01-01 00:00:00'")
    before = set((served.folder / "mail").glob("*.eml"))
    page.get_by_role("button", name="Lägg till").click()
    expect(page.get_by_role("heading", name="Bekräfta att det är du")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Mejla mig en kod").click()
    page.get_by_label("Kod från mejlet").fill(mailed(page, served, before))
    assert_accessible(page)
    page.get_by_role("button", name="Bekräfta").click()
    expect(page.get_by_role("heading", name="Ny i fält")).to_be_visible()
    expect(page.get_by_text("Tillagd. En länk för att logga in är på väg med mejl.")).to_be_visible()


def mailed(page: Page, served: Served, before: set[Path]) -> str:
    """The code of the next mail that holds one."""
    for _try in range(100):
        for mail in set((served.folder / "mail").glob("*.eml")) - before:
            body = message_from_bytes(mail.read_bytes()).get_payload(decode=True)
            assert isinstance(body, bytes)
            if found := re.search(r"\b\d{6}\b", body.decode()):
                return found[0]
        page.wait_for_timeout(200)
    raise AssertionError("no code was mailed")
