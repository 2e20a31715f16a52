"""Findings by map tile, for maps that hold more of them than one page could."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from app.api.access import api_actor, by_token
from app.api.answers import FindingsOfTile
from app.api.document import refuses, says
from app.errors import NotFoundError
from app.services.finding_tiles import tile_of_findings
from app.views.compressed import compressed_json

blueprint = APIBlueprint("api_tiles", __name__, url_prefix="/api/v1/tiles", tag="maps")

_ANSWERS = {
    200: says("Points, or clusters with `count`", FindingsOfTile, "application/geo+json"),
    304: says("Not changed"),
    **refuses({404: "There is no such tile"}),
}


@blueprint.get("/findings/<int:z>/<int:x>/<int:y>.json")
@blueprint.doc(summary="The findings of one map tile", security="bearer", responses=_ANSWERS)
@by_token
def findings(z: int, x: int, y: int) -> Response:
    """Give the findings of a tile that the caller may see."""
    try:
        tile = tile_of_findings(api_actor(), z, x, y)
    except ValueError as error:
        raise NotFoundError from error
    return compressed_json(tile, "application/geo+json")
