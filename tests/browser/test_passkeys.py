"""A passkey is added and signs in, with the authenticator that Chromium brings for tests."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.accessibility import assert_accessible
from tools.serving import Served


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A phone's own key store, whose person is seen at once."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_added_and_signs_in(visit: Callable[..., Page], served: Served) -> None:
    page = visit("samordnare@demo.example")
    line, device = authenticator(page)
    page.get_by_role("link", name="Mitt konto").click()
    assert_accessible(page)
    page.get_by_role("link", name="Lägg till en lösennyckel").click()
    assert_accessible(page)
    page.get_by_label("Vad kallar du den?").fill("Min telefon")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Lägg till").click()
    expect(page.get_by_text("Ingen lösennyckel skapades")).to_be_visible()
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Lägg till").click()
    expect(page.get_by_text("Lösennyckeln är tillagd.")).to_be_visible()
    expect(page.locator("strong", has_text="Min telefon")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Logga ut", exact=True).first.click()
    page.goto(f"{served.url}/konto")
    page.wait_for_url(lambda address: "/logga-in" in address)
    assert_accessible(page)
    page.get_by_role("button", name="Logga in med lösennyckel").click()
    page.wait_for_url(lambda address: "/konto" in address and "/logga-in" not in address)
    expect(page.locator("strong", has_text="Min telefon")).to_be_visible()
    assert (
        line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"][0]["signCount"] > 1
    )

    page.get_by_role("button", name="Ta bort Min telefon").click()
    expect(page.get_by_text("Lösennyckeln är borttagen.")).to_be_visible()
    page.get_by_role("button", name="Logga ut", exact=True).first.click()
    page.goto(f"{served.url}/logga-in")
    page.get_by_role("button", name="Logga in med lösennyckel").click()
    expect(page.get_by_role("heading", name="Lösennyckeln fungerade inte")).to_be_visible()


def test_without_javascript_the_mail_is_the_way(visit: Callable[..., Page], served: Served) -> None:
    page = visit(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(f"{served.url}/logga-in")
    expect(page.get_by_role("button", name="Skicka länken")).to_be_visible()
    expect(page.get_by_role("button", name="Logga in med lösennyckel")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
