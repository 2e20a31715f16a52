"""A phone in the hands of a test: real Chromium with a profile on disk, that can lose power and be opened again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright, expect

from tools.chromium import FLAGS, find_chromium

KISTA = {"longitude": 17.9421, "latitude": 59.4037, "accuracy": 8}
SENT = "Allt skickat"
"""What the line at the bottom says once the server has everything."""
NO_ROOM = 1
"""A quota in bytes that is less than what is there already."""

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
_PATIENT = """
async (argument) => {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('No answer in a minute')), 60000); });
  try { return await Promise.race([(%s)(argument), late]); } finally { clearTimeout(timer); }
}
"""
# As long as there is room: what it returns is what the phone said that it had saved.
_NEW_FINDING = """
async ([walkId, number, photos, width]) => {
  const field = globalThis.platskollen;
  const saved = { id: null, photos: [], full: false };
  const noise = async () => {
    const height = Math.round(width * 0.75);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    const image = context.createImageData(width, height);
    for (let start = 0; start < image.data.length; start += 65536) {
      crypto.getRandomValues(image.data.subarray(start, start + 65536));
    }
    context.putImageData(image, 0, 0);
    return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 });
  };
  try {
    saved.id = await field.newFinding(walkId, {
      category: 'belysning', lon: 17.9421 + number / 2000, lat: 59.4037, accuracy_m: 8, title: `Lampa ${number}`,
    });
    for (let one = 0; one < photos; one += 1) saved.photos.push(await field.addPhoto(saved.id, await noise(), {}));
    await field.closeFinding(saved.id);
  } catch (error) {
    if (error.name !== 'StorageFullError') throw error;
    saved.full = true;
  }
  return saved;
}
"""
_SEND_NOW = """
async () => {
  for (const { id, state } of await platskollen.outbox()) if (state === 'waiting') void platskollen.retry(id);
  const soon = new Promise((resolve) => { setTimeout(resolve, 3000); });
  await Promise.race([platskollen.sync('test'), soon]);
  await new Promise((resolve) => { setTimeout(resolve, 50); });
}
"""


class Phone:
    """The field app on one phone; its storage outlives its browser."""

    def __init__(self, playwright: Playwright, folder: Path, url: str) -> None:
        self._playwright = playwright
        self._folder = folder
        self._url = url
        self._context: BrowserContext | None = None
        self._cookies: list[Any] = []
        self._offline = False
        self._devtools: CDPSession
        self.page: Page

    def open(self, quota: int | None = None) -> None:
        """Open the browser and the app; with a quota there is room for so many bytes only."""
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
        # Chromium writes cookies down every half minute: whoever signed in just before would have to again.
        self._context.add_cookies(self._cookies)
        self._context.set_offline(self._offline)
        self.page = self._context.pages[0] if self._context.pages else self._context.new_page()
        self._devtools = self._context.new_cdp_session(self.page)
        if quota is not None:
            self.limit_storage(quota)
        self.visit()

    def visit(self) -> None:
        """Go to the app and wait until it stands."""
        self.page.goto(f"{self._url}/falt")
        self.page.wait_for_function("() => globalThis.platskollen !== undefined")

    def sign_in(self, link: str) -> list[Any]:
        """Sign in by a printed link; returns the session, with which another phone may be signed in."""
        assert self._context is not None
        self.page.goto(link)
        self.page.get_by_role("main").get_by_role("button", name="Logga in").click()
        self.page.wait_for_url(lambda address: "/logga-in" not in address)
        cookies = list(self._context.cookies())
        self.begin(cookies)
        return cookies

    def begin(self, session: list[Any]) -> None:
        """Open the app in a session, then have it kept for offline use."""
        self.sign_in_again(session)
        self.visit()
        self.run("() => platskollen.refreshMe()")
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    def run(self, script: str, argument: object = None) -> Any:
        """Run a function in the page and return what it gives; one that never ends raises Error."""
        return self.page.evaluate(_PATIENT % script, argument)

    def says(self, words: str, most_s: float = 20) -> None:
        """Assert that the line at the bottom of the screen says so."""
        expect(self.page.locator(".bottom-line .status")).to_contain_text(words, timeout=most_s * 1000)

    def notes(self, words: str) -> None:
        """Assert that a note above the bottom line says so."""
        expect(self.page.locator(".bottom-line .note").filter(has_text=words)).to_be_visible(timeout=20_000)

    def start_walk(self, slug: str = "kista-centrum") -> str:
        """Start a walk that nobody planned."""
        return str(self.run("(slug) => platskollen.startWalk({ slug })", slug))

    def capture(self, walk: str, number: int, photos: int = 2, width: int = 640) -> str:
        """Note a finding with photos of that width in pixels; returns its id once the phone says that it is saved."""
        saved = self.try_capture(walk, number, photos, width)
        assert not saved["full"]
        return str(saved["id"])

    def try_capture(self, walk: str, number: int, photos: int, width: int) -> dict[str, Any]:
        """Note a finding as long as there is room; what of it the phone said that it had saved."""
        return dict(self.run(_NEW_FINDING, [walk, number, photos, width]))

    def capture_until_killed(self, walk: str, said: Callable[[str], object]) -> None:
        """Begin to note one finding after another without end; `said` hears of each that the phone says is saved."""
        self.page.expose_function("said", said)
        self.page.evaluate(
            """([walk, source]) => {
              const capture = eval(source);
              (async () => {
                for (let number = 0; ; number += 1) await said((await capture([walk, number, 2, 320])).id);
              })();
            }""",
            [walk, _NEW_FINDING],
        )

    def findings(self, walk: str) -> list[str]:
        """Every finding of a walk that the phone shows."""
        return [
            str(one)
            for one in self.run("async (id) => (await platskollen.findings(id)).map(({id}) => id)", walk)
        ]

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

    def settle(self, most_s: float = 90) -> None:
        """Have everything sent without waiting for the phone's own next try; raises TimeoutError."""
        until = monotonic() + most_s
        while self.unsent():
            if monotonic() > until:
                state = self.run("async () => [platskollen.status(), await platskollen.outbox()]")
                raise TimeoutError(str(state))
            self.send_now()

    def send_now(self) -> None:
        """Have everything tried once, also what the phone would let wait a while."""
        self.run(_SEND_NOW)

    def export(self) -> str:
        """Everything unsent as one file, in base64."""
        script = """async () => {
          const reader = new FileReader();
          const read = new Promise((resolve) => { reader.onload = resolve; });
          reader.readAsDataURL(await platskollen.exportZip());
          await read;
          return reader.result.split(',')[1];
        }"""
        return str(self.run(script))

    def read_in(self, archive: str) -> None:
        """Read in what another phone has saved."""
        script = """async (archive) => {
          const bytes = Uint8Array.from(atob(archive), (one) => one.charCodeAt(0));
          await platskollen.importZip(new File([bytes], 'outbox.zip'));
        }"""
        self.run(script, archive)

    def shift_clock(self, hours: float) -> None:
        """Set the phone's clock off by so much, from now on and after it is opened again."""
        self.run("(ms) => localStorage.setItem('test-clock-shift-ms', String(ms))", hours * 3_600_000)

    def limit_storage(self, quota: int | None) -> None:
        """Leave room for so many bytes; None for as many as there really is."""
        size = {} if quota is None else {"quotaSize": quota}
        self._devtools.send("Storage.overrideQuotaForOrigin", {"origin": self._url, **size})

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
        """Airplane mode, also after the phone is opened again."""
        assert self._context is not None
        self._offline = offline
        self._context.set_offline(offline)

    def kill(self) -> None:
        """End the browser at once, as an empty battery does."""
        assert self._context is not None
        self._cookies = list(self._context.cookies())
        wanted = f"--user-data-dir={self._folder}".encode()
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                if process.name.isdigit() and wanted in (process / "cmdline").read_bytes().split(b"\0"):
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
