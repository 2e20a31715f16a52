"""What a questionnaire's pages show: the words of the definition and of the frame, in the language of the visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask import current_app, request, url_for
from markupsafe import Markup

from app.assets import manifest
from app.models.surveys import Channel
from app.resident_words import (
    LANGUAGES,
    direction,
    for_residents,
    frame_language,
    how_long,
    html_language,
    language_name,
)
from app.services.survey_pages import Round, ground_of, spots_of
from app.services.wave_openings import what_would_be_asked
from app.services.waves import definition_of
from app.views.answering_faults import CODES, FAULTS, TOO_MANY
from app.views.answering_state import SEND, START, Carried
from app.views.answering_states import HEADINGS, SENTENCES, State
from forms.questionnaire.cleaning import Fault
from forms.questionnaire.definition import Definition, Group, Item, Kind, Question, Text
from forms.questionnaire.filling import Filling, Page
from forms.questionnaire.pages import (
    Forms,
    Labelled,
    PageForm,
    Place,
    Said,
    asked_on,
    folded,
    gathers_places,
    names_answers,
    said,
    unfolded,
)
from forms.questionnaire.parts import minutes_asked

_NO_FAULTS: Mapping[str, Fault] = {}


class Way:
    """The pages that somebody who answered so is led through."""

    def __init__(self, definition: Definition, answers: Mapping[str, Any]) -> None:
        self.filling = Filling(definition, answers)
        shown = self.filling.pages()
        self.pages = [page for page in shown if not _is_photo(page)]
        # A photo cannot travel from page to page in a hidden field, so it is asked for where one sends.
        self.photos = [page.item for page in shown if isinstance(page.item, Question) and _is_photo(page)]

    def find(self, name: str) -> Page | None:
        """The page of this name, where it is still asked."""
        return next((page for page in self.pages if page.name == name), None)

    def place(self, page: Page) -> int:
        """Where a page stands, from 0."""
        return next((n for n, one in enumerate(self.pages) if one.name == page.name), 0)

    def before(self, page: Page) -> Page | None:
        """The page before it."""
        place = self.place(page)
        return self.pages[place - 1] if place else None

    def after(self, page: Page) -> Page | None:
        """The page after it; None where it is time to send."""
        place = self.place(page) + 1
        return self.pages[place] if place < len(self.pages) else None

    def faults_of(self, page: Page) -> dict[str, Fault]:
        """What stands in the way on one page, by place."""
        return self.filling.check(_names(page)).faults

    def page_with(self, faults: Mapping[str, Fault]) -> Page | None:
        """The first page that holds one of these faults."""
        names = {key.partition("/")[0] for key in faults}
        return next((page for page in self.pages if names & _names(page)), None)


@dataclass(frozen=True)
class Shown:
    """What a page asks, as it is shown."""

    title: str
    html: Markup


class Asking:
    """An opened wave: its questions, and its pages' forms and looks, each made once."""

    def __init__(self, definition: Definition) -> None:
        self.forms = Forms(definition)
        self.shown: dict[tuple[str, str], Shown] = {}
        """By page and language, as they are shown to whoever comes to them for the first time."""
        self.names_answers = names_answers(definition.items)
        """Whether words of its pages hold answers, which are then put in for each visit."""


