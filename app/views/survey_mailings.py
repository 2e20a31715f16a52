"""How people come to a wave: its poster, letters with codes, paper forms, and the address for OpenRosa clients."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.errors import InvalidInputError
from app.i18n import today
from app.models.surveys import Channel
from app.permissions import At, Permission
from app.resident_words import html_language, language_name
from app.services import paper_forms, survey_letters, surveys
from app.services.survey_codes import count_codes
from app.services.survey_counts import steps
from app.services.survey_previews import answering_path
from app.services.waves import Phase, phase, takes_late
from app.views.access import actor, signed_in
from app.views.survey_words import count_words
from app.views.surveys import blueprint
from config import settings
from forms.faults import show_faults
from forms.survey_letters import LettersForm


@blueprint.get("/matomgang/<uuid:wave_id>/utskick")
@signed_in
def show_ways(wave_id: UUID) -> ResponseReturnValue:
    """Show how people come to the wave."""
    return _page(wave_id, LettersForm(formdata=None))


@blueprint.post("/matomgang/<uuid:wave_id>/brev.pdf")
@signed_in
def make_letters(wave_id: UUID) -> ResponseReturnValue:
    """Make the letters to a list of addresses, each with a code of its own."""
    form = LettersForm()
    if form.validate_on_submit():
        try:
            made = survey_letters.make_letters(actor(), wave_id, form.addresses.data.read())
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            return _pdf(made, "brev.pdf")
    return _page(wave_id, form), 422


@blueprint.get("/matomgang/<uuid:wave_id>/affisch-<paper>.pdf")
@signed_in
def make_poster(wave_id: UUID, paper: str) -> ResponseReturnValue:
    """Make a poster."""
    if paper not in survey_letters.PAPERS:
        abort(404)
    return _pdf(survey_letters.make_poster(actor(), wave_id, paper), f"affisch-{paper}.pdf")


@blueprint.get("/matomgang/<uuid:wave_id>/formular-<language>.pdf")
@signed_in
def make_form(wave_id: UUID, language: str) -> ResponseReturnValue:
    """Make the questionnaire as a form to print."""
    return _pdf(paper_forms.make_form(actor(), wave_id, language), f"formular-{language}.pdf")


def _page(wave_id: UUID, form: LettersForm) -> str:
    wave = surveys.load_wave(actor(), wave_id, Permission.INTERVIEW)
    counted = count_codes(wave.id)
    return render_template(
        "surveys/ways.html",
        wave=wave,
        form=form,
        Channel=Channel,
        over=phase(wave, today()) is Phase.CLOSED,
        open=phase(wave, today()) is Phase.OPEN,
        late=takes_late(wave, today()),
        coordinates=actor().may(Permission.COORDINATE, At(wave.survey.site_id)),
        sent=counted.sent,
        # Once results are told they say how many came by letter; both together would tell the few.
        used=count_words(steps(counted.used)) if takes_late(wave, today()) else "",
        where=settings().base_url + answering_path(wave.survey),
        openrosa=settings().base_url + url_for("openrosa.list_forms").removesuffix("/formList"),
        papers=survey_letters.PAPERS,
        form_languages=paper_forms.form_languages(wave) if Channel.PAPER in wave.channels else [],
        language_name=language_name,
        html_language=html_language,
    )


def _pdf(data: bytes, name: str) -> Response:
    # Letters hold addresses and codes: no copy is kept on the way.
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype="application/pdf", headers=headers)
