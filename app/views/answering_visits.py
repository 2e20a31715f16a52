"""Somebody at a questionnaire: what it asks, and the pages that the answers so far lead through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from markupsafe import Markup

from app.services.survey_pages import Round, spots_of
from app.services.wave_openings import what_would_be_asked
from app.services.waves import definition_of
from app.views.answering_state import Carried
from forms.questionnaire.cleaning import Fault
from forms.questionnaire.definition import Definition, Item, Kind, Question
from forms.questionnaire.filling import Filling, Page
from forms.questionnaire.pages import Forms, Labelled, PageForm, Place, Said, asked_on, folded, names_answers


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
        return self.filling.check(names_on(page)).faults

    def page_with(self, faults: Mapping[str, Fault]) -> Page | None:
        """The first page that holds one of these faults."""
        names = {key.partition("/")[0] for key in faults}
        return next((page for page in self.pages if names & names_on(page)), None)


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
        form = self.form_of(item, asked)(sent, {}, {})
        answers = folded(self.carried.answers, form.answers(), item)
        return replace(self, carried=replace(self.carried, answers=answers))

    def form_of(self, item: Item, asked: Sequence[Place]) -> type[PageForm]:
        """The form of one page, in the language of the visit."""
        where = any(place.question.kind is Kind.GEOPOINT for place in asked)
        spots = _spots(self.round.site_id) if where else ()
        return self.forms.of(item.name, asked, self.language, spots)


@lru_cache(maxsize=64)
def asking_of(wave_id: UUID) -> Asking:
    """What is asked in a wave that has opened, which stays as it is."""
    return Asking(definition_of(wave_id))


def names_on(page: Page) -> set[str]:
    """The names that the answers of a page stand under."""
    return {place.key.partition("/")[0] for place in asked_on(page.item)}


def _turns_sent(item: Item, sent: Any) -> int:
    """How many turns came: one more than the last that is named."""
    begin = f"q-{item.name}/"
    found = [key.removeprefix(begin).partition("/")[0] for key in sent if key.startswith(begin)]
    return 1 + max((int(turn) for turn in found if turn.isdecimal() and len(turn) < 4), default=0)


@lru_cache(maxsize=64)
def _spots(site_id: UUID) -> tuple[Labelled, ...]:
    return tuple(Labelled(where, Said(name, "sv")) for where, name in spots_of(site_id))


def _is_photo(page: Page) -> bool:
    return isinstance(page.item, Question) and page.item.kind is Kind.IMAGE
