"""The OpenAPI document: what every interface answers and refuses, in one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api import survey_shapes, sync_document, upload_document
from app.api.answers import ANSWERS, Problem

_PLACES = "#/components/schemas/{model}"
_ALWAYS = {
    401: "Signed out; nothing was lost",
    503: "The database or the storage is away for a moment",
    507: "The server is full",
}
"""May come from any interface."""
_PARAMETERS: dict[str, dict[str, Any]] = {
    "walk_id": {"type": "string", "format": "uuid"},
    "upload_id": {"type": "string", "format": "uuid"},
    "slug": {"type": "string", "pattern": "^[^/]+$"},
    "z": {"type": "integer", "minimum": 0},
    "x": {"type": "integer", "minimum": 0},
    "y": {"type": "integer", "minimum": 0},
}


def says(
    words: str,
    model: type[BaseModel] | None = None,
    media_type: str = "application/json",
    headers: Mapping[str, Any] | None = None,
) -> Any:
    """An answer for the document: of this model, one of ANSWERS, or without content."""
    content = {media_type: {"schema": _place(model)}} if model else {}
    return {"description": words, "content": content, "headers": dict(headers or {})}


def refuses(words: Mapping[int, str] | None = None) -> dict[int | str, Any]:
    """The refusals of an interface for the document, by status, besides those that any may give."""
    return {
        status: says(why, Problem, "application/problem+json")
        for status, why in sorted({**_ALWAYS, **(words or {})}.items())
    }


def describe(spec: Any) -> Any:
    """Complete the document that the routes have begun."""
    wanted: Any = [(model, "serialization") for model in ANSWERS]
    _, schemas = models_json_schema(wanted, ref_template=_PLACES)
    components = spec.setdefault("components", {}).setdefault("schemas", {})
    components.update(schemas["$defs"])
    components.update(sync_document.schemas(_PLACES))
    components.update(survey_shapes.schemas(_PLACES))
    for path, operations in spec["paths"].items():
        if path.startswith(upload_document.PREFIX):
            upload_document.describe(path, operations)
        for operation in operations.values():
            if "security" in operation:
                operation["security"] = [{"bearer": []}, {"session": []}]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["schema"] = _PARAMETERS[parameter["name"]]
    spec["paths"]["/api/v1/sync"]["post"]["requestBody"] = sync_document.REQUEST
    spec["paths"]["/api/v1/responses"]["post"]["requestBody"] = survey_shapes.REQUEST
    return spec


def _place(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _PLACES.format(model=model.__name__)}
