"""The basemap: what it is, and its vector tiles."""

from __future__ import annotations

import gzip
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.api.access import by_token
from app.api.answers import Basemap
from app.api.document import refuses, says
from app.errors import NotFoundError
from app.services import basemaps

blueprint = APIBlueprint("api_basemaps", __name__, url_prefix="/api/v1", tag="maps")

MVT = "application/vnd.mapbox-vector-tile"
_TILE_ADDRESS = "/api/v1/basemap/{z}/{x}/{y}.mvt"
_KEPT = "private, max-age=300"
"""Short: a phone that takes along a newer map must not get older tiles out of its own cache."""

_NOT_CHANGED = says("Not changed")
_TILE_ANSWERS = {
    200: {**says("The tile"), "content": {MVT: {"schema": {"type": "string", "format": "binary"}}}},
    204: says("Nothing lies there"),
    304: _NOT_CHANGED,
    **refuses({404: "No such tile, or no basemap of our own"}),
}


def basemap_words() -> dict[str, Any]:
    """The basemap in force, as renderers are told of it."""
    basemap = basemaps.current()
    return {
        "kind": basemap.kind,
        "url": _TILE_ADDRESS if basemap.kind == "pmtiles" else basemap.url,
        "version": basemap.version,
        "maxzoom": basemap.maxzoom,
        "attribution": basemap.attribution,
    }


@blueprint.get("/basemap.json")
@blueprint.doc(
    summary="The basemap in force: kind, address template, version, last zoom and attribution",
    security="bearer",
    responses={200: says("The basemap", Basemap), 304: _NOT_CHANGED, **refuses()},
)
@by_token
def describe() -> ResponseReturnValue:
    """Tell which basemap is in force."""
    answer = jsonify(basemap_words())
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/basemap/<int:z>/<int:x>/<int:y>.mvt")
@blueprint.doc(
    summary="One vector tile with the layer `basemap`",
    security="bearer",
    responses=_TILE_ANSWERS,
)
@by_token
def tile(z: int, x: int, y: int) -> ResponseReturnValue:
    """Send one tile as it is stored."""
    file = basemaps.tile_file()
    if file is None or z > file.maxzoom or x >= 1 << z or y >= 1 << z:
        raise NotFoundError
    plain = file.gzipped and not request.accept_encodings["gzip"]
    data = file.tile(z, x, y)
    answer = Response(status=204) if data is None else Response(gzip.decompress(data) if plain else data)
    answer.mimetype = MVT
    answer.headers["Cache-Control"] = _KEPT
    answer.vary.add("Accept-Encoding")
    if data is None:
        return answer
    if file.gzipped and not plain:
        answer.content_encoding = "gzip"
    answer.set_etag(f"{file.version}-{z}-{x}-{y}{'-plain' if plain else ''}")
    return answer.make_conditional(request)
