"""Random days of two phones, their link and their server: `python -m tests.faults.seeds 200` (`make faults SEEDS=200`).

A seed fixes what is done and which faults are drawn; how they fall in time is the machine's. After each day the link
and the server are well again, and everything must be on the server exactly once, with the same bytes and the last
words. A day that fails is printed with what was done; `python -m tests.faults.seeds 1 17` is day 17 alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic
from typing import Any

from playwright.sync_api import Error, Playwright, sync_playwright

from tests.faults.conftest import FIELD, Kept
from tests.faults.phones import NO_ROOM, Phone
from tools.proxy import PASS, Fate, Proxy, Request, faulty_proxy, let_pass
from tools.serving import Server

STEPS = (6, 14)
TRIES = 25
"""How often everything unsent is tried over the failing link, before it is well again."""
WIDTHS = (160, 320, 2048)
"""Of photos, in pixels: the widest is sent in parts."""
SENDS = ("/api/v1/sync", "/api/v1/uploads")
FRESH_EVERY = 20
"""Days after which the phones are given new profiles, so that a day costs what the first one did."""


def main(seeds: int, first: int = 1) -> int:
    """Run the seeds, print each one that fails and how many ran clean; exit code 1 where one failed."""
    clean = met = 0
    began = monotonic()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        faulty_proxy(0) as proxy,
        sync_playwright() as playwright,
    ):
        server = Server(Path(folder), "--demo", base_url=proxy.url)
        proxy.target_port = server.port
        world = World(playwright, proxy, server)
        try:
            for seed in range(first, first + seeds):
                done: list[str] = []
                try:
                    world.begin()
                    Day(seed, world, done).run()
                    clean += 1
                except Exception as error:
                    _say(f"seed {seed} failed after {', '.join(done)}\n  {type(error).__name__}: {error}")
                    world.close()
                met += sum(fate != PASS for request, fate in proxy.seen if request.path.startswith(SENDS))
                proxy.seen.clear()
                ran = f"{clean} of {seed - first + 1} clean, {met} sendings met a fault"
                _say(f"seed {seed}: {ran}, {monotonic() - began:.0f} s")
                if (seed - first + 1) % FRESH_EVERY == 0:
                    world.close()
        finally:
            world.close()
            server.stop()
    _say(f"{clean} of {seeds} seeds ran clean in {monotonic() - began:.0f} s; {met} sendings met a fault")
    return int(clean != seeds)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class World:
    """A server, a link, and two phones of one person."""

    def __init__(self, playwright: Playwright, proxy: Proxy, server: Server) -> None:
        self.proxy = proxy
        self.server = server
        self._playwright = playwright
        self._made = 0
        self._session: list[Any] = []
        self.phones: list[Phone] = []

    def mend(self) -> None:
        """Let link and server be well."""
        self.proxy.decide = let_pass
        self.server.start(web_only=True)
        self.server.limit_files(None)

    def begin(self) -> None:
        """Take the phones of the day before; where there are none, new ones, and a server that has its worker again."""
        if self.phones:
            return
        self.server.kill()
        self.server.start()
        self.mend()
        for _ in range(2):
            self._made += 1
            phone = Phone(self._playwright, self.server.served.folder / f"phone-{self._made}", self.proxy.url)
            self.phones.append(phone)
            phone.open()
            if self._session:
                phone.begin(self._session)
            else:
                self._session = phone.sign_in(self.server.served.link(FIELD))

    def close(self) -> None:
        """Put the phones away."""
        for phone in self.phones:
            phone.close()
        self.phones = []


class Day:
    """One walk on which things go wrong; `done` hears what was done so far."""

    def __init__(self, seed: int, world: World, done: list[str]) -> None:
        self._random = Random(seed)
        self._world = world
        self._phone, self._other = world.phones
        self._walk = ""
        self._titles: dict[str, str] = {}
        self._descriptions: dict[str, str] = {}
        self._photos: dict[str, list[str]] = {}
        """What the phone said was saved: ids of photos by finding."""
        self._signed_out: list[Any] = []
        self._done = done

    def run(self) -> None:
        """Do what is drawn, then let all be well and look at what the server has."""
        self._walk = self._phone.start_walk()
        self._world.proxy.decide = self._faults()
        self._capture(photos=2)
        steps: list[tuple[int, Callable[[], None]]] = [
            (24, self._capture),
            (12, self._edit),
            (14, self._sync),
            (6, self._wait),
            (4, self._shift_clock),
            (4, self._sign_out),
            (3, self._kill_browser),
            (2, self._fill_phone),
            (2, self._kill_server),
            (2, self._kill_server_while_it_works),
            (4, self._fill_disk),
            (4, self._colleague_edits),
            (2, self._other_phone_reads_in),
        ]
        for _ in range(self._random.randint(*STEPS)):
            step = self._random.choices([one for _, one in steps], [weight for weight, _ in steps])[0]
            self._do(step)
        self._put_right()
        self._try()
        self._world.mend()
        self._settle()
        self._check()

    def _do(self, step: Callable[[], None]) -> None:
        self._done.append(step.__name__.lstrip("_"))
        step()

    def _capture(self, photos: int | None = None) -> None:
        number = len(self._titles)
        photos = self._random.randrange(3) if photos is None else photos
        width = self._random.choices(WIDTHS, (6, 3, 1))[0]
        saved = self._phone.try_capture(self._walk, number, photos, width)
        if saved["id"] is not None:
            self._titles[saved["id"]] = f"Lampa {number}"
            self._photos[saved["id"]] = saved["photos"]

    def _edit(self) -> None:
        if self._titles:
            finding, words = self._random.choice(list(self._titles)), f"Ord {self._random.randrange(1000)}"
            if self._write(self._phone, finding, title=words):
                self._titles[finding] = words

    def _write(self, phone: Phone, finding: str, **changes: str) -> bool:
        """Edit a finding; whether there was room for it."""
        try:
            phone.run("([id, changes]) => platskollen.editFinding(id, changes)", [finding, changes])
        except Error as error:
            if "StorageFullError" not in error.message:
                raise
            return False
        return True

    def _sync(self) -> None:
        self._phone.send_now()

    def _try(self) -> None:
        for _ in range(TRIES):
            if not self._phone.unsent():
                break
            self._phone.send_now()

    def _wait(self) -> None:
        self._phone.page.wait_for_timeout(self._random.randrange(300))

    def _shift_clock(self) -> None:
        self._phone.shift_clock(self._random.choice([-30, -1, 0, 2, 26]))

    def _sign_out(self) -> None:
        if not self._signed_out:
            self._signed_out = self._phone.sign_out_behind_its_back()

    def _kill_browser(self, quota: int | None = None) -> None:
        self._phone.kill()
        # A page that was never fetched cannot be opened; the app itself comes from the cache.
        faults, self._world.proxy.decide = self._world.proxy.decide, let_pass
        self._phone.open(quota)
        self._world.proxy.decide = faults

    def _fill_phone(self) -> None:
        self._kill_browser(NO_ROOM)

    def _kill_server(self) -> None:
        self._world.server.kill()
        self._world.server.start(web_only=True)

    def _kill_server_while_it_works(self) -> None:
        proxy, server = self._world.proxy, self._world.server
        dead = Event()
        cut, faults = self._random.random(), proxy.decide

        def die() -> None:
            server.kill()
            dead.set()

        def decide(request: Request) -> Fate:
            if dead.is_set() or request.method not in {"POST", "PATCH"}:
                return PASS
            return Fate(cut_body_at=int(request.length * cut) if cut < 0.5 else None, meanwhile=die)

        proxy.decide = decide
        self._phone.sync()
        dead.wait(3)  # nothing may have been left to send
        proxy.decide = faults
        server.start(web_only=True)

    def _fill_disk(self) -> None:
        self._world.server.limit_files(self._random.choice([None, 50_000]))

    def _colleague_edits(self) -> None:
        """The other phone says something else of a finding that it has seen."""
        try:
            self._other.run("(id) => platskollen.takeAlong(id, () => {})", self._walk)
        except Error:
            return  # nothing got through, or the walk is not there yet
        seen = sorted(set(self._other.findings(self._walk)) & set(self._titles))
        if seen:
            finding, words = self._random.choice(seen), f"Detalj {self._random.randrange(1000)}"
            if self._write(self._other, finding, description=words):
                self._descriptions[finding] = words
        self._other.sync()

    def _other_phone_reads_in(self) -> None:
        try:
            archive = self._phone.export()
        except Error as error:
            if "StorageFullError" not in error.message:
                raise
            return
        self._other.read_in(archive)
        self._other.sync()

    def _put_right(self) -> None:
        """Undo what the person would, on a link that still fails: sign in, make room, close what is open."""
        if self._signed_out:
            self._phone.sign_in_again(self._signed_out)
        self._phone.limit_storage(None)
        self._phone.shift_clock(0)
        for finding in self._titles:
            # There may have been no room to do so.
            self._phone.run("(id) => platskollen.closeFinding(id)", finding)
        self._world.server.limit_files(None)

    def _settle(self) -> None:
        for phone in (self._phone, self._other, self._phone):
            phone.settle()
            phone.says("Allt skickat")

    def _check(self) -> None:
        kept = Kept(self._world.server.served.folder)
        kept.holds_once({finding: self._phone.photos(finding) for finding in self._titles})
        for finding, photos in self._photos.items():
            assert len(self._phone.photos(finding)) >= len(photos), "a photo that was saved is gone"
            words = (self._titles[finding], self._descriptions.get(finding, ""))
            assert kept.words_of(finding) == words, finding
        assert kept.count_of_walk(self._walk) == len(self._titles), "a finding of nobody"

    def _faults(self) -> Callable[[Request], Fate]:
        """A link on which one in four sendings goes wrong in some way, or every second, or three in four."""
        own = Random(self._random.random())
        share = own.choice([0.25, 0.5, 0.75])

        def decide(request: Request) -> Fate:
            # Whoever gets no answer to the other questions sends nothing at all.
            often = share if request.path.startswith(SENDS) else share / 4
            if not request.path.startswith("/api/") or own.random() > often:
                return PASS
            return own.choice(
                [
                    Fate(lose_request=True),
                    Fate(lose_answer=True),
                    Fate(twice=True),
                    Fate(delay_s=own.random() / 2),
                    Fate(cut_body_at=int(request.length * own.random())),
                    Fate(signed_out=True),
                ]
            )

        return decide


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
