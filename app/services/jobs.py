"""Jobs for those who operate the service: how many stand where, which are stuck, try again or give up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app import jobs
from app.db import Change, change, now, session
from app.errors import NotFoundError
from app.models.jobs import Job, JobState
from app.models.letters import Letter, LetterState
from app.permissions import Actor
from app.services import letters as letter_jobs
from app.services.users import require_administering

State = TypeVar("State", JobState, LetterState)

LATE = timedelta(minutes=10)
"""A job that could have run for so long is stuck: no worker runs, or too few."""
SHOWN = 100
_NOTED = {letter_jobs.KIND: letter_jobs.leave}
"""What else is noted when a job of a kind is given up."""
_OPEN = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)


@dataclass(frozen=True)
class Stuck:
    """A job that does not go on by itself, or failed and will be tried again; nothing of what it is about."""

    id: UUID
    kind: str
    state: JobState
    attempts: int
    created_at: datetime
    next_at: datetime | None
    """When it is tried again; None where nobody will, or a worker lost it."""
    last_error: str


@dataclass(frozen=True)
class Figures:
    """How many jobs stand where."""

    by_state: dict[JobState, int]
    """Of those that are not over."""
    stuck: int
    retrying: int
    oldest_due_s: float
    """For how long the oldest job that could run has waited, in seconds."""
    letters: dict[LetterState, int]
    """Letters that wait or were refused."""


def figures() -> Figures:
    """Count; reads indexes of what is not over, so it costs the same in any year."""
    moment = now()
    waits = Job.state == JobState.WAITING
    counted = select(Job.state, func.count()).where(Job.state.in_(_OPEN)).group_by(Job.state)
    by_state = dict.fromkeys(_OPEN, 0) | _counts(counted)
    oldest = session().scalar(select(func.min(Job.not_before)).where(waits, Job.not_before <= moment))
    troubled = (LetterState.WAITING, LetterState.REFUSED)
    letters = select(Letter.state, func.count()).where(Letter.state.in_(troubled)).group_by(Letter.state)
    return Figures(
        by_state,
        stuck=_count(_stuck(moment)),
        retrying=_count(and_(waits, Job.attempts > 0)),
        oldest_due_s=(moment - oldest).total_seconds() if oldest else 0.0,
        letters=dict.fromkeys(troubled, 0) | _counts(letters),
    )


def list_stuck(actor: Actor) -> Sequence[Stuck]:
    """What is stuck or waits for another attempt, oldest first; for administrators."""
    require_administering(actor)
    moment = now()
    troubled = or_(_stuck(moment), and_(Job.state == JobState.WAITING, Job.attempts > 0))
    columns = (Job.id, Job.kind, Job.state, Job.attempts, Job.created_at, Job.not_before, Job.last_error)
    rows = session().execute(select(*columns).where(troubled).order_by(Job.created_at, Job.id).limit(SHOWN))
    return [
        Stuck(*row[:5], row.not_before if row.state is JobState.WAITING else None, row[6]) for row in rows
    ]


def try_again(actor: Actor, job_id: UUID) -> bool:
    """Let a job run at once; False where it runs already or is over."""
    return _step(actor, job_id, jobs.try_again, "job.tried_again")


def give_up(actor: Actor, job_id: UUID) -> bool:
    """Never run a job again; False where it runs or is over."""
    return _step(actor, job_id, _give_up, "job.given_up")


def _give_up(giving: Change, job_id: UUID) -> bool:
    done = jobs.give_up(giving, job_id)
    row = giving.session.get_one(Job, job_id, populate_existing=True)
    if done and row.kind in _NOTED:
        _NOTED[row.kind](**row.payload)
    return done


def _step(actor: Actor, job_id: UUID, step: Callable[[Change, UUID], bool], event: str) -> bool:
    require_administering(actor)
    kind = session().scalar(select(Job.kind).where(Job.id == job_id))
    if kind is None:
        raise NotFoundError
    with change(actor, None) as running:
        done = step(running, job_id)
        if done:
            running.record(event, job_id, kind=kind)
    return done


def _stuck(moment: datetime) -> ColumnElement[bool]:
    return or_(
        Job.state == JobState.FAILED,
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
        and_(Job.state == JobState.WAITING, Job.not_before < moment - LATE),
    )


def _counts(query: Select[State, int]) -> dict[State, int]:
    return {row[0]: row[1] for row in session().execute(query)}


def _count(condition: ColumnElement[bool]) -> int:
    return session().scalar(select(func.count()).select_from(Job).where(condition)) or 0
