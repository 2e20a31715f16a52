"""Photos as pictures: one size of one photo, for those who may see its finding."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.services.photos import Derivative, open_photo
from app.views.access import actor, signed_in

blueprint = Blueprint("photos", __name__)


@blueprint.get("/brister/<number>/foton/<uuid:photo_id>/<int:edge>.jpg")
@signed_in
def show(number: str, photo_id: UUID, edge: int) -> ResponseReturnValue:
    """Send one size. Its content never changes, so the browser keeps it; no cache between may."""
    response = jpeg(open_photo(actor(), number, photo_id, edge), edge)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response.make_conditional(request)


def jpeg(photo: Derivative, edge: int) -> Response:
    """One size of a photo as an answer that is nothing but a picture, whatever its bytes are."""
    response = Response(photo.file.chunks, mimetype="image/jpeg")
    response.content_length = photo.file.size
    response.set_etag(photo.sha256)
    response.headers["Content-Disposition"] = f'inline; filename="foto-{edge}.jpg"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
