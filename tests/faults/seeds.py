"""Random days of a phone, its link and its server: `python -m tests.faults.seeds 200` (`make faults SEEDS=200`).

A seed fixes what is done and which faults are drawn; how they fall in time is the machine's. After each day the link
and the server are well again, and everything must be on the server exactly once, with the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic

from playwright.sync_api import sync_playwright

from tests.faults.conftest import FIELD, Kept
from tests.faults.phones import Phone
from tools.proxy import PASS, Fate, Proxy, Request, faulty_proxy, let_pass
from tools.serving import Server

STEPS = 8


def main(seeds: int, first: int = 1) -> int:
    """Run the seeds, print each one that fails and how many ran clean; exit code 1 where one failed."""
    clean = 0
    began = monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        faulty_proxy(0) as proxy,
        sync_playwright() as playwright,
    ):
        server = Server(Path(folder), "--demo", base_url=proxy.url)
        proxy.target_port = server.port
        server.start()
        phone = Phone(playwright, Path(folder) / "phone", proxy.url)
        phone.open()
        phone.sign_in(server.served.link(FIELD))
        try:
            for seed in range(first, first + seeds):
                try:
                    _day(Random(seed), phone, proxy, server)
                    clean += 1
                except Exception as error:
                    sys.stdout.write(f"seed {seed}: {type(error).__name__}: {error}\n")
                sys.stdout.write(f"{clean} of {seed - first + 1} clean, {monotonic() - began:.0f} s\n")
                sys.stdout.flush()
        finally:
            phone.close()
            server.stop()
    sys.stdout.write(f"{clean} of {seeds} seeds ran clean\n")
    return int(clean != seeds)


def _day(random: Random, phone: Phone, proxy: Proxy, server: Server) -> None:
    walk = phone.start_walk()
    findings: list[str] = []
    session: list[object] = []

    def capture() -> None:
        findings.append(phone.capture(walk, len(findings), photos=random.randrange(3)))

    def edit() -> None:
        if findings:
            words = f"Ord {random.randrange(1000)}"
            phone.run(
                "([id, title]) => platskollen.editFinding(id, { title })", [random.choice(findings), words]
            )

    def sign_out() -> None:
        if not session:
            session.extend(phone.sign_out_behind_its_back())

    def reopen() -> None:
        phone.kill()
        proxy.decide = (
            let_pass  # a page that was never fetched cannot be opened; the app itself comes from the cache
        )
        phone.open()
        proxy.decide = _faults(random)

    def restart() -> None:
        server.kill()
        server.start()

    steps: list[tuple[int, Callable[[], None]]] = [
        (6, capture),
        (3, edit),
        (4, phone.sync),
        (2, lambda: phone.page.wait_for_timeout(random.randrange(300))),
        (1, lambda: phone.shift_clock(random.choice([-30, -1, 0, 2, 26]))),
        (1, sign_out),
        (1, reopen),
        (1, restart),
    ]
    proxy.decide = _faults(random)
    capture()
    for _ in range(STEPS):
        random.choices([step for _weight, step in steps], [weight for weight, _step in steps])[0]()
    proxy.decide = let_pass
    if session:
        phone.sign_in_again(session)
    phone.shift_clock(0)
    phone.settle()
    kept = Kept(server.served.folder)
    kept.holds_once({finding: phone.photos(finding) for finding in findings})
    assert kept.count_of_walk(walk) == len(findings), "a finding of nobody"


def _faults(random: Random) -> Callable[[Request], Fate]:
    """A link on which about half of all sendings go wrong in some way."""
    own = Random(random.random())

    def decide(request: Request) -> Fate:
        if not request.path.startswith("/api/") or own.random() < 0.5:
            return PASS
        return own.choice(
            [
                Fate(lose_request=True),
                Fate(lose_answer=True),
                Fate(twice=True),
                Fate(delay_s=own.random() / 2),
                Fate(cut_body_at=own.randrange(60_000)),
            ]
        )

    return decide


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
