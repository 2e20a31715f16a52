"""Who is signed in, and what the field app shows first: sites and the walks of now."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.api.access import api_person, by_token
from app.api.answers import Me
from app.api.document import refuses, says
from app.services.accounts import roles_of
from app.services.sites import list_sites
from app.services.walks import walks_of_now

blueprint = APIBlueprint("api_me", __name__, url_prefix="/api/v1", tag="me")


@blueprint.get("/me")
@blueprint.doc(
    summary="Who is signed in, with sites and walks",
    security="bearer",
    responses={200: says("The person, roles, sites and walks", Me), 304: says("Not changed"), **refuses()},
)
@by_token
def me() -> ResponseReturnValue:
    """The person, and the walks under way or planned from yesterday on."""
    person = api_person()
    answer = jsonify(
        user_id=person.actor.user_id,
        language=person.language,
        roles=roles_of(person.actor),
        sites=[{"slug": site.slug, "name": site.name} for site in list_sites(person.actor)],
        walks=[
            {
                "id": walk.id,
                "slug": walk.site.slug,
                "site": walk.site.name,
                "state": walk.state,
                "planned_at": walk.planned_at.isoformat(),
                "meeting_point": walk.meeting_point,
                "purpose": walk.purpose,
                "light": walk.light,
            }
            for walk in walks_of_now(person.actor)
        ],
    )
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)
