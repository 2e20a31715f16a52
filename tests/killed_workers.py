"""Letters mailed by a real worker that is killed at random points, and what must hold after each kill and at last."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Timer
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from app.db import change, now, session
from app.models.findings import Status
from app.models.jobs import Job, JobState
from app.models.letters import Letter, LetterState, Reason
from app.models.sites import Site
from app.permissions import SYSTEM
from app.services import letters
from app.services.notices import tell
from config import settings
from tests.builders import make_finding, make_organisation, make_walk
from tests.databases import ROOT
from tests.mail_server import Server

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
_PATIENCE_S = 300


def write_letters(site: Site, count: int) -> None:
    """Let this many organisations each have a letter that waits to be mailed."""
    walk = make_walk(site)
    for n in range(count):
        mailbox = f"fel-{n}@bostad.example"
        organisation = make_organisation(f"Bostadsbolag {n}", email=mailbox)
        finding = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)
        with change(SYSTEM, None) as running:
            tell(running, finding, Reason.SENT, "1")
    made = 0
    while gathered := letters.gather(NOON):
        made += gathered
    assert made == count


class DeadlyServer(Server):
    """A mail server that kills its client at a moment drawn for one of the mails to come."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.copies: Counter[UUID] = Counter()
        self.killed = Event()
        self._random = random
        self._worker: subprocess.Popen[bytes] | None = None
        self._left = 0

    def aim_at(self, worker: subprocess.Popen[bytes], mails: int) -> None:
        """Kill this worker at one of the next `mails`; 0: let it live."""
        self.killed.clear()
        self._worker, self._left = worker, self._random.randint(1, mails) if mails else 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._left -= 1
        moment = self._random.choice(("unread", "taken", "answered")) if self._left == 0 else ""
        if moment == "unread":
            self._kill()
            return "451 gone"
        answer = await super().handle_DATA(server, session, envelope)
        self.copies[UUID(str(self.mails[-1]["Message-ID"]).strip("<>").split("@")[0])] += 1
        if moment == "taken":
            self._kill()
        elif moment == "answered":
            Timer(self._random.uniform(0, 0.04), self._kill).start()
        return answer

    def _kill(self) -> None:
        assert self._worker is not None
        self._worker.kill()
        self._worker.wait()
        self.killed.set()


class Ordeal:
    """Workers that mail what waits, each killed and followed by the next."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.server = DeadlyServer(self._random)
        self.kills = 0
        self._in_doubt: Counter[UUID] = Counter()
        """How often each letter was in a worker's hands when it died."""

    def run(self, kills: int) -> None:
        """Kill so many workers, then let one finish; raises AssertionError where something is lost or sent twice."""
        every = set(session().scalars(select(Letter.id)))
        self.server.start()
        try:
            for _ in range(kills):
                self._kill_one(2 * len(every) // (3 * kills))
                self._look(every)
            self._finish(every)
        finally:
            self.server.stop()
        doubled = {letter: copies - 1 for letter, copies in self.server.copies.items() if copies > 1}
        assert sum(doubled.values()) <= self.kills
        assert all(more <= self._in_doubt[letter] for letter, more in doubled.items())

    def _kill_one(self, mails: int) -> None:
        worker = _start(self.server)
        try:
            if self._random.random() < 0.15:  # while it starts, or whatever it is at by then
                with suppress(subprocess.TimeoutExpired):
                    worker.wait(self._random.uniform(0.2, 3))
            else:
                self.server.aim_at(worker, mails)
                assert self.server.killed.wait(_PATIENCE_S), "the worker mailed nothing"
        finally:
            worker.kill()
            worker.wait()
        self.kills += 1

    def _look(self, every: set[UUID]) -> None:
        """Whatever was not sent is seen to wait, and at most one letter is in doubt; then its lease runs out."""
        session().rollback()
        sent = set(session().scalars(select(Letter.id).where(Letter.state == LetterState.SENT)))
        rows = session().execute(select(Job.state, Job.payload, Job.lease_until)).all()
        waiting = {
            UUID(row.payload["letter_id"])
            for row in rows
            if row.state in {JobState.WAITING, JobState.RUNNING}
        }
        held = {UUID(row.payload["letter_id"]) for row in rows if row.lease_until and row.lease_until > now()}
        assert sent | waiting == every
        assert sent <= self.server.copies.keys()
        assert len(held) <= 1
        self._in_doubt.update(held)
        with change(SYSTEM, None) as passing:
            lapsed = now() - timedelta(seconds=1)
            passing.session.execute(
                update(Job).where(Job.state == JobState.RUNNING).values(lease_until=lapsed)
            )

    def _finish(self, every: set[UUID]) -> None:
        worker = _start(self.server)
        self.server.aim_at(worker, 0)
        try:
            until = now() + timedelta(seconds=_PATIENCE_S)
            while set(session().scalars(select(Job.state))) != {JobState.DONE}:
                session().rollback()
                assert now() < until, "something waits still"
                assert worker.poll() is None
                Event().wait(0.1)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)
        session().rollback()
        assert set(session().scalars(select(Letter.state))) == {LetterState.SENT}
        assert self.server.copies.keys() == every


def _start(server: Server) -> subprocess.Popen[bytes]:
    told = settings()
    environment = {
        **os.environ,
        "PLATSKOLLEN_DATA_DIR": str(told.data_dir),
        "PLATSKOLLEN_DATABASE_URL": told.database_url,
        "PLATSKOLLEN_SECRET_KEY": told.secret_key,
        "PLATSKOLLEN_BASE_URL": told.base_url,
        "PLATSKOLLEN_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
    }
    with (told.data_dir / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "app.cli", "worker"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
