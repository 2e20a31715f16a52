"""Interviews in the street: asked without a network, kept through a restart, and on the server once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.browser import open_waves
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import KISTA, watch
from tools.chromium import FLAGS, find_chromium
from tools.serving import Served

SITE, NAME = "tensta-centrum", "Tensta centrum"
INSTALLED = "async () => { await navigator.serviceWorker.ready; }"


@pytest.fixture(scope="session")
def asked(served: Served) -> Served:
    """The demo with a wave that may be asked where it has none."""
    open_waves.ask_at(served, SITE)
    return served


@pytest.fixture
def phone(playwright: Playwright, asked: Served, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a phone whose storage outlives its browser; opened again, the one before is closed."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this system; `make browser` says how to get one")
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def enter(**options: object) -> Page:
        while opened:
            opened.pop().close()
        settings: dict[str, object] = {
            "viewport": {"width": 390, "height": 760},
            "locale": "sv-SE",
            "timezone_id": "Europe/Stockholm",
            "geolocation": KISTA,
            "permissions": ["geolocation"],
            **options,
        }
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "phone",
            executable_path=path,
            args=list(FLAGS),
            **settings,  # type: ignore[arg-type]  # a device is a bag of options
        )
        opened.append(context)
        page = context.pages[0]
        watch(page, asked.url, faults)
        return page

    yield enter
    while opened:
        opened.pop().close()
    assert faults == []


def card(page: Page) -> Locator:
    """The wave of these tests among those of the demo."""
    return page.get_by_role("article").filter(has_text=NAME)


def sign_in(page: Page, served: Served) -> None:
    page.goto(served.link("falt@demo.example"))
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.wait_for_url(lambda address: "/logga-in" not in address)
    page.goto(f"{served.url}/falt")
    page.get_by_role("link", name="Fråga på plats").click()
    expect(card(page).get_by_role("button", name="Börja en intervju")).to_be_visible()
    page.evaluate(INSTALLED)


def question(page: Page) -> str:
    return page.locator("#question").inner_text()


def answer_all(page: Page, choice: int, words: str = "", until: int = 100) -> None:
    """Answer one question after the other: the choice of that number, words where words are asked for."""
    for _ in range(until):
        progress = page.locator("progress")
        if progress.get_attribute("value") == progress.get_attribute("max"):
            return
        before = progress.get_attribute("value")
        several, one = page.locator(".answer.several"), page.locator(".answer")
        if several.count():
            several.nth(choice).click()
            page.locator("footer .main").click()
        elif one.count():
            one.nth(choice).click()
        else:
            page.locator("textarea").fill(words)
            page.locator("footer .main").click()
        expect(progress).not_to_have_attribute("value", str(before))


def test_two_interviews_without_a_network_arrive_once(phone: Callable[..., Page], asked: Served) -> None:
    page = phone()
    sign_in(page, asked)
    page.context.set_offline(True)
    page.reload()
    card(page).get_by_role("button", name="Börja en intervju").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="ابدأ").click()
    expect(page.locator("#question")).to_have_text("ما سبب وجودك هنا غالباً؟")
    answer_all(page, 0, "الشارع مظلم")
    page.get_by_role("button", name="إرسال", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 intervju väntar i telefonen")
    assert "الشارع" not in page.locator("body").inner_text()

    page.get_by_role("button", name="Nästa intervju").click()
    page.get_by_role("button", name="Börja").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    answer_all(page, 1, "Mörkt vid trappan", until=4)
    half_way = question(page)

    # The battery dies in the middle of the second, and there is still no network.
    page = phone(offline=True)
    page.goto(f"{asked.url}/falt/enkat")
    expect(page.get_by_role("status").last).to_contain_text("1 intervju väntar i telefonen")
    page.get_by_role("button", name="Fortsätt intervjun").click()
    assert question(page) == half_way
    page.get_by_role("button", name="Tillbaka").click()
    expect(page.locator(".answer[aria-pressed=true]")).to_have_count(1)
    answer_all(page, 1, "Mörkt vid trappan")
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 intervjuer väntar i telefonen")
    page.get_by_role("button", name="Till början").click()
    expect(card(page).get_by_text("2 till i telefonen")).to_be_visible()
    assert "trappan" not in page.locator("body").inner_text()

    page.context.set_offline(False)
    expect(page.get_by_text("Alla intervjuer är skickade. 2 skickade i dag.")).to_be_visible()
    expect(card(page).get_by_text("2 av 5 gjorda")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Alla intervjuer är skickade.")).to_be_visible()
    came = open_waves.received(asked)
    assert came["made"] == 2
    assert [one["language"] for one in came["responses"]] == ["ar", "sv"]
    assert [one["answers"]["safe_day"] for one in came["responses"]] == ["very_safe", "rather_safe"]
    assert all("words" not in one["answers"] for one in came["responses"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_fits_a_narrow_phone(
    phone: Callable[..., Page], asked: Served, scheme: str
) -> None:
    page = phone(viewport={"width": 320, "height": 568}, color_scheme=scheme)

    def look() -> None:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, question(page)

    sign_in(page, asked)
    card(page).get_by_text("Alla tider").click()
    look()
    card(page).get_by_role("button", name="Börja en intervju").click()
    look()
    if scheme == "dark":
        page.get_by_role("button", name="العربية").click()
        look()
    page.locator("footer .main").click()
    page.locator("footer .main").click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    look()
    for kind in ("fieldset, .answer", ".lead", ".several", "textarea"):
        while not page.locator(f"main :is({kind})").count():
            answer_all(page, 0, "Ord", until=1)
        look()
    page.get_by_role("button", name="Avbryt").click()
    look()
    page.get_by_role("button", name="Lämna den så länge").click()
    look()
    page.get_by_role("button", name="Ta bort", exact=True).click()
    look()
    page.get_by_role("button", name="Ta bort svaren").click()
    expect(page.get_by_role("button", name="Fortsätt intervjun")).to_have_count(0)


def test_the_way_back_of_the_phone_is_the_question_before(phone: Callable[..., Page], asked: Served) -> None:
    page = phone()
    sign_in(page, asked)
    card(page).get_by_role("button", name="Börja en intervju").click()
    page.get_by_role("button", name="Börja", exact=True).click()
    expect(page.locator("progress")).to_be_visible()
    first = question(page)
    page.locator(".answer").first.click()
    expect(page.locator("#question")).not_to_have_text(first)
    page.go_back()
    expect(page.locator("#question")).to_have_text(first)
    expect(page.locator(".answer[aria-pressed=true]")).to_have_count(1)


def test_somebody_signed_out_is_asked_to_sign_in(phone: Callable[..., Page], asked: Served) -> None:
    page = phone()
    page.goto(f"{asked.url}/falt/enkat")
    expect(page.get_by_role("main").get_by_role("link", name="Logga in")).to_be_visible()
    assert_accessible(page)
