"""Pages of a survey's waves: planning one, opening and closing it, how it comes along, and what is noted beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from babel.dates import get_day_names
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.i18n import today
from app.models.questionnaires import QuestionnaireVersion
from app.models.surveys import Channel, Survey, Wave
from app.permissions import At, Permission
from app.resident_words import direction, html_language, language_name
from app.services import surveys, wave_openings, wave_plans
from app.services.survey_counts import progress, steps
from app.services.survey_previews import preview_address
from app.services.wave_plans import Slot, WavePlan
from app.services.waves import Phase, last_day, phase, takes_late
from app.views.access import actor, signed_in
from app.views.survey_words import count_words, language_words, module_words, phase_look, phase_words, said
from app.views.surveys import blueprint
from app.words import word
from forms.faults import show_faults
from forms.questionnaire import parts
from forms.questionnaire.definition import Definition
from forms.questionnaire.shipped import CORE, PROBLEM_ROWS
from forms.questionnaire.unreviewed import unreviewed
from forms.surveys import EventForm
from forms.wave_plans import Population, WaveForm, typed_margins, typed_quotas

"""What reading a question and choosing an answer takes; a guide for whoever plans, not a promise to who answers."""


@blueprint.route("/<slug>/ny-matomgang", methods=["GET", "POST"])
@signed_in
def plan_wave(slug: str) -> ResponseReturnValue:
    """Plan the next wave of a survey."""
    survey = surveys.load_survey(actor(), slug, Permission.COORDINATE)
    form, typed = WaveForm(data=_proposed(survey)), _typed(survey.waves[-1] if survey.waves else None)
    _offer(form, survey)
    if form.validate_on_submit():
        plan = _plan(form)
        if plan is not None:
            try:
                wave = wave_plans.plan_wave(actor(), slug, plan, form.key())
            except InvalidInputError as error:
                show_faults(form, error.errors)
            else:
                flash(_("The wave is planned. Try it, then open it."), "success")
                return redirect(url_for("surveys.show_wave", wave_id=wave.id))
    elif not form.is_submitted():
        form.wave_id.data = str(uuid4())
    return _plan_page(form, survey, typed)


@blueprint.route("/matomgang/<uuid:wave_id>/andra", methods=["GET", "POST"])
@signed_in
def change_wave(wave_id: UUID) -> ResponseReturnValue:
    """Plan a wave anew, before it opens."""
    wave = surveys.load_wave(actor(), wave_id, Permission.COORDINATE)
    if wave.opened_at is not None:
        raise wave_plans.WaveOpenedError
    form = WaveForm(data=_shown(wave))
    _offer(form, wave.survey)
    if not form.is_submitted():
        form.base_on(wave_plans.version_of(wave))
    elif form.validate_on_submit():
        plan = _plan(form)
        if plan is not None:
            try:
                wave_plans.change_plan(actor(), wave_id, plan, version=form.based_on())
            except ChangedMeanwhileError:
                form.tell_changed_meanwhile()
                form.base_on(wave_plans.version_of(wave))
            except InvalidInputError as error:
                show_faults(form, error.errors)
            else:
                flash(_("Saved."), "success")
                return redirect(url_for("surveys.show_wave", wave_id=wave_id))
    return _plan_page(form, wave.survey, _typed(wave), wave)


@blueprint.get("/matomgang/<uuid:wave_id>")
@signed_in
def show_wave(wave_id: UUID) -> ResponseReturnValue:
    """Show a wave: how it comes along, what it asks, and what happened meanwhile."""
    return _wave_page(surveys.load_wave(actor(), wave_id), EventForm(formdata=None, day=today()))


@blueprint.route("/matomgang/<uuid:wave_id>/oppna", methods=["GET", "POST"])
@signed_in
def open_wave(wave_id: UUID) -> ResponseReturnValue:
    """Show what will stand from now on, then open the wave."""
    wave = surveys.load_wave(actor(), wave_id, Permission.COORDINATE)
    if request.method == "POST":
        wave_openings.open_wave(actor(), wave_id)
        flash(
            _("The wave is open.") if wave.opens_on <= today() else _("The wave opens by itself."), "success"
        )
        return redirect(url_for("surveys.show_wave", wave_id=wave_id))
    if wave.opened_at is not None:
        raise wave_plans.WaveOpenedError
    definition = wave_openings.to_be_asked(wave)
    return render_template(
        "surveys/open.html",
        wave=wave,
        measures=wave_openings.measures_asked(definition),
        said=lambda text: said(text, definition),
        unreviewed=unreviewed(definition),
        language_words=language_words,
        **_length(definition),
    )


@blueprint.route("/matomgang/<uuid:wave_id>/stang", methods=["GET", "POST"])
@signed_in
def close_wave(wave_id: UUID) -> ResponseReturnValue:
    """End a wave before its last day."""
    wave = surveys.load_wave(actor(), wave_id, Permission.COORDINATE)
    if request.method == "POST":
        wave_openings.close_wave(actor(), wave_id)
        flash(_("The wave is closed."), "success")
        return redirect(url_for("surveys.show_wave", wave_id=wave_id))
    return render_template("surveys/close.html", wave=wave, progress=progress(wave), count_words=count_words)


@blueprint.get("/matomgang/<uuid:wave_id>/oversattningar")
@signed_in
def translations(wave_id: UUID) -> ResponseReturnValue:
    """List the words that no human has reviewed, language by language."""
    wave = surveys.load_wave(actor(), wave_id)
    definition = wave_openings.to_be_asked(wave)
    return render_template(
        "surveys/translations.html",
        wave=wave,
        unreviewed=unreviewed(definition),
        language_name=language_name,
        html_language=html_language,
        direction=direction,
    )


@blueprint.post("/matomgang/<uuid:wave_id>/handelser")
@signed_in
def note_event(wave_id: UUID) -> ResponseReturnValue:
    """Note something that may colour the answers."""
    wave = surveys.load_wave(actor(), wave_id, Permission.COORDINATE)
    form = EventForm()
    if form.validate_on_submit():
        assert form.day.data is not None
        try:
            wave_plans.note_event(actor(), wave_id, form.day.data, form.words.data or "")
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            return redirect(url_for("surveys.show_wave", wave_id=wave_id) + "#events")
    return _wave_page(wave, form), 422


@blueprint.post("/matomgang/<uuid:wave_id>/handelser/<uuid:event_id>/ta-bort")
@signed_in
def strike_event(wave_id: UUID, event_id: UUID) -> ResponseReturnValue:
    """Take a note back."""
    wave_plans.strike_event(actor(), wave_id, event_id)
    return redirect(url_for("surveys.show_wave", wave_id=wave_id) + "#events")


def _wave_page(wave: Wave, form: EventForm) -> str:
    definition = wave_openings.to_be_asked(wave)
    return render_template(
        "surveys/wave.html",
        wave=wave,
        phase=phase(wave, today()),
        last_day=last_day(wave),
        Phase=Phase,
        # Once they are told the results say how many came how; both together would tell the few.
        progress=progress(wave) if takes_late(wave, today()) else None,
        weekdays=_weekdays(),
        slots=_slots(),
        form=form,
        coordinates=actor().may(Permission.COORDINATE, At(wave.survey.site_id)),
        interviews=actor().may(Permission.INTERVIEW, At(wave.survey.site_id)),
        may_ask=phase(wave, today()) is Phase.OPEN
        and Channel.INTERVIEW in wave.channels
        and actor().may(Permission.INTERVIEW, At(wave.survey.site_id)),
        preview=preview_address(wave.survey),
        definition=definition,
        said=lambda text: said(text, definition),
        module_words=module_words,
        unreviewed=unreviewed(definition),
        language_words=language_words,
        days_left=(wave.closes_on - today()).days + 1,
        count_words=count_words,
        steps=steps,
        phase_words=phase_words,
        phase_look=phase_look,
        **_length(definition),
    )


def _length(definition: Definition) -> dict[str, int]:
    return {"answers": parts.answers_asked(definition, ()), "minutes": parts.minutes_asked(definition)}


def _plan_page(
    form: WaveForm, survey: Survey, typed: dict[str, str], wave: Wave | None = None
) -> ResponseReturnValue:
    definition = _definition(form, survey)
    rows = min(PROBLEM_ROWS, len(parts.core_rows(definition)))
    return render_template(
        "surveys/plan.html",
        form=form,
        survey=survey,
        wave=wave,
        typed=request.form if form.is_submitted() else typed,
        weekdays=_weekdays(),
        slots=_slots(),
        asked={question.name: said(question.label, definition) for question in definition.questions()},
        in_modules={
            module: [said(question.label, definition) for question in questions]
            for module, questions in parts.modules(definition).items()
        },
        core=parts.answers_asked(definition, [*parts.modules(definition), *_names_of_rows(definition)])
        + rows,
        rows=rows,
        most=CORE,
    ), 422 if form.errors else 200


def _offer(form: WaveForm, survey: Survey) -> None:
    form.slots = tuple(Slot)
    versions = survey.questionnaire.versions
    form.questionnaire.choices = [
        (str(one.id), "") for one in versions
    ]  # so that the chosen one can be read first
    definition = _definition(form, survey)
    form.offer(
        [(str(one.id), _version_words(one)) for one in reversed(versions)],
        [(channel.value, word(channel)) for channel in Channel],
        [(row.name, said(row.label, definition)) for row in parts.core_rows(definition)],
        [(module, module_words(module)) for module in parts.modules(definition)],
    )
    form.populations = [
        Population(
            question.name,
            said(question.label, definition),
            [
                (choice.name, said(choice.label, definition))
                for choice in question.choices
                if choice.name in parts.population_choices(question)
            ],
        )
        for question in parts.weighable(definition)
    ]


def _definition(form: WaveForm, survey: Survey) -> Definition:
    """What the version chosen in the form can ask."""
    chosen = next(
        (one for one in survey.questionnaire.versions if str(one.id) == form.questionnaire.data),
        surveys.newest_version(survey.questionnaire),
    )
    return Definition.model_validate(chosen.definition)


def _version_words(version: QuestionnaireVersion) -> str:
    return str(_("Version %(number)s", number=version.number))


def _plan(form: WaveForm) -> WavePlan | None:
    quotas, margins = form.quotas(request.form), form.margins(request.form)
    if form.form_errors:
        return None
    assert form.opens_on.data is not None
    assert form.closes_on.data is not None
    return WavePlan(
        name=form.name.data or "",
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
        version_id=form.version_id(),
        left_out=form.left_out(),
        channels=tuple(Channel(one) for one in form.channels.data or ()),
        target=form.target.data,
        margins=margins,
        quotas={(weekday, Slot(slot)): wanted for (weekday, slot), wanted in quotas.items()},
    )


def _proposed(survey: Survey) -> dict[str, Any]:
    """What a plan begins with: as in the wave before, since only like waves are compared."""
    definition = surveys.asked_by(survey)
    if survey.waves:
        last = survey.waves[-1]
        return _shown(last) | {"name": _("Follow-up %(number)s", number=last.number), **_next_days(survey)}
    return {
        "name": _("Baseline"),
        "questionnaire": str(surveys.newest_version(survey.questionnaire).id),
        "channels": [survey.main_channel.value] if survey.main_channel else [],
        "rows": _names_of_rows(definition)[:PROBLEM_ROWS],
        "modules": [],
        **_next_days(survey),
    }


def _next_days(survey: Survey) -> dict[str, Any]:
    opens, closes = wave_plans.proposed_days(survey)
    return {"opens_on": opens, "closes_on": closes}


def _shown(wave: Wave) -> dict[str, Any]:
    definition = Definition.model_validate(wave.version.definition)
    return {
        "name": wave.name,
        "opens_on": wave.opens_on,
        "closes_on": wave.closes_on,
        "questionnaire": str(wave.version_id),
        "channels": list(wave.channels),
        "rows": [name for name in _names_of_rows(definition) if name not in wave.left_out],
        "modules": [name for name in parts.modules(definition) if name not in wave.left_out],
        "target": wave.target,
    }


def _typed(wave: Wave | None) -> dict[str, str]:
    if wave is None:
        return {}
    quotas = typed_quotas((one.weekday, one.slot, one.wanted) for one in wave.quotas)
    return quotas | typed_margins(wave.margins)


def _names_of_rows(definition: Definition) -> list[str]:
    return [row.name for row in parts.core_rows(definition)]


def _weekdays() -> list[str]:
    names = get_day_names("abbreviated", locale=get_locale())
    return [names[number].rstrip(".") for number in range(7)]


def _slots() -> list[tuple[str, str]]:
    words = {
        Slot.MORNING: _("Morning 6–10"),
        Slot.DAY: _("Daytime 10–16"),
        Slot.EVENING: _("Evening 16–21"),
        Slot.NIGHT: _("Night 21–6"),
    }
    return [(slot.value, str(words[slot])) for slot in Slot]
