"""The field app in a phone's browser: opened once, then without a network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served, Server

HUSBY = {"longitude": 17.9259, "latitude": 59.4100, "accuracy": 8}
CONTROLLED = """new Promise((resolve) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) resolve();
  else serviceWorker.addEventListener('controllerchange', () => resolve());
})"""


@pytest.fixture
def app(visit: Callable[..., Page], served: Served) -> Callable[..., Page]:
    """Open the field app, signed in, with its service worker in place."""

    def enter(**options: object) -> Page:
        page = visit("falt@demo.example", geolocation=HUSBY, **options)
        page.goto(f"{served.url}/falt")
        expect(page.get_by_role("heading", name="Mina vandringar")).to_be_visible()
        page.evaluate(CONTROLLED)
        return page

    return enter


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()


def test_the_app_opens_without_a_network_after_one_visit(app: Callable[..., Page]) -> None:
    page = app()
    expect(page.get_by_role("heading", name="Husby centrum")).to_be_visible()
    go_offline(page)
    expect(page.get_by_role("heading", name="Husby centrum")).to_be_visible()
    expect(page.get_by_role("link", name="Allt skickat")).to_be_visible()
    page.get_by_role("link", name="Oplanerad vandring").click()
    expect(page.get_by_label("Var?")).to_contain_text("Husby centrum")


def test_a_walk_taken_along_is_walked_without_a_network(app: Callable[..., Page]) -> None:
    page = app(color_scheme="dark")
    page.get_by_role("article").get_by_role("link", name="Ta med").click()
    expect(page.get_by_role("status").filter(has_text="Allt finns i telefonen")).to_be_visible()
    assert_accessible(page)
    go_offline(page)
    page.get_by_role("link", name="Till vandringen").click()
    expect(page.locator(".stop").first).to_be_visible()
    expect(page.locator(".own-position")).to_be_visible()
    expect(page.locator(".finding-pin.earlier").first).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Visa listan").click()
    listed = page.get_by_role("region", name="Brister").get_by_role("listitem")
    expect(listed.first).to_be_visible()
    before = listed.count()
    assert_accessible(page)

    page.get_by_role("button", name="Ny notering").click()
    expect(page).to_have_url(re.compile("#/finding/"))
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    page.get_by_role("button", name="Visa listan").click()
    expect(listed).to_have_count(before + 1)
    expect(page.get_by_role("link", name=re.compile("notering som saknar något"))).to_be_visible()


def test_every_place_of_the_shell_is_accessible_and_fits_a_narrow_screen(app: Callable[..., Page]) -> None:
    page = app(viewport={"width": 320, "height": 568})
    walk = page.evaluate("platskollen.walks().then((walks) => walks[0].id)")
    places = {
        "/": "today",
        "/start": "start",
        f"/walk/{walk}": "walk",
        f"/walk/{walk}/take": "take-along",
        f"/walk/{walk}/join": "invite",
    }
    for place, screen in places.items():
        page.evaluate("(place) => { location.hash = place; }", place)
        expect(page.locator(f".screen.{screen}").get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= 320, f"{place} is {wide} px wide"


def test_the_language_is_changed_in_the_app_and_kept(app: Callable[..., Page]) -> None:
    page = app()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="My walks")).to_be_visible()
    go_offline(page)
    expect(page.get_by_role("heading", name="My walks")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_new_version_waits_until_the_app_is_opened_again(browser: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        context = browser.new_context(locale="sv-SE")
        page = context.new_page()
        page.goto(f"{server.served.url}/falt")
        page.evaluate(CONTROLLED)
        page.evaluate("window.mine = true")
        server.stop()
        # Another basemap is another content policy, and so another version of the shell.
        server.served.environment["PLATSKOLLEN_BASEMAP"] = "https://tiles.example/{z}/{x}/{y}.png"
        server.start()
        page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.update())")
        expect(page.get_by_text("Ny version finns: öppna om appen när du är klar.")).to_be_visible()
        assert page.evaluate("window.mine"), "the page was reloaded under the user's hands"
        assert kept_versions(page) == 2

        # Closed and opened again, it is the new one, and the old one is gone.
        again = context.new_page()
        page.close()
        again.goto("about:blank")
        again.goto(f"{server.served.url}/falt")
        again.evaluate(CONTROLLED)
        expect(again.get_by_role("heading", name="Mina vandringar")).to_be_visible()
        again.wait_for_function(ONE_VERSION)
        context.close()
    finally:
        server.stop()


ONE_VERSION = """async () => {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith('field-shell-')).length === 1;
}"""


def kept_versions(page: Page) -> int:
    names = page.evaluate("caches.keys()")
    return len([name for name in names if name.startswith("field-shell-")])


def test_somebody_signed_out_is_asked_to_sign_in(visit: Callable[..., Page], served: Served) -> None:
    page = visit()
    page.goto(f"{served.url}/falt")
    sign_in = page.get_by_role("contentinfo").get_by_role("link", name="Logga in")
    expect(sign_in).to_have_attribute("href", "/logga-in?next=/falt")
    assert_accessible(page)
