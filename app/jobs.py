"""Jobs: rows written in the same transaction as the change that needs them, run by huey, swept when lost.

huey delivers at most once, so it carries only the id of a job; the row with its lease is the truth, and the sweep
hands out again whatever is due and not under way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from app.bulk_insert import BulkInsert
from app.db import Change, change, close_session, now, session
from app.models.jobs import Job, JobState
from app.permissions import SYSTEM
from config import Settings

LEASE = timedelta(minutes=5)
SWEEP_SECONDS = 30
MOST_ATTEMPTS = 8
KEPT_FOR = timedelta(days=30)
"""How long a job that is done is kept."""
LOST = "WorkerLost"
"""What stands as the error of a job whose worker died at every attempt."""


@dataclass(frozen=True)
class _Kind:
    run: Callable[..., None]
    in_turn: bool


_ENQUEUE = BulkInsert(Job, ("id", "kind", "payload"))
_log = logging.getLogger(__name__)
_kinds: dict[str, _Kind] = {}
_turn = threading.Lock()
_hand_out: Callable[[str], object] | None = None


def job(kind: str, *, in_turn: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name a function as what runs jobs of `kind`; it takes the payload as keywords and must bear being run twice.

    A worker runs one job `in_turn` at a time, so that its death leaves one of them in doubt: a mail cannot be
    taken back.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _kinds[kind] = _Kind(function, in_turn)
        return function

    return register


def enqueue(running: Change, kind: str, **payload: Any) -> UUID:
    """Write a job in the running change; it is handed to a worker once the change is committed."""
    assert kind in _kinds, kind
    row_id = uuid4()
    _ENQUEUE.run(running.connection, [(row_id, kind, payload)])
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
    # Asked before writing: the sweep hands out many that somebody has taken since.
    kind = session().scalar(select(Job.kind).where(Job.id == row_id, _due(now())))
    if kind is None:
        return False
    with _turn if _kinds[kind].in_turn else nullcontext():
        claimed = _claim(row_id)
        return claimed is not None and _run_claimed(claimed)


def _run_claimed(claimed: Row[Any]) -> bool:
    failed = ""
    try:
        _kinds[claimed.kind].run(**claimed.payload)
    except Exception as error:
        session().rollback()
        # The words of an error may quote what somebody wrote; the log gets its kind only.
        failed = type(error).__name__
        words = "job %s (%s) failed at attempt %d: %s"
        _log.warning(words, claimed.id, claimed.kind, claimed.attempts, failed)
    try:
        _settle(claimed, failed)
    finally:
        close_session()
    return True


def _claim(row_id: UUID) -> Row[Any] | None:
    moment = now()
    taking = (
        update(Job)
        .where(Job.id == row_id, _due(moment))
        .values(state=JobState.RUNNING, lease_until=moment + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts, Job.lease_until)
    )
    with change(SYSTEM, None) as claiming:
        return claiming.connection.execute(taking).one_or_none()


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.WAITING, Job.not_before <= moment),
        and_(_lost(moment), Job.attempts < MOST_ATTEMPTS),
    )


def _lost(moment: datetime) -> ColumnElement[bool]:
    """The jobs whose worker died, or hangs."""
    return and_(Job.state == JobState.RUNNING, Job.lease_until < moment)


def _settle(claimed: Row[Any], failed: str) -> None:
    moment = now()
    values: dict[str, Any] = {"last_error": failed, "lease_until": None}
    if not failed:
        values |= {"state": JobState.DONE, "done_at": moment}
    elif claimed.attempts >= MOST_ATTEMPTS:
        values |= {"state": JobState.FAILED}
    else:
        wait = timedelta(seconds=10 * 2**claimed.attempts)
        values |= {"state": JobState.WAITING, "not_before": moment + wait}
    with change(SYSTEM, None) as settling:
        # By its lease: where that ran out and another worker took the job over, its word counts.
        mine = (Job.id == claimed.id) & (Job.lease_until == claimed.lease_until)
        settling.connection.execute(update(Job).where(mine).values(values))


def due(limit: int = 500) -> list[UUID]:
    """The ids of jobs that wait and are due, or whose worker died, oldest first."""
    return list(session().scalars(select(Job.id).where(_due(now())).order_by(Job.not_before).limit(limit)))


def sweep() -> int:
    """Hand out again whatever is due; returns how many. What killed its worker at every attempt is tried no more."""
    _stop_lost()
    found = due()
    close_session()
    for job_id in found:
        hand_out(job_id)
    return len(found)


def _stop_lost() -> None:
    deadly = and_(_lost(now()), Job.attempts >= MOST_ATTEMPTS)
    if session().scalar(select(Job.id).where(deadly).limit(1)) is not None:
        with change(SYSTEM, None) as stopping:
            failed = {"state": JobState.FAILED, "last_error": LOST, "lease_until": None}
            stopping.connection.execute(update(Job).where(deadly).values(failed))


def _idle() -> ColumnElement[bool]:
    """The jobs that are neither over nor in a worker's hands."""
    return or_(Job.state.in_((JobState.WAITING, JobState.FAILED)), _lost(now()))


def give_up(giving: Change, row_id: UUID) -> bool:
    """Never run a job again; False where it is running or over."""
    ending = update(Job).where(Job.id == row_id, _idle()).values(state=JobState.GIVEN_UP, lease_until=None)
    return giving.connection.execute(ending.returning(Job.id)).one_or_none() is not None


def try_again(trying: Change, row_id: UUID) -> bool:
    """Let a job run at once, with all its attempts before it; False where it is running or over."""
    again = {"state": JobState.WAITING, "attempts": 0, "not_before": now(), "lease_until": None}
    ended = update(Job).where(Job.id == row_id, _idle()).values(again).returning(Job.id)
    if trying.connection.execute(ended).one_or_none() is None:
        return False
    trying.committed.append(lambda: hand_out(row_id))
    return True


def forget_done() -> int:
    """Drop the jobs that were done long ago; returns how many."""
    old = and_(Job.state == JobState.DONE, Job.done_at < now() - KEPT_FOR)
    if session().scalar(select(Job.id).where(old).limit(1)) is None:
        return 0
    with change(SYSTEM, None) as forgetting:
        some = select(Job.id).where(old).limit(1000)
        return forgetting.connection.execute(delete(Job).where(Job.id.in_(some))).rowcount


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
