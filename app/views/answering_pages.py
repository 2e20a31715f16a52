"""What a questionnaire's pages show: the words of the definition and of the frame, in the language of the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_date
from flask import current_app, url_for
from markupsafe import Markup

from app.models.surveys import Channel
from app.resident_words import (
    LANGUAGES,
    for_residents,
    frame_language,
    how_long,
    html_language,
)
from app.services.survey_pages import Round, ground_of
from app.views.answering_faults import CODES, FAULTS, TOO_MANY
from app.views.answering_frame import frame, render
from app.views.answering_state import SEND, START
from app.views.answering_states import HEADINGS, SENTENCES, State
from app.views.answering_visits import Shown, Visit, names_on
from forms.questionnaire.cleaning import Fault
from forms.questionnaire.definition import Group, Kind, Text
from forms.questionnaire.filling import Page
from forms.questionnaire.pages import (
    PageForm,
    Said,
    asked_on,
    gathers_places,
    said,
    unfolded,
)
from forms.questionnaire.parts import minutes_asked

_NO_FAULTS: Mapping[str, Fault] = {}


def show_start(visit: Visit, takes_open: bool, fault: str = "") -> str:
    """The first page: who asks, why, and who sees the answers."""
    at = visit.at(START)
    r_ = for_residents(visit.language)
    words = TOO_MANY if fault == "too_many" else CODES.get(fault, "")
    return render(
        "start.html",
        visit.language,
        visit.languages,
        at,
        site=visit.round.site_name,
        takes_codes=Channel.LETTER in visit.round.channels and not visit.test,
        takes_open=takes_open,
        code=visit.carried.code,
        may_skip=any(not question.required for question in visit.definition.questions()),
        faults=[("kod", r_(words))] if words else [],
        how_long=r_(how_long(minutes_asked(visit.definition))),
        wave=visit.round.id,
    )


def show_page(
    visit: Visit, page: Page, faults: Mapping[str, Fault] = _NO_FAULTS, *, more: bool = False
) -> str:
    """One page of questions, with what stands in the way."""
    key = (page.name, visit.language)
    shown = None if faults or more else visit.shown.get(key)
    told: list[tuple[str, str]] = []
    if shown is None or not _is_untouched(visit, page):
        form = _form(visit, page, _turns(visit, page) + more)
        told = _put(form, faults, visit)
        shown = _asks(visit, page, form)
        if not faults and not more and _is_untouched(visit, page):
            visit.shown[key] = shown
    return render(
        "page.html",
        visit.language,
        visit.languages,
        visit.at(page.name),
        title=shown.title,
        asks=shown.html,
        step=visit.way.place(page) + 1,
        steps=len(visit.way.pages) + 1,
        faults=told,
    )


def _is_untouched(visit: Visit, page: Page) -> bool:
    """Whether a page looks the same for everybody who is at it for the first time, and this is the first time."""
    places = asked_on(page.item)
    if visit.asking.names_answers:
        return False
    return not any(place.question.choice_filter or place.question.default for place in places) and (
        names_on(page).isdisjoint(visit.carried.answers)
    )


def _asks(visit: Visit, page: Page, form: PageForm) -> Shown:
    language, definition = visit.language, visit.definition

    def words_of(text: Text) -> Said | None:
        words = said(text, definition, language)
        return _filled(visit, words) if words else None

    group = page.item if isinstance(page.item, Group) else None
    asked = [field.about for field in form.fields()]
    alone = len(asked) == 1 and (group is None or gathers_places(group))
    heading = None if alone else words_of(page.item.label)
    may_add = bool(group and group.repeat and not alone and visit.way.filling.turns(group) is None)
    title = heading or (asked[0].label if asked else None)
    where = any(about.question.kind is Kind.GEOPOINT for about in asked)
    html = current_app.jinja_env.get_template("enkat/_page.html").render(
        frame(language, visit.languages),
        heading=heading,
        above=[words for one in page.within if (words := words_of(one.label))],
        notes=[words for one in page.notes if (words := words_of(one.label))],
        form=form,
        matrix=bool(group and group.matrix),
        may_add=may_add,
        ground=ground_of(visit.round.site_id) if where else "",
    )
    return Shown(title.words if title else visit.round.site_name, Markup(html))  # noqa: S704  our own template


def show_send(visit: Visit, faults: Mapping[str, Fault] = _NO_FAULTS, *, too_many: bool = False) -> str:
    """The last page: photos where they are asked for, what the cookie is, and the button that sends."""
    asked = [place for question in visit.way.photos for place in asked_on(question)]
    form = visit.forms.of(SEND, asked, visit.language, ())(None, {}, {}) if asked else None
    if form:
        form.fill(partial(_filled, visit))
    r_ = for_residents(visit.language)
    told = [("", r_(TOO_MANY))] if too_many else _put(form, faults, visit)
    steps = len(visit.way.pages) + 1
    return render(
        "send.html",
        visit.language,
        visit.languages,
        visit.at(SEND),
        form=form,
        files=bool(asked),
        step=steps,
        steps=steps,
        code=visit.carried.code,
        faults=told,
    )


def show_state(state: State, found: Round | None, language: str) -> str:
    """Why nothing is asked."""
    r_ = for_residents(language)
    days = {}
    if found:
        closed_on = found.closed_at.date() if found.closed_at else found.closes_on
        days = {"opens_on": _day(found.opens_on, language), "closed_on": _day(closed_on, language)}
    return render(
        "state.html",
        language,
        tuple(LANGUAGES),
        heading=r_(HEADINGS[state]),
        sentences=[r_(sentence, **days) for sentence in SENTENCES[state]],
        place=url_for("public_pages.show", slug=found.site_slug, lang=language) if found else "",
        site=found.site_name if found else "",
    )


def show_thanks(found: Round, language: str, *, test: bool) -> str:
    """What happens next."""
    return render(
        "thanks.html",
        language,
        tuple(LANGUAGES),
        test=test,
        slug=found.slug,
        closes_on=_day(found.closes_on, language),
        place=url_for("public_pages.show", slug=found.site_slug, lang=language),
        site=found.site_name,
    )


def _form(visit: Visit, page: Page, turns: int) -> PageForm:
    asked = asked_on(page.item, turns)
    filling = visit.way.filling
    shown = {
        place.question.name: {choice.name for choice in filling.shown_choices(place.question)}
        for place in asked
        if place.question.choice_filter
    }
    answers = unfolded(visit.carried.answers, page.item)
    for place in asked:
        if place.question.default and place.key not in answers:
            first = filling.default(place.question)
            if first is not None:
                answers[place.key] = first
    form = visit.form_of(page.item, asked)(
        None, {key: _typed(value) for key, value in answers.items()}, shown
    )
    if visit.asking.names_answers:
        form.fill(partial(_filled, visit))
    return form


def _filled(visit: Visit, words: Said, key: str = "") -> Said:
    """Words with the answers that they name; `key`: the question, whose turn's answers come first."""
    turn = key.rpartition("/")[0]
    return replace(words, words=visit.way.filling.filled(words.words, f"{turn}/" if turn else ""))


