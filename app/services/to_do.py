"""What waits for somebody: each task a count, three findings (acute first), and the filter that shows them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.db import session
from app.i18n import today
from app.models.findings import Finding, Severity, Status
from app.models.walks import Walk, WalkState
from app.permissions import Actor, Permission, visible
from app.services.conflicts import in_conflict
from app.services.finding_lists import CONFLICT, QUESTIONS, REVISITS, overdue
from app.services.findings import seen_by
from app.services.questions import asked
from app.services.revisits import due

_FIRST = 3
_OF_ALL = frozenset({"conflicts", "questions"})
"""Waiting also where nothing has to be remedied."""


@dataclass(frozen=True)
class Task:
    """Findings that wait for the same kind of step."""

    name: str
    """`conflicts`, `questions`, `triage`, `reopened`, `send`, `not_ours`, `declined`, `verify`, `answer`, `revisit`
    or `overdue`."""
    filter: Mapping[str, str]
    """The query of the list page that shows them all."""
    count: int
    first: Sequence[Any]


def tasks(actor: Actor) -> list[Task]:
    """What waits for this actor, most urgent kind first; tasks with nothing in them are left out."""
    coordinates = actor.may_somewhere(Permission.COORDINATE)
    # What is worth keeping has nothing to be remedied, but may have been said in two ways, or be asked about.
    faults = Finding.positive.is_(False)
    wanted: list[tuple[str, bool, Mapping[str, str], ColumnElement[bool]]] = [
        ("conflicts", coordinates, {"status": CONFLICT}, in_conflict()),
        ("questions", coordinates, {"status": QUESTIONS}, asked()),
        ("triage", coordinates, {"status": "new"}, Finding.status == Status.NEW),
        ("reopened", coordinates, {"status": "reopened"}, Finding.status == Status.REOPENED),
        ("send", coordinates, {"status": "triaged"}, Finding.status == Status.TRIAGED),
        ("not_ours", coordinates, {"status": "not_ours"}, Finding.status == Status.NOT_OURS),
        (
            "declined",
            coordinates,
            {"status": "declined_proposed"},
            Finding.status == Status.DECLINED_PROPOSED,
        ),
        (
            "verify",
            actor.may_somewhere(Permission.VERIFY),
            {"status": "reported_fixed"},
            Finding.status == Status.REPORTED_FIXED,
        ),
        ("answer", _answers_only(actor), {"status": "sent"}, Finding.status == Status.SENT),
        ("revisit", actor.may_somewhere(Permission.PLAN_WALK), {"status": REVISITS}, due(today())),
        ("overdue", True, {"overdue": "1"}, overdue(today())),
    ]
    found = (
        _task(actor, name, query, condition if name in _OF_ALL else faults & condition)
        for name, mine, query, condition in wanted
        if mine
    )
    return [task for task in found if task.count]


def my_walks(actor: Actor) -> Sequence[Walk]:
    """Walks under way and the next ones planned."""
    return (
        session()
        .scalars(
            select(Walk)
            .where(Walk.state != WalkState.FINISHED, visible(actor, Permission.VIEW_SITE, site=Walk.site_id))
            .order_by(Walk.state, Walk.planned_at)
            .limit(5)
        )
        .all()
    )


def _answers_only(actor: Actor) -> bool:
    return actor.may_somewhere(Permission.ANSWER) and not actor.may_somewhere(Permission.COORDINATE)


def _task(actor: Actor, name: str, query: Mapping[str, str], condition: ColumnElement[bool]) -> Task:
    mine = condition & seen_by(actor)
    columns = (
        Finding.number,
        Finding.title,
        Finding.category,
        Finding.item,
        Finding.status,
        Finding.severity,
        Finding.due_on,
    )
    acute_first = case((Finding.severity == Severity.ACUTE, 0), else_=1)
    return Task(
        name,
        query,
        session().scalar(select(func.count()).select_from(Finding).where(mine)) or 0,
        session()
        .execute(
            select(*columns)
            .where(mine)
            .order_by(acute_first, Finding.due_on, Finding.reported_at)
            .limit(_FIRST)
        )
        .all(),
    )
