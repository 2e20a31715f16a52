"""The form of one page of a questionnaire: FlaskForm classes made from the definition, in one language.

Making a class costs more than answering a request, so whoever asks keeps it. Fields hold what was typed; what that is
worth is for `Filling.check` to say, which knows the whole questionnaire.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FileField, RadioField, SelectMultipleField, StringField, TextAreaField

from forms.questionnaire.definition import Definition, Group, Item, Kind, Question, Text
from forms.questionnaire.filling import MOST_TURNS

LONGEST_SCALE = 11
"""Steps of a range that are shown side by side; a longer one is typed."""
_LONGEST_LINE = 255
_PREFIX = "q-"
"""Before the names of questions, which may be any, so that none meets another name of the page."""


@dataclass(frozen=True)
class Said:
    """Words of the questionnaire, and their language where it is not that of the page."""

    words: str
    other: str = ""


@dataclass(frozen=True)
class Labelled:
    """Something that may be chosen."""

    name: str
    label: Said


@dataclass(frozen=True)
class Place:
    """One question on a page, and the place of its answer: its name, or `repeat/turn/name`."""

    key: str
    question: Question
    gathers: Group | None = None
    """The repeat whose turns are all chosen here."""


@dataclass(frozen=True)
class About:
    """What the page shows of one question; the same for everybody."""

    key: str
    question: Question
    label: Said
    hint: Said | None
    input: str
    """`radio`, `checkbox`, `file`, or nothing: the field draws itself."""
    choices: tuple[Labelled, ...] = ()


class PageForm(FlaskForm):
    """One page. Nobody is signed in, so no request can be forged in somebody's name: it carries no token."""

    class Meta:
        """Of these forms."""

        csrf = False

        def get_translations(self, _form: object) -> None:
            """No words of the fields' own are shown; looking for them cost more than the form."""

    abouts: tuple[About, ...] = ()

    def __init__(self, sent: Any, answers: Mapping[str, Any], shown: Mapping[str, Collection[str]]) -> None:
        """`sent`: what came of this page, or None, to show `answers` by place; `shown`: names left by a filter."""
        super().__init__(sent, data={_PREFIX + key: value for key, value in answers.items()})
        for about in self.abouts:
            field = self[_PREFIX + about.key]
            field.about = about
            held = [field.data] if isinstance(field.data, str) else field.data or ()
            field.chosen = {one for one in held if isinstance(one, str)}
            left = shown.get(about.question.name)
            field.shown_choices = [one for one in about.choices if left is None or one.name in left]
            if about.question.kind is Kind.GEOPOINT:
                # Set on the map: it stays a choice of the list.
                listed = {one.name for one in about.choices}
                field.shown_choices += [
                    Labelled(one, Said(one)) for one in sorted(field.chosen - listed) if one
                ]

    def fields(self) -> Iterator[Any]:
        """The fields in the order asked."""
        for about in self.abouts:
            yield self[_PREFIX + about.key]

    def fill(self, filled: Callable[[Said, str], Said]) -> None:
        """Put answers into the words of its questions; `filled` knows them, by words and the place of the question."""
        for field in self.fields():
            about = field.about
            hint = filled(about.hint, about.key) if about.hint else None
            field.about = replace(about, label=filled(about.label, about.key), hint=hint)
            field.shown_choices = [
                replace(one, label=filled(one.label, about.key)) for one in field.shown_choices
            ]

    def answers(self) -> dict[str, Any]:
        """What was answered, by place, as typed; what was left empty is not there."""
        return {
            about.key: field.data
            for about, field in zip(self.abouts, self.fields(), strict=True)
            if about.input != "file" and field.data
        }


def said(text: Text, definition: Definition, language: str) -> Said | None:
    """The words of a text in a language, else in the questionnaire's own; None where it has none."""
    for code in (language, *definition.languages, *text):
        if text.get(code):
            same = code.removesuffix("-latt") == language.removesuffix("-latt")
            return Said(text[code], "" if same else code.removesuffix("-latt"))
    return None


def names_answers(items: Sequence[Item]) -> bool:
    """Whether words shown hold `${name}`, the answer to another question, and so differ from one to the next."""
    for item in items:
        texts = [item.label]
        if isinstance(item, Question):
            texts += [item.hint, *(choice.label for choice in item.choices)]
        elif names_answers(item.items):
            return True
        if any("${" in words for text in texts for words in text.values()):
            return True
    return False


