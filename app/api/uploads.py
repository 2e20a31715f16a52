"""Photos from phones, resumable: tus 1.0.0 with creation, creation-with-upload, termination and expiration.

See https://tus.io/protocols/resumable-upload; what differs for a reason is told in docs/offline-sync.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from app.api.access import api_actor, by_token
from app.api.document import refuses, says
from app.api.upload_document import BEGUN, BYTES, PROGRESS, TUS
from app.imaging import MAX_BYTES
from app.services import uploads
from app.services.upload_errors import (
    BadUploadError,
    PhotoTooLargeError,
    TusVersionError,
    WrongContentTypeError,
)
from app.services.uploads import Announced, Progress
from app.views.access import public

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
DETAILS = ("taken_at", "lon", "lat", "accuracy_m")

_CHUNK = 256 * 1024
_REFUSED = {
    400: "A header is missing or makes no sense",
    403: "With a session, from a page of somebody else",
    412: "Another tus version",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")

blueprint = APIBlueprint("uploads", __name__, url_prefix="/api/v1/uploads", tag="uploads")


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<uuid:upload_id>", methods=["OPTIONS"])
@blueprint.doc(
    summary="What of tus is spoken here", responses={204: says("Version, extensions and greatest size")}
)
@public
def tell(**_address: UUID) -> ResponseReturnValue:
    """Tell version, extensions and the greatest size."""
    return "", 204, {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(MAX_BYTES)}


@blueprint.post("")
@blueprint.doc(
    summary="Announce a photo, with its bytes or its first bytes if wanted",
    security="bearer",
    responses={
        201: says("Begun; with `Upload-Complete: ?1` it is kept", headers=BEGUN),
        **refuses(
            {
                **_REFUSED,
                404: "No such finding for you",
                413: "Too long",
                415: f"Bytes that are not {BYTES}",
                422: "Not the bytes announced, or no photo",
            }
        ),
    },
)
@by_token
def create() -> ResponseReturnValue:
    """Begin an upload; the whole photo in one request is kept at once."""
    _check_version()
    announced = _announced()
    # A body in chunks says no length and counts as one that is there; `_body` refuses it.
    carries = request.content_length or "Transfer-Encoding" in request.headers
    data = _body()[0] if carries else None
    made = uploads.start_upload(api_actor(), announced, data)
    headers = {"Location": url_for("uploads.see", upload_id=made.id), **_headers(made)}
    return "", 201, headers


@blueprint.route("/<uuid:upload_id>", methods=["HEAD"])
@blueprint.doc(hide=True)  # the framework documents no HEAD; upload_document does
@by_token
def see(upload_id: UUID) -> ResponseReturnValue:
    """Tell how far an upload is."""
    _check_version()
    seen = uploads.see_upload(api_actor(), upload_id)
    return "", 200, {**_headers(seen), "Upload-Length": str(seen.length), "Cache-Control": "no-store"}


@blueprint.patch("/<uuid:upload_id>")
@blueprint.doc(
    summary="Go on with an upload",
    security="bearer",
    responses={
        204: says("How far it is now; with `Upload-Complete: ?1` it is kept", headers=PROGRESS),
        **refuses(
            {
                **_REFUSED,
                404: "Gone, begin anew",
                409: "Wrong offset",
                413: "Longer than announced",
                415: f"Bytes that are not {BYTES}",
                422: "Not the bytes announced, or no photo: begin anew",
            }
        ),
    },
)
@by_token
def receive(upload_id: UUID) -> ResponseReturnValue:
    """Keep further bytes, also those of a body that broke off."""
    _check_version()
    offset = _header_number("Upload-Offset")
    data, length = _body()
    return "", 204, _headers(uploads.receive_part(api_actor(), upload_id, offset, data, length))


@blueprint.delete("/<uuid:upload_id>")
@blueprint.doc(
    summary="Give an upload up",
    security="bearer",
    responses={204: says("Forgotten", headers=TUS), **refuses({**_REFUSED, 404: "Gone"})},
)
@by_token
def terminate(upload_id: UUID) -> ResponseReturnValue:
    """Forget an upload with what has arrived of it."""
    _check_version()
    uploads.drop_upload(api_actor(), upload_id)
    return "", 204


@blueprint.after_app_request
def speak_tus(response: Response) -> Response:
    """Say on every answer here which tus is spoken."""
    if request.path.startswith("/api/v1/uploads"):
        response.headers["Tus-Resumable"] = VERSION
        if response.status_code == 412:
            response.headers["Tus-Version"] = VERSION
    return response


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise TusVersionError


def _announced() -> Announced:
    said = dict(_metadata(request.headers.get("Upload-Metadata", "")))
    sha256 = said.get("sha256", "").lower()
    try:
        finding_id = UUID(said.get("finding_id", ""))
    except ValueError as error:
        raise BadUploadError from error
    length = _header_number("Upload-Length")
    if not _SHA256.fullmatch(sha256) or length == 0:
        raise BadUploadError
    return Announced(finding_id, sha256, length, {name: said[name] for name in DETAILS if name in said})


def _metadata(header: str) -> list[tuple[str, str]]:
    pairs = []
    for pair in filter(None, header.split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            text = base64.b64decode(value, validate=True).decode("ascii", "ignore")
        except (binascii.Error, ValueError) as error:
            raise BadUploadError from error
        pairs.append((name, text[:100].replace("\0", "")))
    return pairs


def _header_number(name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadUploadError
    return int(text)


def _body() -> tuple[bytes, int]:
    """What arrived of the body, and how long it was said to be; a broken one may end as if it were whole."""
    if request.mimetype != BYTES:
        raise WrongContentTypeError
    length = request.content_length
    if length is None:
        raise BadUploadError
    if length > MAX_BYTES:
        raise PhotoTooLargeError
    return _read(), length


def _read() -> bytes:
    """What is left to read of the body, up to where it breaks off."""
    pieces = []
    try:
        while piece := request.stream.read(_CHUNK):
            pieces.append(piece)
    except (ClientDisconnected, OSError):
        pass
    return b"".join(pieces)


def _headers(progress: Progress) -> dict[str, str]:
    headers = {"Upload-Offset": str(progress.offset), "Upload-Expires": http_date(progress.expires_at)}
    if progress.complete:
        headers["Upload-Complete"] = "?1"
    return headers
