"""The protocol of a walk: what was seen and by whom, and what has become of what earlier walks saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models.findings import Finding, Status
from app.models.photos import Photo, PhotoKind
from app.models.remedies import Recheck, RecheckResult
from app.models.walks import Light, Walk, WalkState
from app.permissions import Actor
from app.services.findings import counted, seen_by, standing
from app.services.like_routes import like_routes
from app.services.walks import load_walk, walked

_PHOTO_EDGE = "400"
_MOST_PHOTOS = 2


@dataclass(frozen=True)
class Numbers:
    """What a walk came to, to be held against another's."""

    walk: Walk
    findings: int
    positives: int
    people: int


@dataclass(frozen=True)
class Protocol:
    """A walk with everything its protocol tells; only what the reader may see."""

    walk: Walk
    findings: Sequence[Finding]
    """What is to be remedied, in order of number."""
    positives: Sequence[Finding]
    """What is worth keeping."""
    repeats: Sequence[Finding]
    """What was noted on the walk and is the same as another finding: named, and counted there only."""
    photos: Mapping[UUID, Sequence[Photo]]
    """The first photos of each finding, by its id: those that can be shown."""
    rechecks: Sequence[Recheck]
    """The last word of this walk on each earlier finding, in order of number."""
    numbers: Numbers
    previous: Numbers | None
    """Of the latest finished walk of the same site before this one."""

    @property
    def recheck_counts(self) -> Mapping[RecheckResult, int]:
        """How many earlier findings were seen as what."""
        return Counter(recheck.result for recheck in self.rechecks)

    @property
    def differences(self) -> list[str]:
        """Why the numbers cannot be held against those of the previous walk: `light`, `route`, `unknown_route`."""
        if self.previous is None:
            return []
        here, there = self.walk, self.previous.walk
        like = like_routes(here, there)
        return [
            name
            for name, differs in (
                ("light", _known_to_differ(here.light, there.light)),
                ("unknown_route", like is None),
                ("route", like is False),
            )
            if differs
        ]


def load_protocol(actor: Actor, walk_id: UUID) -> Protocol:
    """Load the protocol of a walk for an actor who may see its site; NotFoundError for an outsider."""
    walk = load_walk(actor, walk_id)
    seen = seen_by(actor)
    findings = (
        session()
        .scalars(
            select(Finding)
            .where(Finding.walk_id == walk.id, standing(), seen)
            .options(joinedload(Finding.responsible), selectinload(Finding.photos))
            .order_by(Finding.number)
        )
        .all()
    )
    repeats = [finding for finding in findings if finding.status is Status.DUPLICATE]
    counted_once = [finding for finding in findings if finding.status is not Status.DUPLICATE]
    faults = [finding for finding in counted_once if not finding.positive]
    positives = [finding for finding in counted_once if finding.positive]
    return Protocol(
        walk=walk,
        findings=faults,
        positives=positives,
        repeats=repeats,
        photos={finding.id: _shown(finding) for finding in findings},
        rechecks=_rechecks(walk, seen),
        numbers=Numbers(walk, len(faults), len(positives), _people(walk)),
        previous=_previous(walk, seen),
    )


def _shown(finding: Finding) -> Sequence[Photo]:
    ready = (
        photo for photo in finding.photos if photo.kind is PhotoKind.FINDING and _PHOTO_EDGE in photo.sizes
    )
    return [photo for photo, _ in zip(ready, range(_MOST_PHOTOS), strict=False)]


def _rechecks(walk: Walk, seen: ColumnElement[bool]) -> Sequence[Recheck]:
    rows = session().scalars(
        select(Recheck)
        .join(Recheck.finding)
        .where(Recheck.walk_id == walk.id, seen)
        .options(joinedload(Recheck.finding))
        .order_by(Finding.number, Recheck.at)
    )
    # Somebody may have looked twice: the later row takes the place of the earlier.
    return list({row.finding_id: row for row in rows}.values())


def _previous(walk: Walk, seen: ColumnElement[bool]) -> Numbers | None:
    found = session().scalar(
        select(Walk)
        .where(
            Walk.site_id == walk.site_id,
            Walk.state == WalkState.FINISHED,
            walked(),
            Walk.planned_at < walk.planned_at,
        )
        .order_by(Walk.planned_at.desc())
        .limit(1)
    )
    if found is None:
        return None
    rows = session().execute(
        select(Finding.positive, func.count())
        .where(Finding.walk_id == found.id, counted(), seen)
        .group_by(Finding.positive)
    )
    count = dict(rows.all())
    return Numbers(found, count.get(False, 0), count.get(True, 0), _people(found))


def _people(walk: Walk) -> int:
    return sum(participant.people for participant in walk.participants)


def _known_to_differ(one: Light | None, other: Light | None) -> bool:
    return one is not None and other is not None and one != other
