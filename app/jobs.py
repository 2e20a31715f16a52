"""Jobs: rows written in the same transaction as the change that needs them, run by huey, swept when lost.

huey delivers at most once, so it carries only the id of a job; the row with its lease is the truth, and the sweep
hands out again whatever is due and not under way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from app.db import Change, change, close_session, now, session
from app.models.jobs import Job, JobState
from app.permissions import SYSTEM
from config import Settings

LEASE = timedelta(minutes=5)
SWEEP_SECONDS = 30
MOST_ATTEMPTS = 8

_ENQUEUE = insert(Job)
_log = logging.getLogger(__name__)
_kinds: dict[str, Callable[..., None]] = {}
_hand_out: Callable[[str], object] | None = None


def job(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name a function as what runs jobs of `kind`; it takes the payload as keywords and must bear being run twice."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _kinds[kind] = function
        return function

    return register


def enqueue(running: Change, kind: str, **payload: Any) -> UUID:
    """Write a job in the running change; it is handed to a worker once the change is committed."""
    assert kind in _kinds, kind
    row_id = uuid4()
    running.connection.execute(_ENQUEUE, {"id": row_id, "kind": kind, "payload": payload})
    running.committed.append(lambda: hand_out(row_id))
    return row_id


def open_queue(settings: Settings, context: Callable[[], AbstractContextManager[object]]) -> Huey:
    """Open the queue beside the database: a file of its own for SQLite, tables of its own for PostgreSQL.

    Each job runs in a `context` of its own: a worker's threads have none, and words would stay untranslated.
    """
    global _hand_out
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        queue = SqliteHuey(
            "platskollen", filename=str(settings.data_dir / "queue.db"), results=False, fsync=False
        )
    else:
        # Neither queue waits for the disk: the sweep hands out again what a power cut took from it.
        queue = PostgresHuey(
            "platskollen", dsn=settings.database_url, options="-c synchronous_commit=off", results=False
        )

    def run_in_context(job_id: str) -> bool:
        with context():
            return run(job_id)

    _hand_out = queue.task(name="run")(run_in_context)
    return queue


def hand_out(job_id: UUID) -> None:
    """Tell the workers of a job; where that fails, the sweep does it later."""
    if _hand_out is None:
        return
    try:
        _hand_out(str(job_id))
    except Exception:
        _log.warning("job %s could not be handed out; the sweep will", job_id, exc_info=True)


def run(job_id: str | UUID) -> bool:
    """Run one job if it is due and nobody else holds it; False when there was nothing to do."""
    row_id = UUID(str(job_id))
    if not _claim(row_id):
        return False
    row = session().get_one(Job, row_id)
    kind, payload, attempts = row.kind, dict(row.payload), row.attempts
    try:
        _kinds[kind](**payload)
    except Exception as error:
        session().rollback()
        # The words of an error may quote what somebody wrote; the log gets its kind only.
        _log.warning("job %s (%s) failed at attempt %d: %s", row_id, kind, attempts, type(error).__name__)
        _settle(row_id, failed=type(error).__name__, attempts=attempts)
    else:
        _settle(row_id, failed="", attempts=attempts)
    finally:
        close_session()
    return True


def _claim(row_id: UUID) -> bool:
    moment = now()
    with change(SYSTEM, None) as claiming:
        taken = claiming.session.scalar(
            update(Job)
            .where(Job.id == row_id, _due(moment))
            .values(state=JobState.RUNNING, lease_until=moment + LEASE, attempts=Job.attempts + 1)
            .returning(Job.id)
        )
    return taken is not None


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.WAITING, Job.not_before <= moment),
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
    )


def _settle(row_id: UUID, *, failed: str, attempts: int) -> None:
    moment = now()
    with change(SYSTEM, None) as settling:
        row = settling.session.get_one(Job, row_id)
        row.last_error, row.lease_until = failed, None
        if not failed:
            row.state, row.done_at = JobState.DONE, moment
        elif attempts >= MOST_ATTEMPTS:
            row.state = JobState.FAILED
        else:
            row.state = JobState.WAITING
            row.not_before = moment + timedelta(seconds=10 * 2**attempts)


def due(limit: int = 500) -> list[UUID]:
    """The ids of jobs that wait and are due, or whose worker died, oldest first."""
    return list(session().scalars(select(Job.id).where(_due(now())).order_by(Job.not_before).limit(limit)))


def sweep() -> int:
    """Hand out again whatever is due; returns how many."""
    found = due()
    close_session()
    for job_id in found:
        hand_out(job_id)
    return len(found)


def work(queue: Huey, duties: Sequence[Callable[[], object]] = ()) -> None:
    """Run jobs until SIGTERM or SIGINT; what is under way is finished first.

    Beside it the sweep and the standing `duties` run at every turn.
    """
    stopping = threading.Event()

    def sweep_steadily() -> None:
        while not stopping.wait(SWEEP_SECONDS):
            for duty in (sweep, *duties):
                try:
                    duty()
                except Exception:
                    _log.exception("a standing duty failed and is tried again")
                finally:
                    close_session()

    sweeper = threading.Thread(target=sweep_steadily, name="sweep", daemon=True)
    sweep()
    sweeper.start()
    try:
        queue.create_consumer(workers=2, periodic=False, max_delay=1.0, graceful_signal="TERM").run()
    finally:
        stopping.set()


def run_due() -> int:
    """Run every due job here and now, for commands and tests; returns how many ran."""
    ran = 0
    while found := due():
        ran += sum(run(job_id) for job_id in found)
    return ran


def forget_queue() -> None:
    """Hand nothing out any more; jobs then wait for the sweep or `run_due`."""
    global _hand_out
    _hand_out = None
