"""Pages of surveys: which there are, creating one, what is fixed before its baseline, and how many answers it takes."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.i18n import today
from app.models.surveys import Channel, Survey
from app.permissions import At, Permission
from app.services import surveys
from app.services.sites import list_sites
from app.services.survey_counts import progress
from app.services.survey_previews import answering_path
from app.services.surveys import Fixed
from app.services.waves import Phase, last_day, phase
from app.statistics.sample_size import for_change, margin_of
from app.views.access import actor, signed_in
from app.views.survey_words import MeasureWords, count_words, measure_words, phase_look, phase_words
from app.words import word
from forms.faults import show_faults
from forms.surveys import FixForm, NewSurveyForm, SampleSizeForm

blueprint = Blueprint("surveys", __name__, url_prefix="/enkater")


@blueprint.get("")
@signed_in
def list_surveys() -> ResponseReturnValue:
    """List the surveys by site, each with where it stands."""
    return render_template(
        "surveys/list.html",
        surveys=surveys.list_surveys(actor()),
        current=current_wave,
        phase_words=phase_words,
        phase_look=phase_look,
    )


@blueprint.route("/ny", methods=["GET", "POST"])
@signed_in
def create() -> ResponseReturnValue:
    """Create a survey at a site."""
    sites = [one for one in list_sites(actor()) if actor().may(Permission.COORDINATE, At(one.id))]
    form = NewSurveyForm(site=request.args.get("plats"))
    form.offer(
        [(one.slug, one.name) for one in sites],
        [(str(one.id), one.title) for one in surveys.list_questionnaires()],
    )
    if form.validate_on_submit():
        try:
            survey = surveys.create_survey(
                actor(), form.site.data, form.questionnaire_id(), form.address.data or ""
            )
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("The survey is created. Decide now what it is to measure."), "success")
            return redirect(url_for("surveys.show", slug=survey.slug))
    return render_template("surveys/new.html", form=form, sites=sites), 422 if form.errors else 200


@blueprint.get("/hur-manga-svar")
@signed_in
def sample_size() -> ResponseReturnValue:
    """Say how many answers it takes to see a change."""
    form = SampleSizeForm(request.args if request.args else None)
    needed: int | None = None
    if form.validate():
        change, before, deff = (
            float(field.data or Decimal()) for field in (form.change, form.before, form.deff)
        )
        rise = change if before + change < 100 else -change
        try:
            needed = for_change(rise / 100, before=before / 100, deff=deff)
        except ValueError:
            form.change.errors = [_("A share cannot change by so much.")]
    status = 422 if request.args and form.errors else 200
    return render_template(
        "surveys/sample_size.html", form=form, needed=needed, margin=_points(needed, form)
    ), status


@blueprint.get("/<slug>")
@signed_in
def show(slug: str) -> ResponseReturnValue:
    """Show a survey: what was fixed, its waves, and what comes next."""
    survey = surveys.load_survey(actor(), slug)
    return render_template(
        "surveys/show.html",
        survey=survey,
        address=answering_path(survey),
        fixed=surveys.is_fixed(survey),
        measures=_measures(survey),
        days=surveys.opening_days(survey),
        comparison=_comparison(survey),
        next_opening=surveys.next_opening(survey),
        coordinates=actor().may(Permission.COORDINATE, At(survey.site_id)),
        progress={wave.id: progress(wave) for wave in survey.waves if wave.opened_at},
        count_words=count_words,
        last_day=last_day,
        phase_words=phase_words,
        phase_look=phase_look,
    )


@blueprint.route("/<slug>/huvudmatt", methods=["GET", "POST"])
@signed_in
def fix(slug: str) -> ResponseReturnValue:
    """Decide what may be called a change, before anybody answers."""
    survey = surveys.load_survey(actor(), slug, Permission.COORDINATE)
    if surveys.is_fixed(survey):
        raise surveys.PlanFixedError
    form = _fix_form(survey)
    if form.validate_on_submit():
        fixed = Fixed(
            measures=tuple(form.measures.data or ()),
            channel=Channel(form.channel.data) if form.channel.data else None,
            days=form.days(),
            comparison_id=form.comparison_id(),
        )
        try:
            surveys.fix_plan(actor(), slug, fixed)
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("Saved. It stands from the day on which the baseline opens."), "success")
            return redirect(url_for("surveys.show", slug=slug))
    definition = surveys.asked_by(survey)
    asks = {one.name: measure_words(one, definition).asks for one in surveys.measurable(survey)}
    return render_template(
        "surveys/fix.html", form=form, survey=survey, asks=asks
    ), 422 if form.errors else 200


def current_wave(survey: Survey) -> object:
    """The wave that a survey is at: the open one, else the next, else the last."""
    for wanted in (Phase.OPEN, Phase.PLANNED):
        found = next((wave for wave in survey.waves if phase(wave, today()) is wanted), None)
        if found is not None:
            return found
    return survey.waves[-1] if survey.waves else None


def _fix_form(survey: Survey) -> FixForm:
    form = FixForm(
        measures=survey.main_measures,
        channel=survey.main_channel,
        comparison=str(survey.comparison_id or ""),
    )
    definition = surveys.asked_by(survey)
    form.offer(
        [(one.name, measure_words(one, definition).row) for one in surveys.measurable(survey)],
        [(channel.value, word(channel)) for channel in Channel],
        [
            (str(one.id), f"{one.site.name} (/enkat/{one.slug})")
            for one in surveys.comparable_with(actor(), survey)
        ],
    )
    if not form.is_submitted():
        form.show_days(surveys.opening_days(survey))
    return form


def _measures(survey: Survey) -> list[MeasureWords]:
    definition = surveys.asked_by(survey)
    return [
        measure_words(one, definition)
        for one in surveys.measurable(survey)
        if one.name in survey.main_measures
    ]


def _comparison(survey: Survey) -> Survey | None:
    """The survey compared with, where the reader may see it."""
    return next((one for one in surveys.list_surveys(actor()) if one.id == survey.comparison_id), None)


def _points(needed: int | None, form: SampleSizeForm) -> float | None:
    if needed is None:
        return None
    return 100 * margin_of(needed, deff=float(form.deff.data or 1))
