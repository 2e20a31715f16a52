"""Opening a wave: what it asks is worked out from its plan and stands from then on. And ending it before its day."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from app.db import change, now, session
from app.errors import N_, PlatskollenError
from app.i18n import today
from app.models.surveys import Wave
from app.permissions import Actor, Permission
from app.services.noticed_measures import measures_since
from app.services.surveys import load_wave
from app.services.wave_plans import WaveOpenedError
from app.services.waves import Phase, definition_of, phase
from forms.questionnaire.definition import MEASURES, Choice, Definition
from forms.questionnaire.sheets import Sheets
from forms.questionnaire.xlsform import Converted, convert


class WaveOverError(PlatskollenError):
    """The last day of a planned wave has passed."""

    code = "wave_over"
    status = 409
    title = N_("The last day of this wave has passed")
    message = N_("Nobody could answer any more. Change its days, then open it.")


class WaveNotOpenError(PlatskollenError):
    """Only what has opened can be closed."""

    code = "wave_not_open"
    status = 409
    title = N_("This wave is not open")
    message = N_("Only a wave that has opened can be closed, and only once.")


def to_be_asked(wave: Wave) -> Definition:
    """What a wave asks, or would ask if it opened now."""
    return definition_of(wave.id) if wave.opened_at is not None else _converted(wave).definition


def what_would_be_asked(wave_id: UUID) -> Definition:
    """What a wave would ask if it opened now, for whoever tries it; worked out anew each time."""
    return _converted(session().get_one(Wave, wave_id)).definition


def measures_asked(definition: Definition) -> list[Choice]:
    """The remedies that people are asked whether they have noticed."""
    return [
        choice
        for question in definition.questions()
        if question.choice_list == MEASURES
        for choice in question.choices
        if choice.name != _NONE_OF_THESE
    ]


def open_wave(actor: Actor, wave_id: UUID) -> Wave:
    """Open a wave for its days; the questions, the plan of the survey and the version of its wording stand from now on.

    One that was to open earlier opens today; one whose first day is to come opens by itself then. Raises
    WaveOpenedError, WaveOverError.
    """
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    with change(actor, None) as opening:
        if wave.opened_at is not None:
            raise WaveOpenedError
        if wave.closes_on < today():
            raise WaveOverError
        converted = _converted(wave)
        wave.definition = converted.definition.model_dump(mode="json")
        wave.xform = converted.xform
        wave.opens_on = max(wave.opens_on, today())
        wave.opened_at = now()
        if wave.version.frozen_at is None:
            wave.version.frozen_at = now()
        opening.record(
            "wave.opened",
            wave.id,
            survey=wave.survey_id,
            version=wave.version.number,
            left_out=wave.left_out,
            measures=[choice.name for choice in measures_asked(converted.definition)],
        )
    return wave


def close_wave(actor: Actor, wave_id: UUID) -> Wave:
    """End a wave that has opened, before its last day; raises WaveNotOpenError."""
    wave = load_wave(actor, wave_id, Permission.COORDINATE)
    with change(actor, "wave.closed", wave.id):
        if wave.opened_at is None or phase(wave, today()) is Phase.CLOSED:
            raise WaveNotOpenError
        wave.closed_at = now()
    return wave


_NONE_OF_THESE = "none_of_these"


def _converted(wave: Wave) -> Converted:
    sheets = Sheets.model_validate(wave.version.sheets)
    whole = Definition.model_validate(wave.version.definition)
    measures = _measures(wave, whole.languages)
    gone = set(wave.left_out)
    if not measures:
        gone |= {question.name for question in whole.questions() if question.choice_list == MEASURES}
    return convert(sheets, left_out=gone, measures=measures)


def _measures(wave: Wave, languages: tuple[str, ...]) -> list[Choice]:
    """The remedies since the wave before opened; none before a baseline, which has nothing behind it."""
    before = select(func.max(Wave.opened_at)).where(
        Wave.survey_id == wave.survey_id, Wave.number < wave.number
    )
    since = session().scalar(before)
    return measures_since(wave.survey.site_id, since, languages) if since is not None else []