def _turns(visit: Visit, page: Page) -> int:
    """How often a repeat is shown: as often as it says, or once more than it was answered."""
    if not (isinstance(page.item, Group) and page.item.repeat):
        return 1
    counted = visit.way.filling.turns(page.item)
    given = visit.carried.answers.get(page.item.name)
    return counted if counted is not None else max(1, len(given) if isinstance(given, list) else 0)


def _typed(value: Any) -> Any:
    return value if isinstance(value, list) else str(value)


def _put(form: PageForm | None, faults: Mapping[str, Fault], visit: Visit) -> list[tuple[str, str]]:
    """Put faults at their fields; returns the summary, each with the field to go to."""
    r_ = for_residents(visit.language)
    fields = {field.about.key: field for field in form.fields()} if form else {}
    told = []
    for key, fault in faults.items():
        own = said(fault.words, visit.definition, visit.language) if fault.words else None
        words = _filled(visit, own, key).words if own else r_(FAULTS[fault.code], **dict(fault.values))
        field = fields.get(key)
        if field is None:
            told.append(("", words))
            continue
        field.errors = [*field.errors, words]
        target = f"{field.id}-0" if field.about.input in ("radio", "checkbox") else field.id
        told.append((target, words))
    return told


def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=html_language(frame_language(language))))