class Forms:
    """The forms of a questionnaire's pages, each class made when first asked for."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._made: dict[tuple[str, int, str], type[PageForm]] = {}
        self._items = {item.name: item for item in _shown(definition.items)}

    @property
    def items(self) -> Collection[Item]:
        """Everything that may be a page, in order."""
        return self._items.values()

    def item(self, name: str) -> Item | None:
        """What the page of this name asks."""
        return self._items.get(name)

    def of(
        self, name: str, asked: Sequence[Place], language: str, spots: Sequence[Labelled]
    ) -> type[PageForm]:
        """The form of the page called so that asks these questions; `spots`: where a place may be chosen."""
        key = (name, len(asked), language)
        made = self._made.get(key)
        if made is None:
            abouts = tuple(_about(self.definition, one, language, spots) for one in asked)
            fields = {_PREFIX + about.key: _field(about) for about in abouts}
            made = type("QuestionPageForm", (PageForm,), {**fields, "abouts": abouts})
            self._made[key] = made
        return made


def asked_on(item: Item, turns: int = 1) -> list[Place]:
    """The questions of a page; `turns`: how often a repeat is shown.

    A photo inside a repeat is not asked for here: it could not travel with the form.
    """
    questions = list(_questions((item,)))
    if not isinstance(item, Group) or not item.repeat:
        return [Place(one.name, one) for one in questions]
    if gathers_places(item):
        return [Place(item.name, questions[0], item)]
    return [
        Place(f"{item.name}/{turn}/{one.name}", one)
        for turn in range(min(turns, MOST_TURNS))
        for one in questions
        if one.kind is not Kind.IMAGE
    ]


def gathers_places(item: Item) -> bool:
    """Whether a repeat asks for places and nothing else: they are then chosen together, each making a turn."""
    return (
        isinstance(item, Group) and item.repeat and [q.kind for q in _questions((item,))] == [Kind.GEOPOINT]
    )


def folded(answers: Mapping[str, Any], found: Mapping[str, Any], item: Item) -> dict[str, Any]:
    """The answers with those of one page in the place of what was there; a turn without any is gone."""
    repeats = isinstance(item, Group) and item.repeat
    names = {item.name} if repeats else {one.name for one in _questions((item,))}
    kept = {name: value for name, value in answers.items() if name not in names}
    if not repeats:
        return kept | dict(found)
    turns: dict[int, dict[str, Any]] = {}
    if gathers_places(item):
        (question,) = _questions((item,))
        turns = {turn: {question.name: where} for turn, where in enumerate(found.get(item.name, ()))}
    else:
        for key, value in found.items():
            _repeat, turn, name = key.split("/", 2)
            turns.setdefault(int(turn), {})[name] = value
    if turns:
        kept[item.name] = [turns[turn] for turn in sorted(turns)]
    return kept


def unfolded(answers: Mapping[str, Any], item: Item) -> dict[str, Any]:
    """The answers of a page by place; what is not of the right shape is left out."""
    if not (isinstance(item, Group) and item.repeat):
        return {one.name: answers[one.name] for one in _questions((item,)) if one.name in answers}
    given = answers.get(item.name)
    turns = [turn for turn in given if isinstance(turn, dict)] if isinstance(given, list) else []
    if gathers_places(item):
        (question,) = _questions((item,))
        return {item.name: [str(turn[question.name]) for turn in turns if question.name in turn]}
    return {f"{item.name}/{n}/{name}": value for n, turn in enumerate(turns) for name, value in turn.items()}


def _shown(items: Sequence[Item]) -> Iterator[Item]:
    """What may be a page: see `Filling.pages`."""
    for item in items:
        if isinstance(item, Group) and not item.matrix and not item.repeat:
            yield from _shown(item.items)
        else:
            yield item


def _questions(items: Sequence[Item]) -> Iterator[Question]:
    for item in items:
        if isinstance(item, Group):
            yield from _questions(item.items)
        elif item.kind not in (Kind.NOTE, Kind.CALCULATE):
            yield item


def _about(definition: Definition, place: Place, language: str, spots: Sequence[Labelled]) -> About:
    question = place.question
    asks = place.gathers or question
    label = said(asks.label, definition, language) or said(question.label, definition, language)
    choices: tuple[Labelled, ...] = ()
    kind = ""
    match question.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE:
            kind = "radio" if question.kind is Kind.SELECT_ONE else "checkbox"
            choices = tuple(
                Labelled(one.name, said(one.label, definition, language) or Said(one.name))
                for one in question.choices
            )
        case Kind.GEOPOINT:
            kind, choices = "checkbox" if place.gathers else "radio", tuple(spots)
        case Kind.RANGE:
            choices = tuple(Labelled(step, Said(step)) for step in _steps(question))
            kind = "radio" if choices else ""
        case Kind.IMAGE:
            kind = "file"
    hint = said(question.hint, definition, language)
    return About(place.key, question, label or Said(question.name), hint, kind, choices)


def _steps(question: Question) -> list[str]:
    """The steps of a range as they are typed; none where there are too many to show."""
    start, end, step = (float(question.parameters[name]) for name in ("start", "end", "step"))
    count = round((end - start) / step) + 1
    return [f"{start + step * turn:g}" for turn in range(count)] if 0 < count <= LONGEST_SCALE else []


def _field(about: About) -> Any:
    kind = about.question.kind
    if about.input == "radio":
        return RadioField(choices=[], validate_choice=False, coerce=str)
    if about.input == "checkbox":
        return SelectMultipleField(choices=[], validate_choice=False, coerce=str)
    if about.input == "file":
        return FileField(render_kw={"accept": "image/*"})
    if kind is Kind.TEXT and "multiline" in about.question.appearance:
        return TextAreaField(render_kw={"rows": 5})
    if kind is Kind.DATE:
        return StringField(render_kw={"type": "date"})
    if kind is Kind.TEXT:
        return StringField(render_kw={"maxlength": _LONGEST_LINE, "dir": "auto"})
    mode = "numeric" if kind is Kind.INTEGER else "decimal"
    return StringField(render_kw={"inputmode": mode, "autocomplete": "off", "maxlength": 20, "dir": "ltr"})
