"""The receipt of a walk: what of it the server has."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from apiflask import APIBlueprint
from flask import jsonify
from flask.typing import ResponseReturnValue

from app.api.access import api_actor, by_token
from app.api.answers import Receipt
from app.api.document import refuses, says
from app.services.receipts import make_receipt

blueprint = APIBlueprint("receipts", __name__, url_prefix="/api/v1/walks", tag="walks")


@blueprint.get("/<uuid:walk_id>/receipt")
@blueprint.doc(
    summary="What the server has of a walk, and which photos are missing",
    security="bearer",
    responses={
        200: says("Counts and missing hashes", Receipt),
        **refuses({404: "There is none, or it is not yours to see"}),
    },
)
@by_token
def receipt(walk_id: UUID) -> ResponseReturnValue:
    """Counts of findings and photos, and the hashes of photos that were announced and have not come."""
    answer = jsonify(asdict(make_receipt(api_actor(), walk_id)))
    answer.headers["Cache-Control"] = "no-store"
    return answer
