"""The page for a new finding, as a phone gets it with an empty cache: bytes transferred without the map.

The floor is the page's own text, compressed: what a page without any sheet, script or icon would take.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import Row, report
from bench.site_map import signed_in
from tools.chromium import FLAGS, find_chromium
from tools.serving import serve

MOST_KB = 60.0
MAP = ("leaflet",)
"""What only the map needs, and is fetched when the map comes near."""


def measure() -> list[Row]:
    """Open the page of the demo's walk under way."""
    path = find_chromium()
    if path is None:
        print("report page: no Chromium on this system, nothing measured")
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with serve(Path(folder), "--demo") as served:
            state = signed_in(browser, served.link("falt@demo.example"))
            device = {k: v for k, v in playwright.devices["Pixel 7"].items() if k != "default_browser_type"}
            page = browser.new_context(**device, storage_state=state).new_page()
            page.goto(f"{served.url}/vandringar")
            page.get_by_role("link", name="Husby centrum").first.click()
            address = page.get_by_role("link", name="Ny notering").get_attribute("href")
            page.context.close()

            page = browser.new_context(**device, storage_state=state).new_page()
            watcher = page.context.new_cdp_session(page)
            addresses: dict[str, str] = {}
            sizes: dict[str, float] = {}
            watcher.on(
                "Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]})
            )
            watcher.on(
                "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
            )
            watcher.send("Network.enable")
            page.goto(f"{served.url}{address}")
            page.wait_for_load_state("networkidle")
            text = gzip.compress(page.content().encode())
        browser.close()
    kilobytes = (
        sum(size for key, size in sizes.items() if not any(part in addresses[key] for part in MAP)) / 1000
    )
    floor = len(text) / 1000
    return [Row(f"page for a new finding (at most {MOST_KB:g} kB)", kilobytes, floor, MOST_KB / floor, "kB")]


if __name__ == "__main__":
    sys.exit(report(measure()))
