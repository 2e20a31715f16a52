"""An owner who has only a mail: opens the link on a phone, without JavaScript and on a narrow screen too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from app.i18n import today
from tests.browser.accessibility import assert_accessible
from tools.serving import Served

PHOTO = sorted((Path(__file__).resolve().parents[1] / "data" / "photos").rglob("*.jpg"))[1]


def mailed_link(page: Page, served: Served, to: str) -> str:
    """The address in the newest mail to `to`, once the worker has sent one."""
    until = monotonic() + 60
    while monotonic() < until:
        for file in (served.folder / "mail").glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            found = re.search(r"https?://\S+/agare/\S+", mail.get_content())
            if mail["To"] == to and found:
                return found[0]
        page.wait_for_timeout(200)
    pytest.fail(f"no mail to {to}")


def send_link(page: Page, served: Served) -> str:
    """The coordinator mails Bostadsbolag A a link from the page of one of its findings."""
    page.goto(f"{served.url}/brister")
    owner = page.locator("select[name=owner] option", has_text="Bostadsbolag A").first.get_attribute("value")
    # Whatever their status: other tests move the findings of the same demo on.
    page.goto(f"{served.url}/brister?owner={owner}")
    page.locator("tr", has_text="Bostadsbolag A").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Länkar till ansvarig").click()
    assert_accessible(page)
    page.get_by_role("button", name="Skicka länken").click()
    expect(page.get_by_role("status")).to_contain_text("bba@demo.example")
    assert_accessible(page)
    return mailed_link(page, served, "bba@demo.example")


def test_owner_plans_asks_and_reports_fixed_by_the_link_alone(
    visit: Callable[..., Page], served: Served
) -> None:
    link = send_link(visit("samordnare@demo.example", device=None), served)

    page = visit(color_scheme="dark")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"Bostadsbolag A: \d+ brist"))
    assert_accessible(page)
    page.locator("article").first.get_by_role("link", name="Vi åtgärdar").first.click()
    expect(page.get_by_text("ser ert datum")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Planerat datum").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Vi åtgärdar", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Planerad")

    page.get_by_label("Er fråga").fill("Vilken port gäller det?")
    page.get_by_role("button", name="Skicka frågan").click()
    expect(page.locator("#questions")).to_contain_text("Vilken port gäller det?")

    page.locator("summary", has_text=re.compile("^Åtgärdat$")).click()
    step = page.locator("details", has=page.locator("form[action$=reported_fixed]"))
    step.locator("input[type=file]").set_input_files(PHOTO)
    step.get_by_role("button", name="Åtgärdat").click()
    expect(page.get_by_role("main")).to_contain_text("Någon annan kontrollerar det")
    assert_accessible(page)


def test_narrow_screen_without_scripts_does_it_all(visit: Callable[..., Page], served: Served) -> None:
    link = send_link(visit("samordnare@demo.example", device=None), served)

    page = visit(device=None, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page.goto(link)
    page.locator("article").nth(1).get_by_role("link", name="Vi åtgärdar inte").click()
    page.get_by_label("Varför ska den inte åtgärdas?").fill("Den ska rivas i vår.")
    page.get_by_role("button", name="Vi åtgärdar inte").click()
    expect(page.get_by_role("main")).to_contain_text("Samordnaren beslutar")

    page.goto(link)
    for choice in page.get_by_role("checkbox").all()[:2]:
        choice.check()
    page.get_by_label("Med de valda").select_option("planned")
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Planerat datum").fill((today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Vi åtgärdar").click()
    expect(page.get_by_role("status").first).to_contain_text("2 brister")


def test_nothing_is_wider_than_the_narrowest_screen(visit: Callable[..., Page], served: Served) -> None:
    link = send_link(visit("samordnare@demo.example", device=None), served)
    page = visit(device=None, viewport={"width": 320, "height": 640})
    page.goto(link)
    first = page.locator("article h2 a").first.get_attribute("href")
    for address in (link, f"{served.url}{first}", f"{link}x", f"{served.url}/agare/ny-lank"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert_accessible(page)
