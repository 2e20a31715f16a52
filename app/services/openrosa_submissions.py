"""What OpenRosa clients send back: a filled-in form, once, however often and in however many pieces it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from app.db import change, session
from app.errors import N_, FieldError, InvalidInputError, PlatskollenError
from app.i18n import today
from app.models.responses import Response, ResponseFile
from app.models.surveys import Channel
from app.permissions import Actor
from app.services.openrosa_forms import OFFERING, load_wave, version_of
from app.services.response_photos import PhotoRefusedError, keep_photo
from app.services.responses import ANYBODY, Outcome, Taken, TakenFile, take_response, unordered
from app.services.waves import definition_of, is_counted, last_day
from forms.questionnaire.filling import Filling
from forms.questionnaire.submissions import (
    Submission,
    SubmissionError,
    answers_in,
    photos_in,
    read_submission,
)


class BadSubmissionError(PlatskollenError):
    """What came is no form of OpenRosa's that can be read."""

    code = "bad_submission"
    status = 400
    title = N_("This is no filled-in form")
    message = N_(
        "Nothing was kept. The file xml_submission_file must be the form's XML, with an instanceID of its own."
    )


class SubmissionTooLongError(BadSubmissionError):
    """An XML that no questionnaire of ours fills."""

    code = "submission_too_long"
    status = 413
    title = N_("The filled-in form is too long")
    message = N_("Nothing was kept. Its XML is at most 256 kB; photos are sent beside it.")


class WrongVersionError(PlatskollenError):
    """The form was changed since the client fetched it."""

    code = "wrong_form_version"
    status = 409
    title = N_("The form is of another version")
    message = N_("Nothing was kept. Get the form anew from the server and fill it in again.")


class WaveOverError(PlatskollenError):
    """The wave has closed."""

    code = "wave_over"
    status = 409
    title = N_("The survey has closed")
    message = N_("Nothing was kept. Keep the form on the phone and ask the coordinator of the site.")


@dataclass(frozen=True)
class Received:
    """What became of a submission; `missing`: how many photos it announces that have not come yet."""

    outcome: Outcome
    missing: int


def take_submission(actor: Actor, xml: bytes, sent: Mapping[str, bytes]) -> Received:
    """Keep a filled-in form with the photos that came beside it, by name.

    Raises BadSubmissionError, NotFoundError, WrongVersionError, WaveOverError, InvalidInputError for a photo, and
    what `take_response` raises.
    """
    submission = _read(xml)
    wave = load_wave(actor, submission.form_id)
    response_id = unordered(submission.instance_id)
    over = is_counted(wave, today())
    if over and session().get(Response, response_id) is None:
        raise WaveOverError
    definition = definition_of(wave.id)
    if submission.version != version_of(wave.id):
        raise WrongVersionError
    answers = answers_in(definition, submission)
    announced = photos_in(definition, answers)
    if announced:
        # A photo of a question that is skipped is not kept either.
        announced = photos_in(definition, Filling(definition, answers).check().answers)
    photos = {name: _kept_photo(sent[name]) for _item, name in announced if name in sent}
    channel = next((one for one in OFFERING if one in wave.channels), Channel.OPENROSA)
    expected = [TakenFile(item, name, photos.get(name)) for item, name in announced]
    # A form says when it was filled in by a clock that nobody knows; it counts on the last day at the latest.
    day = min(today(), last_day(wave))
    taken = Taken(response_id, answers, channel, definition.languages[0], files=expected, given_on=day)
    outcome = Outcome.ALREADY if over else take_response(wave, taken)
    if not announced:
        return Received(outcome, 0)
    if outcome is Outcome.ALREADY:
        return Received(outcome, _complete(response_id, photos))
    return Received(outcome, len([name for _item, name in announced if name not in photos]))


def _complete(response_id: UUID, photos: Mapping[str, str]) -> int:
    """Keep what came in a later piece; returns how many photos are still to come."""
    with change(ANYBODY, None) as completing:
        awaited = (ResponseFile.response_id == response_id) & ResponseFile.sha256.is_(None)
        for name, sha256 in photos.items():
            completing.connection.execute(
                update(ResponseFile).where(awaited, ResponseFile.name == name).values(sha256=sha256)
            )
        return len(completing.connection.execute(select(ResponseFile.id).where(awaited)).all())


def _read(xml: bytes) -> Submission:
    try:
        return read_submission(xml)
    except SubmissionError as error:
        raise (SubmissionTooLongError if error.code == "too_long" else BadSubmissionError) from error


def _kept_photo(data: bytes) -> str:
    try:
        return keep_photo(data)
    except PhotoRefusedError as error:
        raise InvalidInputError(
            FieldError("photos", error.code, error.message, tuple(error.values.items()))
        ) from error
