"""Sites: which there are, the one an actor may work at, and what lies around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import Select, select

from app.db import session
from app.errors import NotFoundError
from app.models.areas import PlaceName
from app.models.sites import Site
from app.permissions import Actor, At, Permission, require, visible
from geo.distances import local_metres

_NEAR_DEGREES = 0.002
"""Names this far outside the site's box still help to find one's way: some 100 to 200 m."""


def list_sites(actor: Actor) -> Sequence[Site]:
    """The sites that the actor may see, by name."""
    seen = visible(actor, Permission.VIEW_SITE, site=Site.id)
    return session().scalars(select(Site).where(seen).order_by(Site.name)).all()


def site_names(actor: Actor) -> list[tuple[str, str]]:
    """Slug and name of each site that the actor may see, by name."""
    return [(slug, name) for slug, name in session().connection().execute(_named(actor))]


@lru_cache(maxsize=64)
def _named(actor: Actor) -> Select[str, str]:
    seen = visible(actor, Permission.VIEW_SITE, site=Site.id)
    return select(Site.slug, Site.name).where(seen).order_by(Site.name)


def load_site(actor: Actor, slug: str, permission: Permission = Permission.VIEW_SITE) -> Site:
    """Load a site for an actor who may do this there.

    Raises NotFoundError for an outsider, ForbiddenError for somebody who may only look.
    """
    site = session().scalar(select(Site).where(Site.slug == slug.lower()))
    if site is None:
        raise NotFoundError
    require(actor, permission, At(site.id), see=Permission.VIEW_SITE)
    return site


def site_polygon(site: Site) -> MultiPolygon:
    """The ground of a site, WGS84."""
    polygon = shapely.from_wkb(site.polygon)
    assert isinstance(polygon, MultiPolygon)
    return polygon


def place_names_near(site: Site) -> Sequence[PlaceName]:
    """The names people use for spots in and round a site, by name."""
    west, south, east, north = site_polygon(site).bounds
    near = PlaceName.lon.between(west - _NEAR_DEGREES, east + _NEAR_DEGREES) & PlaceName.lat.between(
        south - _NEAR_DEGREES, north + _NEAR_DEGREES
    )
    return session().scalars(select(PlaceName).where(near).order_by(PlaceName.name)).all()


def metres_outside(site: Site, lon: float, lat: float) -> float:
    """How far a point lies from the ground of a site, in metres; 0 within it."""
    return float(local_metres(site_polygon(site), lon, lat).distance(shapely.Point(0, 0)))
