"""Tiny builders: the least that is needed of each noun, straight into the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shapely import to_wkb
from shapely.geometry import MultiPolygon, box

from app.db import change, session
from app.models.accounts import Membership, Organisation, Role, User
from app.models.findings import Finding
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services.accounts import actor_of
from app.services.checklists import current_version, ensure_shipped

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def square(lon: float = 17.9421, lat: float = 59.4037, half: float = 0.004) -> MultiPolygon:
    """A square round a point, in degrees."""
    return MultiPolygon([box(lon - half, lat - half, lon + half, lat + half)])


def make_organisation(name: str, **values: Any) -> Organisation:
    with change(SYSTEM, None) as making:
        made = Organisation(name=name, **values)
        making.session.add(made)
    return made


def make_site(
    slug: str = "kista-centrum", *, lon: float = 17.9421, lat: float = 59.4037, **values: Any
) -> Site:
    """A square site; its code is the first word of the slug."""
    with change(SYSTEM, None) as making:
        made = Site(
            slug=slug,
            **{
                "name": slug.replace("-", " ").capitalize(),
                "code": slug.split("-")[0].upper(),
                "polygon": to_wkb(square(lon, lat)),
                **values,
            },
        )
        making.session.add(made)
    return made


def make_user(role: Role, *, site_id: UUID | None = None, organisation_id: UUID | None = None) -> Actor:
    with change(SYSTEM, None) as making:
        made = User(email=f"{role}-{uuid4().hex[:8]}@example.se", name=f"Namn {role}")
        made.memberships.append(Membership(role=role, site_id=site_id, organisation_id=organisation_id))
        making.session.add(made)
    return actor_of(made)


def email_of(actor: Actor) -> str:
    return session().get_one(User, actor.user_id).email


def make_walk(site: Site, **values: Any) -> Walk:
    ensure_shipped(SYSTEM)
    checklist_id = current_version().id
    with change(SYSTEM, None) as making:
        made = Walk(
            site_id=site.id,
            checklist_id=checklist_id,
            **{"planned_at": NOON, "started_at": NOON, "state": WalkState.ONGOING, **values},
        )
        making.session.add(made)
    return made


def make_finding(walk: Walk, **values: Any) -> Finding:
    """A finding as the walk left it; numbered by chance, since only `report_finding` counts."""
    number = values.pop("number", f"TEST-2026-{uuid4().hex[:8].upper()}")
    with change(SYSTEM, None) as making:
        made = Finding(
            number=number,
            walk_id=walk.id,
            site_id=walk.site_id,
            **{
                "lon": 17.9421,
                "lat": 59.4037,
                "quadkey": 0,
                "category": "belysning",
                "search_text": number.casefold(),
                **values,
            },
        )
        making.session.add(made)
    return made
