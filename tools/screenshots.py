"""Makes the pictures of the README anew from the demo: `python -m tools.screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.services.demo.drawings import draw
from tools.chromium import FLAGS, find_chromium
from tools.serving import ROOT, Served, serve

IMAGES = ROOT / "docs" / "images"


def main() -> int:
    """Serve the demo and take both pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serve(Path(folder), "--demo") as served,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        position = {"longitude": 17.9259, "latitude": 59.4102, "accuracy": 8}
        phone = browser.new_context(
            viewport={"width": 390, "height": 760},
            device_scale_factor=2,
            color_scheme="dark",
            geolocation=position,
            permissions=["geolocation"],
        ).new_page()
        _sign_in(phone, served, "falt@demo.example")
        _note(phone, served)
        _picture(phone, "field.png")

        desk = browser.new_context(viewport={"width": 1180, "height": 1040}, color_scheme="light").new_page()
        _sign_in(desk, served, "samordnare@demo.example")
        desk.goto(f"{served.url}/platser/kista-centrum")
        _picture(desk, "site.png")
        browser.close()
    return 0


def _sign_in(page: Page, served: Served, email: str) -> None:
    page.goto(served.link(email))
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.wait_for_load_state()


def _note(page: Page, served: Served) -> None:
    """A walk of one's own with a note that has its category, photo and position."""
    page.goto(f"{served.url}/falt")
    page.evaluate("async () => { await navigator.serviceWorker.ready; await platskollen.refreshMe(); }")
    walk = page.evaluate("() => platskollen.startWalk({ slug: 'husby-centrum', light: 'dark' })")
    finding = page.evaluate(
        "([walk, data]) => platskollen.newFinding(walk, data)",
        [walk, {"category": "belysning", "item": "slackt", "lon": 17.9259, "lat": 59.4102, "accuracy_m": 6}],
    )
    page.evaluate("(hash) => { location.hash = hash; }", f"#/finding/{finding}")
    photo = {"name": "lampa.jpg", "mimeType": "image/jpeg", "buffer": draw("lamp", 3)}
    page.get_by_label("Ta foto").set_input_files(photo)
    page.get_by_role("link", name="Foto 1").wait_for()


def _picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # the map fits itself to its box
    page.screenshot(path=IMAGES / name)


if __name__ == "__main__":
    sys.exit(main())
