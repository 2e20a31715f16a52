"""What a walk came to: its numbers, what is missing, and the last walk one may compare it with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import session
from app.models.findings import Finding, Severity
from app.models.remedies import RecheckResult
from app.models.walks import Walk, WalkState
from app.permissions import Actor, Permission, visible
from app.services.findings import counted, seen_by
from app.services.like_routes import like_routes
from app.services.walk_findings import earlier, noted


@dataclass(frozen=True)
class WalkSummary:
    """The numbers of a walk, as far as the actor may see them."""

    findings: int
    positives: int
    acute: int
    without_severity: int
    without_pin: int
    without_photo: int
    photos: int
    photos_pending: int
    """Received, but not yet made small enough to be shown."""
    unchecked: int
    results: Mapping[RecheckResult, int]
    like: Walk | None
    """The last finished walk along a like route: numbers are comparable with no other."""
    like_findings: int


def summarise(actor: Actor, walk: Walk) -> WalkSummary:
    """Count what a walk came to."""
    every = noted(actor, walk)
    faults = [finding for finding in every if not finding.positive]
    photos = [photo for finding in every for photo in finding.photos]
    results = Counter(one.result for one in earlier(actor, walk))
    like = last_like_walk(actor, walk)
    return WalkSummary(
        findings=len(faults),
        positives=len(every) - len(faults),
        acute=sum(finding.severity is Severity.ACUTE for finding in faults),
        without_severity=sum(finding.severity is None for finding in faults),
        without_pin=sum(finding.lon is None for finding in every),
        without_photo=sum(not finding.photos for finding in every),
        photos=len(photos),
        photos_pending=sum(not photo.sizes and not photo.fault for photo in photos),
        unchecked=results.pop(None, 0),
        results={result: count for result, count in results.items() if result is not None},
        like=like,
        like_findings=count_faults(actor, like) if like else 0,
    )


def last_like_walk(actor: Actor, walk: Walk) -> Walk | None:
    """The last finished walk of the site along a like route, before this one."""
    before = session().scalars(
        select(Walk)
        .where(
            Walk.site_id == walk.site_id,
            Walk.id != walk.id,
            Walk.state == WalkState.FINISHED,
            Walk.started_at < (walk.started_at or walk.planned_at),
            visible(actor, Permission.VIEW_SITE, site=Walk.site_id),
        )
        .order_by(Walk.started_at.desc())
        .limit(20)
    )
    return next((other for other in before if like_routes(walk, other)), None)


def count_faults(actor: Actor, walk: Walk) -> int:
    """How many faults were noted on a walk, as far as the actor may see them."""
    faults = Finding.positive.is_(False)
    wanted = select(func.count()).where(Finding.walk_id == walk.id, faults, counted(), seen_by(actor))
    return session().scalar(wanted) or 0
