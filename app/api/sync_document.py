"""What the OpenAPI document says of sync: the request with the data of every operation, and the answers."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import Field, create_model
from pydantic.json_schema import models_json_schema

from app.api.operations import DATA, MOST_OPERATIONS, Envelope, Frame, Problem, SyncAnswer


def describe(spec: Any) -> Any:
    """Write the request and the answers into the OpenAPI document, with the data of every operation."""
    kinds = [
        create_model(
            f"{data.__name__}Operation",
            __base__=Frame,
            type=(cast(Any, Literal[name]), ...),
            data=(data, Field(description=data.__doc__)),
        )
        for name, data in DATA.items()
    ]
    any_kind: Any = kinds[0]
    for kind in kinds[1:]:
        any_kind = any_kind | kind
    request_model = create_model(
        "SyncRequest",
        __base__=Envelope,
        operations=(list[any_kind], Field(max_length=MOST_OPERATIONS)),
    )
    wanted: Any = [(request_model, "validation"), (SyncAnswer, "serialization"), (Problem, "serialization")]
    names, schemas = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    spec.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
    operation = spec["paths"]["/api/v1/sync"]["post"]
    operation["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": names[request_model, "validation"]}},
    }
    problem = {"application/problem+json": {"schema": names[Problem, "serialization"]}}
    operation["responses"] = {
        "200": {
            "description": "One result per operation, in order",
            "content": {"application/json": {"schema": names[SyncAnswer, "serialization"]}},
        },
        **{
            status: {"description": words, "content": problem}
            for status, words in {
                "400": "No JSON",
                "401": "Signed out; everything stays on the phone",
                "403": "With a session, from a page of somebody else",
                "413": "More than 500 operations, or too many bytes",
                "415": "Not application/json",
                "422": "Not a request of this form",
            }.items()
        },
    }
    return spec