@dataclass(frozen=True)
class Visit:
    """Somebody at a questionnaire that is open, or that is tried."""

    round: Round
    carried: Carried
    test: bool

    @cached_property
    def asking(self) -> Asking:
        """What its pages ask; made anew where a wave is tried before it opens."""
        if self.round.opened_at is None:
            return Asking(what_would_be_asked(self.round.id))
        return asking_of(self.round.id)

    @property
    def forms(self) -> Forms:
        """The forms of its pages."""
        return self.asking.forms

    @property
    def shown(self) -> dict[tuple[str, str], Shown]:
        """Its pages as they were shown before."""
        return self.asking.shown

    @property
    def definition(self) -> Definition:
        """What is asked."""
        return self.forms.definition

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Those of the questionnaire; where we have no words of our own in one, they are Swedish and marked as that."""
        return self.definition.languages

    @property
    def language(self) -> str:
        """That of the page."""
        return self.carried.language

    @cached_property
    def way(self) -> Way:
        """The pages that the answers so far lead through."""
        return Way(self.definition, self.carried.answers)

    def speaking(self, language: str) -> Visit:
        """The same visit in another language."""
        return replace(self, carried=replace(self.carried, language=language))

    def at(self, place: str) -> Visit:
        """The same visit at another page."""
        return replace(self, carried=replace(self.carried, at=place))

    def answering(self, item: Item, sent: Any) -> Visit:
        """The visit with the answers of one page taken along, as they were typed."""
        asked = asked_on(item, _turns_sent(item, sent))
        form = _form_class(self, item, asked)(sent, {}, {})
        answers = folded(self.carried.answers, form.answers(), item)
        return replace(self, carried=replace(self.carried, answers=answers))


@lru_cache(maxsize=64)
def asking_of(wave_id: UUID) -> Asking:
    """What is asked in a wave that has opened, which stays as it is."""
    return Asking(definition_of(wave_id))


def show_start(visit: Visit, takes_open: bool, fault: str = "") -> str:
    """The first page: who asks, why, and who sees the answers."""
    at = visit.at(START)
    r_ = for_residents(visit.language)
    words = TOO_MANY if fault == "too_many" else CODES.get(fault, "")
    return _render(
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
    return _render(
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
        _names(page).isdisjoint(visit.carried.answers)
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
        _frame(language, visit.languages),
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
    return _render(
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
    return _render(
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
    return _render(
        "thanks.html",
        language,
        tuple(LANGUAGES),
        test=test,
        slug=found.slug,
        closes_on=_day(found.closes_on, language),
        place=url_for("public_pages.show", slug=found.site_slug, lang=language),
        site=found.site_name,
    )


def _render(
    template: str, language: str, languages: tuple[str, ...], visit: Visit | None = None, **values: Any
) -> str:
    # Not by render_template: what it adds for every page, these do not need, at half of what a page costs.
    if visit is not None:
        values |= {
            "address": f"{request.script_root}/enkat/{visit.round.slug}",
            "slug": visit.round.slug,
            "round": visit.round.number,
            "carried": visit.carried.fields,
            "test": visit.test,
        }
    return current_app.jinja_env.get_template(f"enkat/{template}").render(
        _frame(language, languages) | values
    )


def _frame(language: str, languages: tuple[str, ...]) -> dict[str, Any]:
    """What the frame says on every page in a language."""
    files = manifest().files
    return _framed(language, languages, files["enkat.css"], files["enkat.js"], files["mark.svg"])


@lru_cache(maxsize=64)
def _framed(language: str, languages: tuple[str, ...], sheet: str, script: str, mark: str) -> dict[str, Any]:
    links, buttons = Markup('<a href="?lang={}"'), Markup('<button form="f" name="byt" value="{}"')
    here = Markup(' aria-current="true"')

    def named(tag: Markup, end: Markup) -> Markup:
        rest = Markup(' lang="{}" dir="{}"{}>{}')
        return Markup("\n").join(
            (tag + rest).format(
                code,
                html_language(code),
                direction(code),
                here if code == language else "",
                language_name(code),
            )
            + end
            for code in languages
        )

    return {
        "r_": for_residents(language),
        "language": language,
        "html_language": html_language(frame_language(language)),
        "direction": direction(frame_language(language)),
        "links": named(links, Markup("</a>")),
        "buttons": named(buttons, Markup("</button>")),
        "sheet": url_for("assets.built", name=sheet),
        "script": url_for("assets.built", name=script),
        "mark_svg": url_for("assets.built", name=mark),
        "mark": partial(_mark, language),
    }


def _mark(language: str, words: Said) -> Markup:
    """The attributes of words of the questionnaire that are in another language than our own round them."""
    spoken, around = html_language(words.other or language), html_language(frame_language(language))
    return Markup() if spoken == around else Markup(' lang="{}" dir="auto"').format(spoken)


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
    form = _form_class(visit, page.item, asked)(
        None, {key: _typed(value) for key, value in answers.items()}, shown
    )
    if visit.asking.names_answers:
        form.fill(partial(_filled, visit))
    return form


def _filled(visit: Visit, words: Said, key: str = "") -> Said:
    """Words with the answers that they name; `key`: the question, whose turn's answers come first."""
    turn = key.rpartition("/")[0]
    return replace(words, words=visit.way.filling.filled(words.words, f"{turn}/" if turn else ""))


def _form_class(visit: Visit, item: Item, asked: Sequence[Place]) -> type[PageForm]:
    where = any(place.question.kind is Kind.GEOPOINT for place in asked)
    return visit.forms.of(item.name, asked, visit.language, _spots(visit.round.site_id) if where else ())


def _turns(visit: Visit, page: Page) -> int:
    """How often a repeat is shown: as often as it says, or once more than it was answered."""
    if not (isinstance(page.item, Group) and page.item.repeat):
        return 1
    counted = visit.way.filling.turns(page.item)
    given = visit.carried.answers.get(page.item.name)
    return counted if counted is not None else max(1, len(given) if isinstance(given, list) else 0)


def _turns_sent(item: Item, sent: Any) -> int:
    """How many turns came: one more than the last that is named."""
    begin = f"q-{item.name}/"
    found = [key.removeprefix(begin).partition("/")[0] for key in sent if key.startswith(begin)]
    return 1 + max((int(turn) for turn in found if turn.isdecimal() and len(turn) < 4), default=0)


def _names(page: Page) -> set[str]:
    """The names that the answers of a page stand under."""
    return {place.key.partition("/")[0] for place in asked_on(page.item)}


@lru_cache(maxsize=64)
def _spots(site_id: UUID) -> tuple[Labelled, ...]:
    return tuple(Labelled(where, Said(name, "sv")) for where, name in spots_of(site_id))


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


def _is_photo(page: Page) -> bool:
    return isinstance(page.item, Question) and page.item.kind is Kind.IMAGE


def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=html_language(frame_language(language))))
