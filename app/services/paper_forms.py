"""A wave's questionnaire as a form to print, with the digits by which what was answered on it is typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from babel.dates import format_date

from app.errors import N_, NotFoundError, PlatskollenError
from app.models.surveys import Channel, Wave
from app.permissions import Actor, Permission
from app.resident_words import LANGUAGES, R_, direction, for_residents, how_long, html_language
from app.services.printing import make_pdf
from app.services.survey_letters import NO_NAME, WHO
from app.services.surveys import load_wave
from app.services.wave_openings import to_be_asked
from forms.questionnaire.conditions import condition_of
from forms.questionnaire.definition import Definition, Group, Item, Kind, Question, Text
from forms.questionnaire.pages import About, Forms, Said, asked_on, said
from forms.questionnaire.parts import minutes_asked
from forms.questionnaire.plans import plan_of

TURNS = 3
"""As often as what repeats stands on paper."""
MOST_COLUMNS = 8
"""Of a table; a longer scale stands below each of its questions."""
_NOT_ON_PAPER = frozenset({Kind.IMAGE, Kind.GEOPOINT})
_LAST_DIGIT = 9
_LINES = {Kind.TEXT: 4}
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_WHO_SEES = R_(
    "Staff who work with the questionnaire see the answers without knowing whose they are. Everybody else sees "
    "figures, and never figures about so few people that somebody could be recognised."
)
_OFFICIAL = R_("What you send in becomes an official document, as everything that is sent to a municipality.")
_FREE = R_("You choose yourself whether to answer.")
_MAY_SKIP = R_("You may skip questions that you do not want to answer.")
_HOW = R_("Put a cross in the box of your answer. Do not write your name anywhere.")
_SEVERAL = R_("You may choose several.")
_ONLY_IF = R_("Answer this only if you answered “%(answers)s” to “%(question)s”")
_SKIP_IF = R_("Skip this if you answered “%(answers)s” to “%(question)s”")


class NoPaperError(PlatskollenError):
    """The wave is not asked on paper."""

    code = "survey_no_paper"
    status = 409
    title = N_("This wave has no paper forms")
    message = N_("A form can be printed where paper is among the wave's channels.")


def form_languages(wave: Wave) -> list[str]:
    """The languages that a wave's form can be printed in: those of its questions that we have words of our own in."""
    return [code for code in to_be_asked(wave).languages if code in LANGUAGES]


def make_form(actor: Actor, wave_id: UUID, language: str) -> bytes:
    """The form in one of `form_languages`, as PDF. Raises NoPaperError, NotFoundError and ForbiddenError."""
    wave = load_wave(actor, wave_id, Permission.INTERVIEW)
    if Channel.PAPER not in wave.channels:
        raise NoPaperError
    if language not in form_languages(wave):
        raise NotFoundError
    asked = to_be_asked(wave)
    r_, site, takes = for_residents(language), wave.survey.site.name, how_long(minutes_asked(asked))
    day = format_date(wave.closes_on, "d MMMM y", locale=html_language(language))
    words = {
        "title": r_("Questions about %(site)s", site=site),
        "sender": r_("Place partnership %(site)s", site=site),
        "lang": html_language(language),
        "dir": direction(language),
        "about": [
            {"title": r_("Who asks, and why?"), "words": r_(WHO)},
            {
                "title": r_("Who sees what you answer?"),
                "words": " ".join(map(r_, (NO_NAME, _WHO_SEES, _OFFICIAL))),
            },
        ],
        "how": " ".join([*map(r_, (_FREE, _MAY_SKIP, _HOW, takes)), r_("Answer by %(day)s.", day=day)]),
        "several": r_(_SEVERAL),
        "parts": list(_Paper(asked, language).parts()),
    }
    return make_pdf("form.typ", words)


@dataclass(frozen=True)
class _Paper:
    """A questionnaire in one language, as what `form.typ` sets."""

    definition: Definition
    language: str

    @cached_property
    def speakable(self) -> Mapping[str, Question]:
        """The questions that others may speak of: their choices stand on the paper too."""
        return {one.name: one for one in self.definition.questions() if one.choices}

    def parts(self) -> Iterator[dict[str, Any]]:
        """What stands below each other: a question, a table, what repeats, or words that ask nothing."""
        forms, plan = Forms(self.definition), plan_of(self.definition)
        before: set[str] = set()
        for item in forms.items:
            found = self._part(forms, item)
            if found is None:
                continue
            within = plan.every[item.name].within
            above = [self._headed(group) for group in within if group.name not in before]
            before = {group.name for group in within}
            yield {"above": above, **found}

    def _part(self, forms: Forms, item: Item) -> dict[str, Any] | None:
        if isinstance(item, Question) and item.kind is Kind.NOTE:
            return self._headed(item) | {"table": None, "questions": []}
        asked = [one for one in asked_on(item, TURNS) if one.question.kind not in _NOT_ON_PAPER]
        if not asked:
            return None
        abouts = forms.of(item.name, asked, self.language, ()).abouts
        if not isinstance(item, Group):
            return {"label": None, "only": [], "table": None, "questions": [*map(self._question, abouts)]}
        if item.matrix and len(abouts[0].choices) <= MOST_COLUMNS:
            rows = [self._question(about) for about in abouts]
            return self._headed(item) | {
                "table": {"scale": rows[0]["choices"], "rows": rows},
                "questions": [],
            }
        return self._headed(item) | {"table": None, "questions": [*map(self._question, abouts)]}

    def _headed(self, item: Item) -> dict[str, Any]:
        return {"label": self._text(item.label), "only": self._only(item)}

    def _question(self, about: About) -> dict[str, Any]:
        question = about.question
        turn = about.key.split("/")[1] if "/" in about.key else ""
        label = self._said(about.label)
        return {
            "label": label | {"words": f"{label['words']} ({int(turn) + 1})"} if turn else label,
            "hint": self._said(about.hint) if about.hint else None,
            "only": self._only(question),
            "choices": [
                {"digit": str(digit) if digit <= _LAST_DIGIT else "", **self._said(choice.label)}
                for digit, choice in enumerate(about.choices, start=1)
            ],
            "several": question.kind is Kind.SELECT_MULTIPLE,
            "lines": _LINES.get(question.kind, 1),
        }

    def _only(self, item: Item) -> list[str]:
        """Of whom it is asked, in words; nothing where there are none for it."""
        found = condition_of(item.relevant, self.speakable) if item.relevant else None
        if found is None:
            return []
        answers = [self._label(choice.label, choice.name) for choice in found.answers]
        asked = self._label(found.question.label, found.question.name)
        words = _SKIP_IF if found.unless else _ONLY_IF
        return [for_residents(self.language)(words, answers=" / ".join(answers), question=asked)]

    def _label(self, text: Text, name: str) -> str:
        found = self._text(text)
        return found["words"] if found else name

    def _text(self, text: Text) -> dict[str, str] | None:
        found = said(text, self.definition, self.language)
        return self._said(found) if found else None

    def _said(self, one: Said) -> dict[str, str]:
        spoken = html_language(one.other or self.language)
        # What was answered elsewhere is not known to the printer.
        words = _REFERENCE.sub("…", one.words)
        return {"words": words, "lang": spoken, "dir": direction(spoken)}
