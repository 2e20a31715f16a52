"""A phone in the hands of a test: real Chromium with a profile on disk, that can lose power and be opened again."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tools.chromium import FLAGS, find_chromium

KISTA = {"longitude": 17.9421, "latitude": 59.4037, "accuracy": 8}
_SHIFTED_CLOCK = """
(() => {
  const shift = () => Number(localStorage.getItem('test-clock-shift-ms') ?? 0);
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts) { if (parts.length) { super(...parts); } else { super(Real.now() + shift()); } }
    static now() { return Real.now() + shift(); }
  };
})();
"""
_NEW_FINDING = """
async ([walkId, number, photos]) => {
  const field = globalThis.platskollen;
  const id = await field.newFinding(walkId, {
    category: 'belysning', lon: 17.9421 + number / 2000, lat: 59.4037, accuracy_m: 8, title: `Lampa ${number}`,
  });
  for (let one = 0; one < photos; one += 1) {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext('2d');
    const noise = context.createImageData(640, 480);
    for (let start = 0; start < noise.data.length; start += 65536) {
      crypto.getRandomValues(noise.data.subarray(start, start + 65536));
    }
    context.putImageData(noise, 0, 0);
    await field.addPhoto(id, await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 }), {});
  }
  await field.closeFinding(id);
  return id;
}
"""


class Phone:
    """The field app on one phone; its storage outlives its browser."""

    def __init__(self, playwright: Playwright, folder: Path, url: str) -> None:
        self._playwright = playwright
        self._folder = folder
        self._url = url
        self._context: BrowserContext | None = None
        self.page: Page

    def open(self) -> None:
        """Open the browser and the app."""
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self._folder),
            executable_path=find_chromium(),
            args=[*FLAGS],
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            viewport={"width": 390, "height": 844},
            geolocation=KISTA,  # type: ignore[arg-type]
            permissions=["geolocation"],
        )
        self._context.add_init_script(_SHIFTED_CLOCK)
        self.page = self._context.pages[0] if self._context.pages else self._context.new_page()
        self.visit()

    def visit(self) -> None:
        """Go to the app and wait until it stands."""
        self.page.goto(f"{self._url}/falt")
        self.page.wait_for_function("() => globalThis.platskollen !== undefined")

    def sign_in(self, link: str) -> None:
        """Sign in by a printed link, then have the app kept for offline use."""
        self.page.goto(link)
        self.page.get_by_role("main").get_by_role("button", name="Logga in").click()
        self.page.wait_for_url(lambda address: "/logga-in" not in address)
        self.visit()
        self.run("() => platskollen.refreshMe()")
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    def run(self, script: str, argument: object = None) -> Any:
        """Run a function in the page and return what it gives."""
        return self.page.evaluate(script, argument)

    def start_walk(self, slug: str = "kista-centrum") -> str:
        """Start a walk that nobody planned."""
        return str(self.run("(slug) => platskollen.startWalk({ slug })", slug))

    def capture(self, walk: str, number: int, photos: int = 2) -> str:
        """Note a finding with photos; returns its id once the phone says that it is saved."""
        return str(self.run(_NEW_FINDING, [walk, number, photos]))

    def photos(self, finding: str) -> set[str]:
        """The hashes of the photos that the phone holds of a finding, once it has made them ready."""
        kept = self.run(
            """async (id) => {
              await platskollen.prepared();
              return (await platskollen.finding(id)).photos.map((one) => one.sha256);
            }""",
            finding,
        )
        return {str(one) for one in kept}

    def unsent(self) -> int:
        """How many things the phone says are not sent."""
        return int(self.run("async () => (await platskollen.summary()).unsent"))

    def sync(self) -> None:
        """Ask the app to send now; it goes on by itself afterwards."""
        self.run("() => { platskollen.sync('test'); }")

    def settle(self, most_s: float = 60) -> None:
        """Wait until the phone says that everything is sent; raises TimeoutError naming what is not."""
        until = monotonic() + most_s
        while self.unsent():
            if monotonic() > until:
                raise TimeoutError(str(self.run("() => platskollen.outbox()")))
            self.sync()
            sleep(0.3)

    def shift_clock(self, hours: float) -> None:
        """Set the phone's clock off by so much, from now on and after it is opened again."""
        self.run("(ms) => localStorage.setItem('test-clock-shift-ms', String(ms))", hours * 3_600_000)

    def sign_out_behind_its_back(self) -> list[Any]:
        """End the session without the app knowing; returns what brings it back."""
        assert self._context is not None
        cookies = self._context.cookies()
        self._context.clear_cookies()
        return list(cookies)

    def sign_in_again(self, cookies: list[Any]) -> None:
        """Bring the session back."""
        assert self._context is not None
        self._context.add_cookies(cookies)

    def set_offline(self, offline: bool) -> None:
        """Airplane mode."""
        assert self._context is not None
        self._context.set_offline(offline)

    def kill(self) -> None:
        """End the browser at once, as an empty battery does."""
        wanted = f"--user-data-dir={self._folder}".encode()
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                if process.name.isdigit() and wanted in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        self.close()
        for lock in self._folder.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the browser, if it still runs."""
        if self._context is not None:
            with suppress(Error):
                self._context.close()
            self._context = None
