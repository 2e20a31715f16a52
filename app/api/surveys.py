"""Surveys asked on the spot: what an interviewer's phone takes along, and the answers that it sends."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from apiflask import APIBlueprint
from flask import jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.access import api_actor, by_token
from app.api.document import refuses, says
from app.api.operations import faults_of
from app.api.survey_shapes import (
    MOST_RESPONSES,
    InterviewMade,
    ResponsesAnswer,
    ResponsesFrame,
    SurveysToAsk,
)
from app.api.sync import MalformedJsonError, NotJsonError
from app.errors import N_, FieldError, InvalidInputError, PlatskollenError
from app.i18n import gettext_plain
from app.models.surveys import Wave
from app.permissions import Actor
from app.services import interviews
from app.services.interviews import Interview
from app.services.responses import Outcome
from app.services.sites import place_names_near
from app.services.syncs import corrected
from app.services.wave_plans import Slot
from app.services.waves import definition_of
from app.views.compressed import compressed_json
from forms.questionnaire.parts import minutes_asked
from forms.text import clean

MOST_BYTES = 4 * 1024 * 1024

blueprint = APIBlueprint("api_surveys", __name__, url_prefix="/api/v1", tag="surveys")

_frame = TypeAdapter(ResponsesFrame)
_made = TypeAdapter(InterviewMade)


class TooManyResponsesError(PlatskollenError):
    """More responses, or more bytes of them, than one request may carry."""

    code = "too_many_responses"
    status = 413
    title = N_("That was too much at once")
    message = N_("Nothing was saved. Send at most 100 answers at a time.")


@blueprint.get("/surveys")
@blueprint.doc(
    summary="The open waves that one may ask on the spot, with their questions",
    security="bearer",
    responses={200: says("The waves", SurveysToAsk), 304: says("Not changed"), **refuses()},
)
@by_token
def surveys() -> ResponseReturnValue:
    """Give what an interviewer's phone takes along."""
    actor = api_actor()
    return compressed_json(
        {
            "user_id": str(actor.user_id),
            "waves": [_show_wave(wave) for wave in interviews.waves_to_ask(actor)],
        }
    )


@blueprint.post("/responses")
@blueprint.doc(
    summary="Send the interviews that a phone holds",
    security="bearer",
    responses={
        200: says("One result per response, in order", ResponsesAnswer),
        **refuses(
            {
                400: "No JSON",
                403: "With a session, from a page of somebody else",
                413: "More than 100 responses, or too many bytes",
                415: "Not application/json",
                422: "Not a request of this form",
            }
        ),
    },
)
@by_token
def responses() -> ResponseReturnValue:
    """Take in interviews; one that cannot be taken stops no other."""
    received = datetime.now(UTC)
    actor = api_actor()
    body = _body()
    try:
        frame = _frame.validate_python(body)
    except ValidationError as error:
        raise InvalidInputError(*faults_of(error)) from error
    sent_at = _moment(frame.sent_at)
    results = []
    for raw in frame.responses:
        try:
            made = _made.validate_python(raw)
        except ValidationError as error:
            name = raw.get("id") if isinstance(raw, dict) else None
            results.append(_refused(clean(name)[:64] if isinstance(name, str) else None, faults_of(error)))
            continue
        results.append(_take(actor, made, corrected(_moment(made.at), sent_at, received)))
    return jsonify(results=results)


def _body() -> Any:
    if not request.is_json:
        raise NotJsonError
    request.max_content_length = MOST_BYTES
    try:
        body = json.loads(request.get_data().decode("utf-8"))
    except RequestEntityTooLarge as error:
        raise TooManyResponsesError from error
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError from error
    responses = body.get("responses") if isinstance(body, dict) else None
    if isinstance(responses, list) and len(responses) > MOST_RESPONSES:
        raise TooManyResponsesError
    return body


def _take(actor: Actor, made: InterviewMade, at: datetime) -> dict[str, Any]:
    found = interviews.take_interview(
        actor,
        Interview(id=made.id, wave_id=made.wave_id, answers=made.answers, language=made.language, at=at),
    )
    if isinstance(found, Outcome):
        return {"id": str(made.id), "outcome": found.value, "errors": []}
    return _refused(str(made.id), found)


def _refused(name: str | None, errors: Iterable[FieldError]) -> dict[str, Any]:
    told = [
        {"field": one.field, "code": one.code, "message": gettext_plain(one.message, dict(one.values))}
        for one in errors
    ]
    return {"id": name, "outcome": "rejected", "errors": told}


def _moment(text: str) -> datetime | None:
    """A moment in UTC; one without a zone is taken as UTC, one that cannot be read is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _show_wave(wave: Wave) -> dict[str, Any]:
    site = wave.survey.site
    return {
        "id": str(wave.id),
        "slug": wave.survey.slug,
        "site": site.name,
        "name": wave.name,
        "closes_on": wave.closes_on.isoformat(),
        "minutes": minutes_asked(definition_of(wave.id)),
        "quotas": [
            {"weekday": one.weekday, "slot": one.slot, "wanted": one.wanted, "made": one.made}
            for one in sorted(wave.quotas, key=lambda one: (one.weekday, list(Slot).index(Slot(one.slot))))
        ],
        "places": [{"name": one.name, "lon": one.lon, "lat": one.lat} for one in place_names_near(site)],
        "definition": wave.definition,
    }
