"""What the OpenAPI document says of a sync request, with the data of every operation."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Field, create_model
from pydantic.json_schema import models_json_schema

from app.api.operations import DATA, MOST_OPERATIONS, Envelope, Frame

REQUEST = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SyncRequest"}}},
}


def schemas(places: str) -> dict[str, Any]:
    """The schemas of a request and of all in it, by name."""
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
    told_apart: Any = Annotated[any_kind, Field(discriminator="type")]
    many: Any = list[told_apart]
    request = create_model(
        "SyncRequest", __base__=Envelope, operations=(many, Field(max_length=MOST_OPERATIONS))
    )
    wanted: Any = [(request, "validation")]
    found: dict[str, Any] = models_json_schema(wanted, ref_template=places)[1]["$defs"]
    return found
