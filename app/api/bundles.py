"""Bundles: what a phone takes along before it loses the network."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, url_for

from app.api import answers
from app.api.access import api_actor, by_token
from app.api.basemaps import basemap_words
from app.api.document import refuses, says
from app.models.findings import Finding
from app.models.photos import Photo
from app.services.basemaps import bytes_to_take, tiles_to_take
from app.services.bundles import Bundle, site_bundle, walk_bundle
from app.services.sites import site_polygon
from app.views.compressed import compressed_json

blueprint = APIBlueprint("api_bundles", __name__, url_prefix="/api/v1", tag="field app")

_THUMB_EDGE = 400
_ANSWERS = {
    200: says("The bundle", answers.Bundle),
    304: says("Not changed"),
    **refuses({404: "There is none, or it is not yours to see"}),
}


@blueprint.get("/walks/<uuid:walk_id>/bundle")
@blueprint.doc(summary="All that a phone needs on a walk", security="bearer", responses=_ANSWERS)
@by_token
def of_walk(walk_id: UUID) -> Response:
    """Give what to take along on a walk."""
    return _answer(walk_bundle(api_actor(), walk_id, _thumb))


@blueprint.get("/sites/<slug>/bundle")
@blueprint.doc(
    summary="All that a phone needs for a walk nobody planned", security="bearer", responses=_ANSWERS
)
@by_token
def of_site(slug: str) -> Response:
    """Give what to take along to a site."""
    return _answer(site_bundle(api_actor(), slug, _thumb))


def _answer(bundle: Bundle) -> Response:
    tiles = tiles_to_take(site_polygon(bundle.site))
    basemap = {**basemap_words(), "tiles": tiles, "bytes": bytes_to_take(tiles)}
    return compressed_json({**bundle.content, "basemap": basemap})


def _thumb(finding: Finding, photo: Photo) -> str | None:
    if str(_THUMB_EDGE) not in photo.sizes:
        return None
    return url_for("photos.show", number=finding.number, photo_id=photo.id, edge=_THUMB_EDGE)
