"""Answers held against a questionnaire: what is asked next, and what of them can be kept.

Every way in (page, paper, interview, OpenRosa) goes through here. A place inside a repeat is named `repeat/turn/name`,
turns from 0; `at` is that prefix, e.g. `visits/0/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from forms.questionnaire.cleaning import LONGEST_TEXT, Fault, clean_answer
from forms.questionnaire.definition import Answer, Answers, Choice, Definition, Group, Item, Kind, Question
from forms.questionnaire.expressions import Expression, compile_expression
from forms.questionnaire.instance import Instance, as_text
from forms.questionnaire.plans import Place, plan_of
from forms.questionnaire.xpath import Value, element, number, text, truth

MOST_TURNS = 50
"""Of a repeat."""
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_PLACE_ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Page:
    """What is shown at once: a question, a matrix, or a repeat, with the notes that stand before it."""

    name: str
    """Of its item: what the page is called in an address."""
    item: Question | Group
    notes: tuple[Question, ...] = ()
    within: tuple[Group, ...] = ()
    """The groups around it, outermost first: their headings."""


@dataclass(frozen=True)
class Checked:
    """Answers that can be kept, and why the others cannot: place → fault."""

    answers: Answers
    faults: dict[str, Fault]


class Filling:
    """One set of answers, as far as it has come; `answers` as they were sent (text, numbers, lists)."""

    def __init__(self, definition: Definition, answers: Mapping[str, Any], day: date | None = None) -> None:
        self.definition, self._plan = definition, plan_of(definition)
        self._day = day
        self._values: dict[str, Answer] = {}
        self._faults: dict[str, Fault] = {}
        self._turns: dict[str, int] = {}
        self._calculated: dict[str, Answer] = {}
        self._elements: dict[str, Element] = {}
        self._take(self._plan.top, answers, "")

    def _take(self, places: tuple[Place, ...], answers: Mapping[str, Any], at: str) -> None:
        waiting = dict(answers)
        for place in places:
            sent = waiting.pop(place.item.name, None)
            if isinstance(place.item, Question):
                found = clean_answer(place.item, sent)
                if isinstance(found, Fault):
                    self._faults[at + place.item.name] = found
                elif found is not None:
                    self._values[at + place.item.name] = found
            elif place.item.repeat:
                self._take_turns(place.item.name, sent)
            elif sent is not None:
                self._faults[at + place.item.name] = Fault("unknown")
        for name in list(waiting)[:20]:
            self._faults[at + str(name)[:100]] = Fault("unknown")

    def _take_turns(self, name: str, sent: object) -> None:
        if sent is None:
            sent = []
        if not isinstance(sent, list) or not all(isinstance(turn, dict) for turn in sent):
            self._faults[name] = Fault("type")
            sent = []
        if len(sent) > MOST_TURNS:
            self._faults[name] = Fault("turns", (("most", MOST_TURNS),))
        self._turns[name] = min(len(sent), MOST_TURNS)
        for turn, answers in enumerate(sent[:MOST_TURNS]):
            self._take(self._plan.turns[name], answers, f"{name}/{turn}/")

    # What is asked

    def pages(self) -> list[Page]:
        """The pages that concern whoever answered so, in order; notes that nothing follows are a page too."""
        return list(self._pages(self.definition.items, ()))

    def _pages(self, items: tuple[Item, ...], within: tuple[Group, ...]) -> Iterator[Page]:
        notes: tuple[Question, ...] = ()
        for item in items:
            if not self.relevant(item) or (isinstance(item, Question) and item.kind is Kind.CALCULATE):
                continue
            if isinstance(item, Group) and not item.matrix and not item.repeat:
                inner = list(self._pages(item.items, (*within, item)))
                if inner and notes:
                    first = inner[0]
                    inner[0] = Page(first.name, first.item, (*notes, *first.notes), first.within)
                    notes = ()
                yield from inner
            elif isinstance(item, Question) and item.kind is Kind.NOTE:
                notes = (*notes, item)
            elif isinstance(item, Question) or item.repeat or any(map(self.relevant, item.items)):
                yield Page(item.name, item, notes, within)
                notes = ()
        if notes:
            yield Page(notes[-1].name, notes[-1], notes[:-1], within)

    def relevant(self, item: Item, at: str = "") -> bool:
        """Whether an item concerns whoever answered so; what is in a group that does not, does not either."""
        return at + item.name not in self._skipped

    def shown_choices(self, question: Question, at: str = "") -> tuple[Choice, ...]:
        """The choices that its choice_filter leaves; all of them where there is none."""
        expression = self._plan.every[question.name].choice_filter
        if expression is None:
            return question.choices
        nodes = self._evaluate(expression, at + question.name)
        shown = {element(node).findtext("name") for node in nodes} if isinstance(nodes, list) else set()
        return tuple(choice for choice in question.choices if choice.name in shown)

    def turns(self, repeat: Group) -> int | None:
        """How many turns a repeat has where the questionnaire says so; None: as many as wanted, up to MOST_TURNS."""
        expression = self._plan.counts.get(repeat.name)
        return None if expression is None else _turns(self._evaluate(expression, ""))

    def filled(self, words: str, at: str = "") -> str:
        """Words of the questionnaire with the answer, as it is kept, in the place of each `${name}`."""
        return (
            _REFERENCE.sub(lambda match: self._told(match[1].strip(), at), words) if "${" in words else words
        )

    def _told(self, name: str, at: str) -> str:
        for key in (at + name, name):
            if (
                key not in self._skipped
                and (found := self._calculated.get(key, self._values.get(key))) is not None
            ):
                return as_text(found)
        return ""

    def default(self, question: Question, at: str = "") -> Answer | None:
        """What the field of a question holds before anybody answers."""
        if not question.default:
            return None
        found = clean_answer(
            question, text(self._evaluate(compile_expression(question.default), at + question.name))
        )
        return None if isinstance(found, Fault) else found

    # What can be kept

    def check(self, only: Collection[str] | None = None) -> Checked:
        """The answers as they are kept, those to skipped questions gone and calculations made, and every fault.

        `only` names the questions and repeats whose faults are wanted, e.g. those of one page; then the other answers
        are not looked at.
        """
        faults: dict[str, Fault] = {}
        answers = self._checked(self._plan.top, "", faults, only)
        for key, fault in self._faults.items():
            if key not in faults and not self._is_skipped(key):
                faults[key] = fault
        if only is not None:
            faults = {
                key: fault for key, fault in faults.items() if key in only or key.partition("/")[0] in only
            }
        return Checked(answers, faults)

    def _checked(
        self,
        places: tuple[Place, ...],
        at: str,
        faults: dict[str, Fault],
        only: Collection[str] | None = None,
    ) -> Answers:
        kept: Answers = {}
        for place in places:
            item, key = place.item, at + place.item.name
            if only is not None and key not in only:
                continue
            if key in self._skipped:
                continue
            if isinstance(item, Group):
                if item.repeat and (turns := self._checked_turns(item, faults)):
                    kept[item.name] = turns
            elif item.kind is Kind.CALCULATE:
                if key in self._calculated:
                    kept[item.name] = self._calculated[key]
            elif key not in self._faults:
                answer = self._values.get(key)
                if fault := self._fault(place, key, at, answer):
                    faults[key] = fault
                elif answer is not None:
                    kept[item.name] = answer
        return kept

    def _checked_turns(self, repeat: Group, faults: dict[str, Fault]) -> list[Answers]:
        return [
            answers
            for turn in range(self._turns[repeat.name])
            if (answers := self._checked(self._plan.turns[repeat.name], f"{repeat.name}/{turn}/", faults))
        ]

    def _fault(self, place: Place, key: str, at: str, answer: Answer | None) -> Fault | None:
        question = place.item
        assert isinstance(question, Question)
        if answer is None:
            needed = place.always_required or (place.required and truth(self._evaluate(place.required, key)))
            # A note cannot be answered.
            if needed and question.kind is not Kind.NOTE:
                return Fault("required", words=question.required_message or None)
            return None
        if place.choice_filter is not None:
            shown = {choice.name for choice in self.shown_choices(question, at)}
            if not shown.issuperset(answer if isinstance(answer, list) else [str(answer)]):
                return Fault("choice")
        if place.constraint is not None and not truth(self._evaluate(place.constraint, key)):
            return Fault("constraint", words=question.constraint_message or None)
        return None

    def _is_skipped(self, key: str) -> bool:
        top = key.partition("/")[0]
        return key in self._skipped or top in self._skipped

    # Expressions

    def _evaluate(self, expression: Expression, key: str) -> Value:
        self._skipped  # noqa: B018  settles what the tree holds
        return self._value(expression, key)

    def _value(self, expression: Expression, key: str) -> Value:
        here = self._elements.get(key)
        return expression.evaluate(self._instance.at(self._root if here is None else here))

    @cached_property
    def _root(self) -> Element:
        root = Element(self._plan.root)
        self._grow(self._plan.top, "", root)
        return root

    @cached_property
    def _instance(self) -> Instance:
        day = self._day or datetime.now(_PLACE_ZONE).date()
        return Instance(self._root, day.isoformat(), self._plan.lists)

    def _grow(self, places: tuple[Place, ...], at: str, root: Element) -> None:
        for place in places:
            name = place.item.name
            if name not in self._plan.in_tree:
                continue
            parent = self._elements[at + place.within[-1].name] if place.within else root
            if isinstance(place.item, Group) and place.item.repeat:
                for turn in range(self._turns[name]):
                    self._grow(self._plan.turns[name], f"{name}/{turn}/", SubElement(parent, name))
            else:
                self._elements[at + name] = SubElement(parent, name)

    @cached_property
    def _skipped(self) -> set[str]:
        """The places that do not concern whoever answered so; settles the tree and the calculations on the way.

        One pass in order; where a repeat depends on what depends on it, as many as it takes: an import refuses
        circles of questions, so that each pass settles at least one more.
        """
        skipped = self._passes()
        for name, expression in self._plan.counts.items():
            wanted = _turns(self._value(expression, ""))
            if self._turns[name] > wanted:
                # Turns beyond those asked for count nowhere.
                self._turns[name] = wanted
                self._elements.clear()
                self.__dict__.pop("_root"), self.__dict__.pop("_instance")
                skipped = self._passes()
        return skipped

    def _passes(self) -> set[str]:
        skipped: set[str] = set()
        for _turn in range(len(self._plan.every) + 1 if self._plan.several_passes else 1):
            before = (set(skipped), dict(self._calculated)) if self._plan.several_passes else None
            self._settle(self._plan.order[""], "", skipped, gone=False)
            if before == (skipped, self._calculated):
                break
        return skipped

    def _settle(self, places: tuple[Place, ...], at: str, skipped: set[str], *, gone: bool) -> None:
        for place in places:
            item, key = place.item, at + place.item.name
            out = gone or any(at + group.name in skipped for group in place.within)
            if not out and place.relevant is not None:
                self._fill(item, key, out=False)
                out = not truth(self._value(place.relevant, key))
            if out:
                skipped.add(key)
            else:
                skipped.discard(key)
            if isinstance(item, Question):
                if item.kind is Kind.CALCULATE:
                    self._calculate(place, key, out=out)
                self._fill(item, key, out=out)
            elif item.repeat:
                for turn in range(self._turns[item.name]):
                    self._settle(self._plan.order[item.name], f"{key}/{turn}/", skipped, gone=out)

    def _fill(self, item: Item, key: str, *, out: bool) -> None:
        if item.name in self._plan.in_tree and isinstance(item, Question):
            self._root  # noqa: B018  grows the elements
            if (here := self._elements.get(key)) is not None:
                answer = self._calculated.get(key) if item.kind is Kind.CALCULATE else self._values.get(key)
                here.text = "" if out else as_text(answer)

    def _calculate(self, place: Place, key: str, *, out: bool) -> None:
        self._calculated.pop(key, None)
        if out or place.calculate is None:
            return
        found = self._value(place.calculate, key)
        words = text(found)[:LONGEST_TEXT]
        if words and words not in ("NaN", "Infinity", "-Infinity"):
            whole = isinstance(found, float) and found.is_integer() and abs(found) < 2**53
            self._calculated[key] = int(words) if whole else found if isinstance(found, float) else words


def _turns(count: Value) -> int:
    wanted = number(count)
    return int(min(wanted, MOST_TURNS)) if wanted >= 1 else 0
