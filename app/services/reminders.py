"""Reminders: before, at and after the day by which a finding is to be fixed, and an escalation when it is long past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from app.db import change, session
from app.i18n import local, today
from app.models.accounts import Contact
from app.models.findings import Finding, Level, Status
from app.models.letters import Notice, Reason
from app.permissions import SYSTEM
from app.services.notices import tell
from app.services.waiting import WITH_OWNER

SOON = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=14)
FORGOTTEN_AFTER = timedelta(days=365)
"""A year past its day a finding is a matter for the coordinator's list; one more mail changes nothing."""
JUST_SENT = timedelta(days=3)
"""Whoever was told so lately of the finding itself knows the day, too."""
_WEEK = 7
_BATCH = 50


class Reminders:
    """The standing duty: once a local day, and once when the worker starts, every finding whose day calls for it."""

    def __init__(self) -> None:
        self._day: date | None = None

    def __call__(self) -> int:
        """Do what is due; returns how many notices were written."""
        day = today()
        if day == self._day:
            return 0
        told = remind(day)
        self._day = day
        return told


def remind(day: date) -> int:
    """Write the reminders that findings call for on a local day, each once; returns how many notices that is."""
    return sum(_remind_of(page, day) for page in _pages(day))


def reminders_of(due_on: date, day: date) -> list[tuple[Reason, str]]:
    """What is to be said on a day of a finding due on `due_on`, each with what tells it from others of its kind."""
    past = (day - due_on).days
    if past < -SOON.days:
        return []
    if past < 0:
        return [(Reason.SOON_DUE, due_on.isoformat())]
    if past < _WEEK:
        return [(Reason.DUE, due_on.isoformat())]
    said = [(Reason.OVERDUE, f"{due_on.isoformat()}+{past // _WEEK}")]
    if past >= ESCALATED_AFTER.days:
        said.append((Reason.ESCALATED, due_on.isoformat()))
    return said


def _pages(day: date) -> Iterator[Sequence[Finding]]:
    """The findings whose day is near or past and that their organisation can do something about, some at a time."""
    query = (
        select(Finding)
        .where(
            Finding.due_on.between(day - FORGOTTEN_AFTER, day + SOON),
            Finding.status.in_(WITH_OWNER),
            or_(Finding.status != Status.ON_HOLD, Finding.hold_until.is_(None), Finding.hold_until < day),
            Finding.responsible_id.is_not(None),
            Finding.level != Level.PROTECTED,
            Finding.positive.is_(False),
        )
        .order_by(Finding.due_on, Finding.id)
        .limit(_BATCH)
    )
    page = session().scalars(query).all()
    while page:
        last = page[-1].due_on, page[-1].id
        yield page
        page = session().scalars(query.where(tuple_(Finding.due_on, Finding.id) > tuple_(*last))).all()


def _remind_of(page: Sequence[Finding], day: date) -> int:
    """Write what is missing for some findings, in one short change; none where there is nothing to write."""
    known = select(Notice.finding_id, Notice.reason, Notice.about, Notice.created_at).where(
        Notice.finding_id.in_([finding.id for finding in page])
    )
    rows = session().execute(known).all()
    told = {(row.finding_id, row.reason, row.about) for row in rows}
    fresh = {
        row.finding_id
        for row in rows
        if row.reason is Reason.SENT and local(row.created_at).date() > day - JUST_SENT
    }
    escalating = set(
        session().scalars(
            select(Contact.organisation_id).where(
                Contact.escalation, Contact.organisation_id.in_({finding.responsible_id for finding in page})
            )
        )
    )
    missing = [
        (finding.id, reason, about)
        for finding in page
        if finding.due_on
        for reason, about in reminders_of(finding.due_on, day)
        if (finding.id, reason, about) not in told
        and not (reason is Reason.SOON_DUE and finding.id in fresh)
        and not (reason is Reason.ESCALATED and finding.responsible_id not in escalating)
    ]
    if not missing:
        return 0
    with suppress(IntegrityError), change(SYSTEM, None) as reminding:
        return sum(
            tell(reminding, reminding.session.get_one(Finding, finding_id), reason, about)
            for finding_id, reason, about in missing
        )
    return 0  # another worker wrote the same at the same moment
