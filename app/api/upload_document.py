"""What the OpenAPI document says of uploads: the headers and bodies of tus, which no model tells."""

from __future__ import annotations

import copy
from typing import Any

PREFIX = "/api/v1/uploads"
BYTES = "application/offset+octet-stream"

_COUNT = {"type": "integer", "minimum": 0}


def _header(name: str, schema: dict[str, Any], words: str, *, required: bool = True) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": schema, "description": words}


def _told(schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"schema": schema, "description": words}


_VERSION = _header("Tus-Resumable", {"type": "string", "const": "1.0.0"}, "The version of tus.")
_LENGTH = _header(
    "Upload-Length", {"type": "integer", "minimum": 1, "maximum": 30 * 1024**2}, "Bytes of the whole photo."
)
_METADATA = _header(
    "Upload-Metadata",
    {"type": "string"},
    "Pairs of name and base64: `finding_id` and `sha256` of the whole (64 hex digits) are needed; `taken_at` "
    "(RFC 3339), `lon`, `lat` and `accuracy_m` may be told.",
)
_OFFSET = _header("Upload-Offset", _COUNT, "Where these bytes begin.")
_BODY = {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}

TUS = {"Tus-Resumable": _told({"type": "string"}, "The version of tus")}
PROGRESS = {
    **TUS,
    "Upload-Offset": _told(_COUNT, "Bytes that are here"),
    "Upload-Expires": _told({"type": "string"}, "When it is forgotten, if nothing more comes"),
    "Upload-Complete": _told({"type": "string", "const": "?1"}, "Only where the photo is kept"),
}
BEGUN = {**PROGRESS, "Location": _told({"type": "string"}, "The address of the upload")}
SEEN = {**PROGRESS, "Upload-Length": _told(_COUNT, "Bytes of the whole")}


_TELL = {
    "summary": "What of tus is spoken here",
    "tags": ["uploads"],
    "responses": {
        "204": {
            "description": "Version, extensions and greatest size",
            "headers": {
                **TUS,
                "Tus-Version": _told({"type": "string"}, "The versions that are spoken"),
                "Tus-Extension": _told({"type": "string"}, "The extensions that are spoken"),
                "Tus-Max-Size": _told(_COUNT, "Most bytes of a photo"),
            },
        }
    },
}
_SEE = {
    "summary": "How far an upload is",
    "tags": ["uploads"],
    "security": [{"bearer": []}],
    "responses": {
        "200": {"description": "Offset and length", "headers": SEEN},
        # Answers to HEAD have no body, so the reason stays unsaid.
        **{
            status: {"description": words}
            for status, words in {
                "401": "Signed out; nothing was lost",
                "404": "Gone, begin anew",
                "412": "Another tus version",
                "503": "The database is away for a moment",
                "507": "The server is full",
            }.items()
        },
    },
}


def describe(path: str, operations: dict[str, Any]) -> None:
    """Add what is sent to the operations of one address, and those that the framework does not tell of."""
    operations["options"] = copy.deepcopy(_TELL)
    if path != PREFIX:
        operations["head"] = copy.deepcopy(_SEE)
        place = next(iter(operations.values()))["parameters"][0]
        for method in ("options", "head"):
            operations[method]["parameters"] = [place]
        operations["options"]["responses"]["404"] = operations["patch"]["responses"]["404"]
    for method, operation in operations.items():
        parameters = operation.setdefault("parameters", [])
        if method != "options":
            parameters.append(_VERSION)
        if method == "post":
            parameters += [_LENGTH, _METADATA]
            operation["requestBody"] = {**_BODY, "required": False}
        elif method == "patch":
            parameters.append(_OFFSET)
            operation["requestBody"] = {**_BODY, "required": True}
