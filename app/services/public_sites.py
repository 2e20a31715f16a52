"""The public page of a site: its published findings, what is only counted, and the next walk that is announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shapely.geometry import MultiPolygon
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, lazyload, load_only

from app.db import now, session
from app.errors import NotFoundError
from app.models.findings import Finding, Level, Status
from app.models.publications import Publication, PublicWalk
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.services.checklists import latest
from app.services.public_findings import Presenter, PublicFinding, last_told
from app.services.public_rules import Counted, counted_as, may_be_told, original_of
from app.services.sites import place_names_near, site_polygon

MOST_SHOWN = 200
"""Points on one page; the page says when there are more."""


@dataclass(frozen=True)
class PublicSite:
    """A site in the list of the start page."""

    slug: str
    name: str
    updated_at: datetime


@dataclass(frozen=True)
class NextWalk:
    """A walk that residents are told of."""

    at: datetime
    words: str


@dataclass(frozen=True)
class PublicPage:
    """Everything that the public may know of a site."""

    id: UUID
    slug: str
    name: str
    ground: MultiPolygon
    findings: Sequence[PublicFinding]
    left_out: int
    """Points that do not fit on the page."""
    counts: Mapping[Counted, int]
    next_walk: NextWalk | None
    updated_at: datetime


READ = (
    Finding.site_id,
    Finding.walk_id,
    Finding.level,
    Finding.status,
    Finding.category,
    Finding.item,
    Finding.positive,
    Finding.hate,
    Finding.lon,
    Finding.lat,
    Finding.planned_on,
    Finding.reported_fixed_at,
    Finding.verified_at,
    Finding.verified_how,
    Finding.closed_reason,
    Finding.duplicate_of_id,
)
"""All that the page reads of a finding: the words of staff stay in the database."""


def is_live() -> ColumnElement[bool]:
    """The publications that hold: not withdrawn, and their finding is still of level public."""
    return and_(
        Publication.withdrawn_at.is_(None),
        Finding.level == Level.PUBLIC,
        Finding.status != Status.WITHDRAWN,
    )


def list_public_sites() -> list[PublicSite]:
    """The sites of which something is told, by name."""
    rows = session().execute(
        select(Site.slug, Site.name, func.max(Publication.updated_at))
        .select_from(Publication)
        .join(Publication.finding)
        .join(Finding.site)
        .where(is_live())
        .group_by(Site.slug, Site.name)
        .order_by(Site.name)
    )
    return [PublicSite(slug, name, updated_at) for slug, name, updated_at in rows]


def load_public_page(slug: str, language: str) -> PublicPage:
    """The page of a site in a language; NotFoundError where nothing has ever been published."""
    site = session().scalar(select(Site).where(Site.slug == slug.lower()))
    if site is None:
        raise NotFoundError
    changed = told_at(site.id)
    if changed is None:
        raise NotFoundError
    live = _live_at(site)
    points, counts = _sorted_out(live)
    shown = Presenter(language, place_names_near(site)).present(
        [(one, one.finding) for one in points[:MOST_SHOWN]]
    )
    by_themselves = {one.id for one in shown}
    others = [one.finding for one in live if one.finding_id not in by_themselves]
    return PublicPage(
        id=site.id,
        slug=site.slug,
        name=site.name,
        ground=site_polygon(site),
        findings=shown,
        left_out=max(0, len(points) - MOST_SHOWN),
        counts=counts,
        next_walk=_next_walk(site),
        updated_at=max([changed, *(one.updated_at for one in shown), *_counted_at(others)]),
    )


def told_at(site_id: UUID) -> datetime | None:
    """When residents were last told something of a site; None: there is no page of it."""
    query = select(func.max(Publication.updated_at)).join(Publication.finding)
    return session().scalar(query.where(Finding.site_id == site_id))


def load_live(slug: str, finding_id: UUID) -> Publication:
    """A publication that is a point on the page of its site; NotFoundError for any other."""
    publication = session().scalar(
        select(Publication)
        .join(Publication.finding)
        .join(Finding.site)
        .where(Publication.finding_id == finding_id, Site.slug == slug.lower(), is_live())
    )
    if publication is None or not is_point(publication.finding):
        raise NotFoundError
    return publication


def is_point(finding: Finding) -> bool:
    """Whether a finding, once published, stands on the page by itself."""
    return may_be_told(finding) and counted_as(finding, latest()) is None


def _live_at(site: Site) -> Sequence[Publication]:
    return (
        session()
        .scalars(
            select(Publication)
            .join(Publication.finding)
            .where(Finding.site_id == site.id, is_live())
            .options(
                joinedload(Publication.finding).load_only(*READ),
                joinedload(Publication.finding)
                .selectinload(Finding.walk)
                .options(load_only(Walk.checklist_id), lazyload(Walk.site)),
            )
            .order_by(Publication.published_at.desc(), Publication.finding_id)
        )
        .all()
    )


def _sorted_out(live: Sequence[Publication]) -> tuple[list[Publication], dict[Counted, int]]:
    """The points, and how many are only counted; a repeat of what is there itself is neither."""
    there = {one.finding_id for one in live}
    points: list[Publication] = []
    counts: Counter[Counted] = Counter()
    told: set[UUID] = set()
    checklist = latest()
    for one in live:
        finding = one.finding
        original = original_of(finding)
        if not may_be_told(finding) or (original.id != finding.id and original.id in there | told):
            continue
        told.add(original.id)
        heading = counted_as(finding, checklist)
        if heading is None:
            points.append(one)
        else:
            counts[heading] += 1
    return points, dict(counts)


def _counted_at(others: Sequence[Finding]) -> Iterator[datetime]:
    """The days on which the public word of what is no point of the page became another; not when on that day."""
    for moment in last_told({original_of(one).id for one in others}).values():
        yield moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _next_walk(site: Site) -> NextWalk | None:
    found = (
        session()
        .execute(
            select(Walk.planned_at, PublicWalk.words)
            .join(PublicWalk.walk)
            .where(Walk.site_id == site.id, Walk.state == WalkState.PLANNED, Walk.planned_at >= now())
            .order_by(Walk.planned_at)
            .limit(1)
        )
        .first()
    )
    return NextWalk(*found) if found else None
