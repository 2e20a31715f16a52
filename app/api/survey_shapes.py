"""What is asked on the spot: the shapes that an interviewer's phone takes along, sends, and is answered with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import models_json_schema

from app.api.answers import Fault, Place
from app.api.operations import Moment
from app.services.wave_plans import Slot
from forms.questionnaire.definition import Definition

MOST_RESPONSES = 100


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class QuotaOfSlot(_Shape):
    """Interviews wanted and made in one part of a weekday (0: Monday); `made` are those that have arrived."""

    weekday: int
    slot: Slot
    wanted: int
    made: int


class WaveToAsk(_Shape):
    """An open wave that may be asked on the spot, with all that it asks and the places that can be chosen."""

    id: UUID
    slug: str
    """Its page: /enkat/<slug>."""
    site: str
    name: str
    closes_on: date
    """The last day that it is asked."""
    minutes: int
    """How long it takes to answer all of it."""
    quotas: list[QuotaOfSlot]
    places: list[Place]
    definition: Definition


class SurveysToAsk(_Shape):
    """The open waves that this person may ask, and who that is."""

    user_id: UUID
    waves: list[WaveToAsk]


class ResponseOutcome(_Shape):
    """What became of one response. `unexpected` among the errors: a fault of ours, send it again later."""

    id: str | None
    outcome: Literal["taken", "already", "rejected"]
    errors: list[Fault]


class ResponsesAnswer(_Shape):
    """One result per response, in order."""

    results: list[ResponseOutcome]


class InterviewMade(_Shape):
    """One person's answers: name of a question → answer, name of a repeat → the answers of each turn."""

    id: UUID
    """Made by the phone, by chance: sent twice, it is taken once."""
    wave_id: UUID
    answers: dict[str, Any]
    language: Annotated[str, StringConstraints(max_length=20)]
    at: Moment


class ResponsesFrame(_Shape):
    """A request before its responses are looked at, each by itself."""

    sent_at: Moment = ""
    """What the phone's clock shows: its hours are set right by it."""
    responses: Annotated[list[Any], Field(max_length=MOST_RESPONSES)]


class ResponsesRequest(ResponsesFrame):
    """Responses as a phone sends them."""

    responses: Annotated[list[InterviewMade], Field(max_length=MOST_RESPONSES)]


REQUEST = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ResponsesRequest"}}},
}


def schemas(places: str) -> dict[str, Any]:
    """The schemas of requests and answers, by name."""
    wanted: Any = [
        (SurveysToAsk, "serialization"),
        (ResponsesAnswer, "serialization"),
        (ResponsesRequest, "validation"),
    ]
    found: dict[str, Any] = models_json_schema(wanted, ref_template=places)[1]["$defs"]
    return found
