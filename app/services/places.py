"""What lies at a spot: its area, its site, and every organisation that may be the one to act there.

Polygons are kept in memory, each table in an index of its own, until the table changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any, Generic, TypeVar
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import ColumnElement, func, or_, select

from app.db import session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.areas import Area
from app.models.sites import Property, Responsibility, Site
from geo.assignment import PolygonIndex

LEAST_RADIUS_M = 5.0
"""Drawn borders are no better than this, whatever the phone says of its own accuracy."""
MOST_RADIUS_M = 250.0
"""Beyond this a position tells nothing of whose ground it is, and half a city would be asked."""

K = TypeVar("K", bound=Hashable)


class Right(StrEnum):
    """By what right an organisation may be responsible, in the order they are suggested."""

    MAINTENANCE = auto()
    LEASEHOLD = auto()
    PROPERTY = auto()


@dataclass(frozen=True)
class Location:
    """Where a spot is."""

    area_id: UUID | None
    site_id: UUID | None


@dataclass(frozen=True)
class Candidate:
    """An organisation that may be responsible at a spot, and why."""

    organisation_id: UUID
    organisation_name: str
    right: Right
    name: str
    """Of the maintained ground, or the property's designation."""
    distance_m: float
    """0.0 inside."""


@dataclass(frozen=True)
class _Claim:
    organisation_id: UUID
    right: Right
    name: str
    category: str | None = None


def locate(lon: float, lat: float) -> Location:
    """Find the area and the site at a point, WGS84; where several overlap, the smallest of each."""
    return locate_all([(lon, lat)])[0]


def locate_all(points: Sequence[tuple[float | None, float | None]]) -> list[Location]:
    """Find the area and the site at each of several points (lon, lat); nothing where there is no point."""
    lons, lats = np.array(points, dtype=np.float64).reshape(-1, 2).T  # None becomes NaN, which lies nowhere
    stamps = session().connection().execute(_AREAS_AND_SITES).one()
    areas, sites = _areas.index(stamps[:2]), _sites.index(stamps[2:])
    return [
        Location(area_id, site_id)
        for area_id, site_id in zip(areas.smallest_at(lons, lats), sites.smallest_at(lons, lats), strict=True)
    ]


def areas_near(lon: float, lat: float, radius_m: float) -> list[UUID]:
    """The areas of today within a distance of a point, WGS84."""
    return [area_id for area_id, _ in _areas.index().within(lon, lat, radius_m)]


def candidates(lon: float, lat: float, accuracy_m: float | None, category: str) -> list[Candidate]:
    """List who may have to act on a finding of `category` at a point, WGS84, known to `accuracy_m` metres.

    Ordered by right, then distance, then ground tended for this category before ground tended for all. Only
    what is valid today; the radius is held between LEAST_RADIUS_M and MOST_RADIUS_M.
    """
    radius = min(max(accuracy_m or 0.0, LEAST_RADIUS_M), MOST_RADIUS_M)
    near = [*_grounds.index().within(lon, lat, radius), *_properties.index().within(lon, lat, radius)]
    claims = [
        (claim, distance) for held, distance in near for claim in held if claim.category in {None, category}
    ]
    order = list(Right)
    claims.sort(key=lambda one: (order.index(one[0].right), one[1], one[0].category is None))
    names = _organisation_names({claim.organisation_id for claim, _ in claims})
    return [
        Candidate(claim.organisation_id, names[claim.organisation_id], claim.right, claim.name, distance)
        for claim, distance in claims
        if claim.organisation_id in names
    ]


def _organisation_names(ids: set[UUID]) -> dict[UUID, str]:
    """Names of those that exist today: read anew each time, since they change without their ground."""
    if not ids:
        return {}
    rows = session().execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.id.in_(ids), _valid_on(today(), Organisation)
        )
    )
    return dict(rows.all())


def _valid_on(day: date, table: type[Area | Organisation | Property | Responsibility]) -> ColumnElement[bool]:
    # Both dates belong to the time of validity.
    return or_(table.valid_from.is_(None), table.valid_from <= day) & or_(
        table.valid_to.is_(None), table.valid_to >= day
    )


class _Kept(Generic[K]):
    """The polygons of one table in memory, read again when the table or the day is another."""

    def __init__(
        self,
        table: type[Area | Site | Property | Responsibility],
        read: Callable[[date], Iterable[tuple[K, bytes]]],
    ) -> None:
        # Rows that only went away leave the latest change as it was, so they are counted too.
        # Asked apart, each is answered from an index without walking through the rows.
        self.stamp = (
            select(func.count()).select_from(table).scalar_subquery(),
            select(func.max(table.changed_at)).scalar_subquery(),
        )
        self._read = read
        self._held: tuple[tuple[tuple[Any, ...], date], PolygonIndex[K]] | None = None

    def index(self, stamp: tuple[Any, ...] | None = None) -> PolygonIndex[K]:
        """The index as the running transaction sees the table; it is asked for its `stamp` unless that is given."""
        if stamp is None:
            stamp = tuple(session().connection().execute(select(*self.stamp)).one())
        now = (stamp, today())
        if self._held is None or self._held[0] != now:
            rows = list(self._read(now[1]))
            polygons = shapely.from_wkb([wkb for _, wkb in rows])
            keys = (key for key, _ in rows)
            # One assignment, so that another thread sees the old pair or the new one.
            self._held = (now, PolygonIndex(zip(keys, polygons, strict=True)))
        return self._held[1]


def _read_areas(day: date) -> Iterable[tuple[UUID, bytes]]:
    rows = session().execute(select(Area.id, Area.polygon).where(_valid_on(day, Area)).order_by(Area.id))
    return [(key, polygon) for key, polygon in rows]


def _read_sites(_day: date) -> Iterable[tuple[UUID, bytes]]:
    rows = session().execute(select(Site.id, Site.polygon).order_by(Site.id))
    return [(key, polygon) for key, polygon in rows]


def _read_grounds(day: date) -> Iterable[tuple[tuple[_Claim, ...], bytes]]:
    rows = session().execute(
        select(
            Responsibility.organisation_id,
            Responsibility.name,
            Responsibility.category,
            Responsibility.polygon,
        )
        .where(_valid_on(day, Responsibility))
        .order_by(Responsibility.id)
    )
    for organisation, name, category, polygon in rows:
        yield (_Claim(organisation, Right.MAINTENANCE, name, category),), polygon


def _read_properties(day: date) -> Iterable[tuple[tuple[_Claim, ...], bytes]]:
    rows = session().execute(
        select(Property.leaseholder_id, Property.owner_id, Property.designation, Property.polygon)
        .where(_valid_on(day, Property))
        .order_by(Property.id)
    )
    for leaseholder, owner, designation, polygon in rows:
        rights = ((leaseholder, Right.LEASEHOLD), (owner, Right.PROPERTY))
        yield tuple(_Claim(who, right, designation) for who, right in rights if who is not None), polygon


_areas = _Kept(Area, _read_areas)
_sites = _Kept(Site, _read_sites)
_AREAS_AND_SITES = select(*_areas.stamp, *_sites.stamp)
_grounds = _Kept(Responsibility, _read_grounds)
_properties = _Kept(Property, _read_properties)
