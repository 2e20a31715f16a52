"""Bundles: all that a phone needs to walk a site without a network. Nothing protected, nothing of persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely

from app.i18n import local
from app.models.checklists import ChecklistVersion
from app.models.findings import Finding
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor
from app.services.accounts import list_organisations
from app.services.bundle_findings import Thumb, conflicts_of, describe, findings_of_walk, open_findings
from app.services.bundle_surroundings import context_of, ground_of, places_of
from app.services.checklists import checklist_of, current_version
from app.services.sites import load_site
from app.services.walk_summaries import count_faults, last_like_walk
from app.services.walks import load_walk


@dataclass(frozen=True)
class Bundle:
    """What is taken along, as plain data, and the site it is of."""

    site: Site
    content: dict[str, Any]


def walk_bundle(actor: Actor, walk_id: UUID, thumb: Thumb) -> Bundle:
    """What to take along on a walk; raises NotFoundError for an outsider."""
    walk = load_walk(actor, walk_id)
    return _bundle(actor, walk.site, walk, walk.checklist, findings_of_walk(actor, walk), thumb)


def site_bundle(actor: Actor, slug: str, thumb: Thumb) -> Bundle:
    """What to take along to a site where nobody planned a walk; raises NotFoundError for an outsider."""
    site = load_site(actor, slug)
    return _bundle(actor, site, None, current_version(), open_findings(actor, site), thumb)


def _bundle(
    actor: Actor,
    site: Site,
    walk: Walk | None,
    checklist: ChecklistVersion,
    findings: Sequence[Finding],
    thumb: Thumb,
) -> Bundle:
    return Bundle(
        site,
        {
            "walk": _walk(walk) if walk else None,
            "site": ground_of(site),
            "checklist": checklist_to_take(checklist),
            "findings": describe(actor, walk, findings, thumb),
            "conflicts": conflicts_of(actor, site),
            "organisations": [{"id": str(one.id), "name": one.name} for one in list_organisations()],
            "places": places_of(site),
            "context": context_of(site),
            "previous": _previous(actor, walk) if walk else None,
        },
    )


def _walk(walk: Walk) -> dict[str, Any]:
    route = shapely.get_coordinates(shapely.from_wkb(walk.route)).round(6).tolist() if walk.route else []
    return {
        "id": str(walk.id),
        "state": walk.state,
        "version": walk.version,
        "planned_at": walk.planned_at.isoformat(),
        "started_at": walk.started_at.isoformat() if walk.started_at else None,
        "finished_at": walk.finished_at.isoformat() if walk.finished_at else None,
        "purpose": walk.purpose,
        "meeting_point": walk.meeting_point,
        "light": walk.light,
        "weather": walk.weather,
        "ground": walk.ground,
        "note": walk.note,
        "route": route,
        "stops": [
            {"number": stop.number, "name": stop.name, "lon": stop.lon, "lat": stop.lat}
            for stop in walk.stops
        ],
        "participants": [
            {
                "organisation_id": str(one.organisation_id),
                "name": one.organisation.name,  # never the person's
                "role": one.role,
                "people": one.people,
            }
            for one in sorted(walk.participants, key=lambda one: one.id)
        ],
    }


def checklist_to_take(version: ChecklistVersion) -> dict[str, Any]:
    """A version of the checklist with its words in every language."""
    return {
        "version": version.number,
        "categories": [
            {
                "slug": category.slug,
                "name": category.names["sv"],
                "name_en": category.names["en"],
                "icon": category.icon,
                "positive": category.positive,
                "active": category.active,
                "items": [
                    {
                        "slug": item.slug,
                        "name": item.names["sv"],
                        "name_en": item.names["en"],
                        "acute": item.acute,
                    }
                    for item in category.items
                ],
                "help": category.help["sv"],
                "help_en": category.help["en"],
            }
            for category in checklist_of(version.id).categories
        ],
    }


def _previous(actor: Actor, walk: Walk) -> dict[str, Any] | None:
    like = last_like_walk(actor, walk)
    if like is None:
        return None
    day = local(like.started_at or like.planned_at).date()
    return {"findings": count_faults(actor, like), "day": day.isoformat()}
