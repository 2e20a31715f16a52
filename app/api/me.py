"""Who is signed in, and what the field app shows first: sites and the walks of now."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from app.api.access import api_person, by_token
from app.api.answers import Me
from app.api.document import refuses, says
from app.services.accounts import roles_of
from app.services.bundle_surroundings import middle_of
from app.services.bundles import checklist_to_take
from app.services.checklists import newest_version
from app.services.interviews import count_waves_to_ask
from app.services.sites import list_sites, site_polygon
from app.services.walks import walks_of_now
from app.views.compressed import compressed_json

blueprint = APIBlueprint("api_me", __name__, url_prefix="/api/v1", tag="me")


@blueprint.get("/me")
@blueprint.doc(
    summary="Who is signed in, with sites and walks",
    security="bearer",
    responses={200: says("The person, roles, sites and walks", Me), 304: says("Not changed"), **refuses()},
)
@by_token
def me() -> ResponseReturnValue:
    """The person, what a phone needs for a walk nobody planned, and the walks of these days."""
    person = api_person()
    version = newest_version()
    return compressed_json(
        {
            "user_id": str(person.actor.user_id),
            "language": person.language,
            "roles": list(roles_of(person.actor)),
            "sites": [
                {"slug": site.slug, "name": site.name, "centre": middle_of(site_polygon(site))}
                for site in list_sites(person.actor)
            ],
            "checklist": checklist_to_take(version) if version else None,
            "walks": [
                {
                    "id": str(walk.id),
                    "slug": walk.site.slug,
                    "site": walk.site.name,
                    "state": walk.state,
                    "planned_at": walk.planned_at.isoformat(),
                    "started_at": walk.started_at.isoformat() if walk.started_at else None,
                    "meeting_point": walk.meeting_point,
                    "purpose": walk.purpose,
                    "light": walk.light,
                }
                for walk in walks_of_now(person.actor)
            ],
            "surveys": count_waves_to_ask(person.actor),
        }
    )
