"""A resident says that a fix does not hold: taken in without a trace of who, weighed by a coordinator."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.db import change, session
from app.errors import N_, NotFoundError, invalid
from app.i18n import today
from app.models.findings import Finding, Status
from app.models.publications import ReportKind, ResidentReport, ResidentReportState
from app.permissions import Actor, Permission, require, visible
from app.services.needs import Given
from app.services.public_findings import FIXES
from app.services.public_rules import original_of
from app.services.public_sites import load_live
from app.services.remedies import move
from app.services.transitions import find_transition

ANYBODY = Actor(None)
MOST_WAITING = 20
"""Of one finding; more would say nothing new, and only make the list long."""
MOST_WORDS = 300


def report(slug: str, finding_id: UUID, kind: ReportKind, words: str) -> None:
    """Take in that a fix does not hold. Only the day is kept, and the audit trail is left out.

    NotFoundError for what is not on the public page of this site, or is no fix (any more).
    """
    original = original_of(load_live(slug, finding_id).finding)
    if original.status not in FIXES:
        raise NotFoundError
    with change(ANYBODY, None) as running:
        waiting = select(func.count()).where(
            ResidentReport.finding_id == original.id, ResidentReport.state == ResidentReportState.WAITING
        )
        if (running.session.scalar(waiting) or 0) < MOST_WAITING:
            running.session.add(
                ResidentReport(finding_id=original.id, day=today(), kind=kind, words=words[:MOST_WORDS])
            )


def count_waiting(actor: Actor) -> int:
    """How many wait for this actor to weigh them."""
    return (
        session().scalar(
            select(func.count())
            .select_from(ResidentReport)
            .join(ResidentReport.finding)
            .where(_waiting_for(actor))
        )
        or 0
    )


def list_waiting(actor: Actor, limit: int = 100) -> Sequence[ResidentReport]:
    """What waits for this actor, oldest first; ForbiddenError for one who weighs nothing anywhere."""
    require(actor, Permission.COORDINATE, None)
    return (
        session()
        .scalars(
            select(ResidentReport)
            .join(ResidentReport.finding)
            .where(_waiting_for(actor))
            .options(joinedload(ResidentReport.finding))
            .order_by(ResidentReport.day, ResidentReport.id)
            .limit(limit)
        )
        .all()
    )


def accept(actor: Actor, report_id: UUID, words: str) -> Finding:
    """Believe a report: the finding is reopened with these words, unless it is open already."""
    with change(actor, None) as running:
        found = _load(actor, report_id)
        finding = found.finding
        if find_transition(finding.status, Status.REOPENED):
            move(actor, finding.number, Status.REOPENED, Given(words=words))
        found.state = ResidentReportState.ACCEPTED
        running.record("resident_report.accepted", found.id)
    return finding


def dismiss(actor: Actor, report_id: UUID, answer: str) -> Finding:
    """Let a report lead to nothing, and say why; the finding stays as it is."""
    with change(actor, None) as running:
        found = _load(actor, report_id)
        if not answer.strip():
            raise invalid("answer", "missing", N_("Write a reason."))
        found.state, found.answer = ResidentReportState.DISMISSED, answer.strip()
        running.record("resident_report.dismissed", found.id)
    return found.finding


def _load(actor: Actor, report_id: UUID) -> ResidentReport:
    """A report that still waits; NotFoundError for one at another's site, or that somebody has weighed."""
    found = session().get(ResidentReport, report_id)
    if found is None or found.state is not ResidentReportState.WAITING:
        raise NotFoundError
    require(actor, Permission.COORDINATE, found.finding, see=Permission.VIEW_FINDING)
    return found


def _waiting_for(actor: Actor) -> ColumnElement[bool]:
    mine = visible(
        actor, Permission.COORDINATE, site=Finding.site_id, level=Finding.level, finding=Finding.id
    )
    return mine & (ResidentReport.state == ResidentReportState.WAITING)
