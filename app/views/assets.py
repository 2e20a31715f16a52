"""Serves the built front-end files, compressed beforehand; their names change with their content."""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Response, request, send_from_directory

from app.assets import BUILD
from app.views.access import public

blueprint = Blueprint("assets", __name__)

YEAR = 365 * 24 * 3600
SUFFIXES = {"br": ".br", "gzip": ".gz"}


@blueprint.get("/static/build/<name>")
@public
def built(name: str) -> Response:
    """One built file, in the smallest form that the browser takes, to be kept for a year."""
    encoding = request.accept_encodings.best_match(SUFFIXES) if (BUILD / f"{name}.br").is_file() else None
    response = send_from_directory(
        BUILD,
        name + SUFFIXES.get(encoding or "", ""),
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        max_age=YEAR,
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    return response
