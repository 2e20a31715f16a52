"""The findings of a walk: those noted on it, and the earlier ones of its site that come along to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from app.db import session
from app.models.findings import OPEN, Finding
from app.models.remedies import Recheck, RecheckResult
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services.findings import counted, seen_by, standing

MOST_EARLIER = 500
"""More than anybody checks on one walk; a site with more open ones has other troubles than its list."""


@dataclass(frozen=True)
class Earlier:
    """A finding of an earlier walk, and what this walk saw there, if anybody has looked yet."""

    finding: Finding
    result: RecheckResult | None


def noted(actor: Actor, walk: Walk, *, repeats: bool = False) -> Sequence[Finding]:
    """What was noted on the walk and the actor may see, the latest first, with photos.

    `repeats`: also what turned out to be the same as another, which no count has twice.
    """
    return (
        session()
        .scalars(
            select(Finding)
            .where(Finding.walk_id == walk.id, standing() if repeats else counted(), seen_by(actor))
            .order_by(Finding.reported_at.desc(), Finding.number.desc())
            .options(selectinload(Finding.photos))
        )
        .all()
    )


def earlier(actor: Actor, walk: Walk) -> list[Earlier]:
    """The open findings of the site from other walks, in walking order, and all that were looked at on this one.

    Once a walk is finished only the latter remain: what it left unchecked belongs to the next.
    """
    looks = session().scalars(select(Recheck).where(Recheck.walk_id == walk.id).order_by(Recheck.at))
    seen = {look.finding_id: look.result for look in looks}
    wanted: ColumnElement[bool] = Finding.id.in_(seen)
    if walk.state is not WalkState.FINISHED:
        wanted |= (
            (Finding.site_id == walk.site_id)
            & (Finding.walk_id != walk.id)
            & Finding.status.in_(OPEN)
            & Finding.positive.is_(False)
        )
    findings = (
        session()
        .scalars(
            select(Finding)
            .where(wanted, seen_by(actor))
            .order_by(Finding.reported_at, Finding.id)
            .limit(MOST_EARLIER)
            .options(selectinload(Finding.photos))
        )
        .all()
    )
    return [Earlier(finding, seen.get(finding.id)) for finding in _in_walking_order(walk, findings)]


def _in_walking_order(walk: Walk, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Along the route, the nearest point of it deciding; without a route, and without a pin, oldest first."""
    if walk.route is None:
        return findings
    line = shapely.from_wkb(walk.route)

    def along(finding: Finding) -> float:
        if finding.lon is None or finding.lat is None:
            return 2.0
        return float(line.project(shapely.Point(finding.lon, finding.lat), normalized=True))

    return sorted(findings, key=along)
