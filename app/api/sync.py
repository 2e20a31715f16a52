"""POST /api/v1/sync: everything a phone did, each operation with an outcome of its own."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from apiflask import APIBlueprint
from flask import jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.access import api_actor, by_token
from app.api.answers import SyncAnswer
from app.api.document import refuses, says
from app.api.operations import MOST_OPERATIONS, Envelope, Frame, faults_of, read_data
from app.errors import N_, FieldError, InvalidInputError, PlatskollenError
from app.i18n import gettext_plain
from app.models.operations import Outcome
from app.services import syncs
from app.services.syncs import Asked, Result
from forms.text import clean

MOST_BYTES = 16 * 1024 * 1024
DEEPEST = 8
"""Levels of lists and objects in an operation; what the deepest needs is 4."""

blueprint = APIBlueprint("sync", __name__, url_prefix="/api/v1", tag="sync")


class MalformedJsonError(PlatskollenError):
    """The body is no JSON in UTF-8."""

    code = "malformed_json"
    title = N_("This is not JSON")
    message = N_("Nothing was saved. Send the operations as JSON in UTF-8.")


class NotJsonError(PlatskollenError):
    """The body says that it is something else than JSON."""

    code = "not_json"
    status = 415
    title = N_("This is not JSON")
    message = N_("Nothing was saved. Send the operations as application/json.")


class TooManyOperationsError(PlatskollenError):
    """More operations, or more bytes of them, than one request may carry."""

    code = "too_many_operations"
    status = 413
    title = N_("That was too much at once")
    message = N_("Nothing was saved. Send at most 500 operations at a time.")


class TooDeepError(ValueError):
    """An operation is nested deeper than any that means something."""


_TOO_DEEP = FieldError("data", "too_deep", N_("This does not have the form that it should."))
_ESCAPED = re.compile(r"\\(u0000|u[dD][89a-fA-F]|r)")
"""What `clean` takes out of text can stand in JSON as an escape only."""
_envelope = TypeAdapter(Envelope)
_frame = TypeAdapter(Frame)


@blueprint.post("/sync")
@blueprint.doc(
    summary="Send what a phone did",
    security="bearer",
    responses={
        200: says("One result per operation, in order", SyncAnswer),
        **refuses(
            {
                400: "No JSON",
                403: "With a session, from a page of somebody else",
                413: "More than 500 operations, or too many bytes",
                415: "Not application/json",
                422: "Not a request of this form",
            }
        ),
    },
)
@by_token
def sync() -> ResponseReturnValue:
    """Take in operations; one that cannot be taken stops no other."""
    received = datetime.now(UTC)
    actor = api_actor()
    body, plain = _body()
    try:
        envelope = _envelope.validate_python(body)
    except ValidationError as error:
        raise InvalidInputError(*faults_of(error)) from error
    if len(envelope.operations) > MOST_OPERATIONS:
        raise TooManyOperationsError
    asked = [_read(raw, actor.user_id, plain) for raw in envelope.operations]
    done = iter(
        syncs.apply(
            actor,
            envelope.device_id,
            [one for one in asked if isinstance(one, Asked)],
            sent_at=_moment(envelope.sent_at),
            received=received,
        )
    )
    results = [next(done) if isinstance(one, Asked) else one for one in asked]
    return jsonify(server_time=received.isoformat(), results=[_show(one) for one in results])


def _body() -> tuple[Any, bool]:
    """The JSON that was sent, and whether all its text can be stored as it is."""
    if not request.is_json:
        raise NotJsonError
    request.max_content_length = MOST_BYTES
    try:
        text = request.get_data().decode("utf-8")
        return json.loads(text), _ESCAPED.search(text) is None
    except RequestEntityTooLarge as error:
        raise TooManyOperationsError from error
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError from error


def _read(raw: Any, caller: Any, plain: bool) -> Asked | Result:
    """One operation as it can be asked for; a refusal where it cannot even be named."""
    try:
        if plain:
            _check_depth(raw, DEEPEST)
        frame = _frame.validate_python(raw if plain else _cleaned(raw, DEEPEST))
    except (ValidationError, TooDeepError) as error:
        name = raw.get("id") if isinstance(raw, dict) else None
        faults = faults_of(error) if isinstance(error, ValidationError) else (_TOO_DEEP,)
        return Result(
            clean(name)[:64] if isinstance(name, str) else None,
            Outcome.REJECTED,
            errors=syncs.kept_errors(faults),
        )
    actor_id = frame.actor or caller
    data, faults = read_data(frame.type, frame.data)
    body = (str(actor_id), frame.type, str(frame.object_id), frame.base_version, frame.at, raw.get("data"))
    return Asked(
        id=frame.id,
        type=frame.type,
        object_id=frame.object_id,
        actor_id=actor_id,
        base_version=frame.base_version,
        claimed=_moment(frame.at),
        body_hash=hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(),
        data=data or {},
        faults=faults,
    )


def _check_depth(value: Any, deep: int) -> None:
    """Raise TooDeepError where lists and objects lie in each other beyond `deep` levels."""
    if not isinstance(value, dict | list):
        return
    if deep == 0:
        raise TooDeepError
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            _check_depth(one, deep - 1)


def _cleaned(value: Any, deep: int) -> Any:
    """JSON without what a database or UTF-8 cannot hold; raises TooDeepError beyond `deep` levels."""
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, dict | list):
        return value
    if deep == 0:
        raise TooDeepError
    if isinstance(value, dict):
        return {clean(name): _cleaned(one, deep - 1) for name, one in value.items()}
    return [_cleaned(one, deep - 1) for one in value]


def _moment(text: str) -> datetime | None:
    """A moment in UTC; one without a zone is taken as UTC, one that cannot be read is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _show(result: Result) -> dict[str, Any]:
    shown = {
        "id": result.id,
        "outcome": result.outcome,
        "version": result.version,
        "errors": [
            {
                "field": fault["field"],
                "code": fault["code"],
                "message": gettext_plain(fault["message"], fault["values"]),
            }
            for fault in result.errors
        ],
        "current": result.current,
    }
    return shown if result.original is None else {**shown, "original": result.original}
