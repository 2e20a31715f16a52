"""Typing in what came on paper: the whole questionnaire on one page, fast by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.i18n import gettext_plain, language, today
from app.models.surveys import Channel, Wave
from app.permissions import Permission
from app.resident_words import language_name
from app.services import surveys
from app.services.paper_forms import TURNS
from app.services.responses import InvalidAnswersError, NotOpenError, Outcome, Taken, take_response, unordered
from app.services.survey_pages import spots_of
from app.services.waves import definition_of, last_day, takes_late
from app.views.access import actor, signed_in
from app.views.surveys import blueprint
from forms.questionnaire.cleaning import Fault
from forms.questionnaire.definition import Group, Item, Kind
from forms.questionnaire.pages import Forms, Labelled, PageForm, Said, asked_on, folded


@blueprint.route("/matomgang/<uuid:wave_id>/papper", methods=["GET", "POST"])
@signed_in
def type_paper(wave_id: UUID) -> ResponseReturnValue:
    """Show the whole questionnaire, or keep what was typed and show it empty again."""
    wave = surveys.load_wave(actor(), wave_id, Permission.INTERVIEW)
    if not takes_late(wave, today()) or Channel.PAPER not in wave.channels:
        raise NotOpenError
    sent = request.method == "POST"
    pages = _pages(wave, sent)
    if not sent:
        return _page(wave, pages, str(uuid4()), definition_of(wave.id).languages[0])
    answers: dict[str, Any] = {}
    for item, form in pages:
        answers = folded(answers, form.answers(), item)
    taken = Taken(_id(), answers, Channel.PAPER, _language(wave), given_on=min(today(), last_day(wave)))
    try:
        outcome = take_response(wave, taken)
    except InvalidAnswersError as error:
        _show_faults(pages, error.faults)
        return _page(wave, pages, str(taken.id), taken.language), 422
    if outcome is Outcome.ALREADY:
        flash(_("This form had been saved already. Here is an empty one."), "info")
    else:
        flash(_("Saved. Here is the next form."), "success")
    return redirect(url_for("surveys.type_paper", wave_id=wave.id, sprak=taken.language))


@lru_cache(maxsize=16)
def _forms(wave_id: UUID) -> Forms:
    """The forms of an opened wave, which is frozen; making them costs more than a request."""
    return Forms(definition_of(wave_id))


def _pages(wave: Wave, sent: bool) -> list[tuple[Item, PageForm]]:
    """Every question in order, also those that some skip: on paper they stand there."""
    made, words = _forms(wave.id), language()
    spots = [Labelled(where, Said(name)) for where, name in spots_of(wave.survey.site_id)]
    pages = []
    for item in made.items:
        asked = [place for place in asked_on(item, TURNS) if place.question.kind is not Kind.IMAGE]
        if asked:
            form = made.of(f"paper {item.name}", asked, words, spots)
            pages.append((item, form(request.form if sent else None, {}, {})))
    return pages


def _page(wave: Wave, pages: list[tuple[Item, PageForm]], response_id: str, chosen: str) -> str:
    definition = definition_of(wave.id)
    offered = request.args.get("sprak", "")
    return render_template(
        "surveys/paper.html",
        wave=wave,
        pages=[(_heading(wave, item), form) for item, form in pages],
        response_id=response_id,
        languages=[(code, language_name(code)) for code in definition.languages],
        chosen=offered if offered in definition.languages else chosen,
        faulty=[field for _item, form in pages for field in form.fields() if field.errors],
    )


def _heading(wave: Wave, item: Item) -> str:
    if not isinstance(item, Group):
        return ""
    words = item.label
    return words.get(language()) or words.get(definition_of(wave.id).languages[0], "")


def _show_faults(pages: list[tuple[Item, PageForm]], faults: Mapping[str, Fault]) -> None:
    for _item, form in pages:
        for field in form.fields():
            fault = faults.get(field.about.key)
            if fault is not None:
                own = (fault.words or {}).get(language()) or (fault.words or {}).get("sv")
                field.errors = [own or gettext_plain(fault.message, dict(fault.values))]


def _id() -> UUID:
    try:
        return unordered(UUID(request.form.get("response_id", "")))
    except ValueError:
        return uuid4()


def _language(wave: Wave) -> str:
    offered = definition_of(wave.id).languages
    said = request.form.get("language", "")
    return said if said in offered else offered[0]
