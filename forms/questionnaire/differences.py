"""What a new version of a questionnaire asks otherwise than those before it, item by item."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, auto

from forms.questionnaire.definition import MEASURES, Choice, Definition, Kind, Question, Text


class Change(StrEnum):
    """How an item differs from when it was last asked."""

    GONE = auto()
    KIND = auto()
    CHOICES = auto()
    """Which choices there are, or which of them count as good."""
    WORDS = auto()
    ASKED = auto()
    """Of whom it is asked, or which of its choices are shown."""


class ChangeClass(StrEnum):
    """What its editor says of a change: whether answers from before and after may be compared."""

    WORDING = auto()
    MEANING = auto()


def differences(before: Iterable[Definition], now: Definition) -> dict[str, Change]:
    """Each item that differs → how, the gravest first named; `before` in order, the newest last.

    An item that comes back is held against when it was last asked, so that its id never means two things unseen.
    Words are compared in the languages that both have: a translation that is added changes no question.
    """
    versions = [{one.name: one for one in definition.questions()} for definition in before]
    if not versions:
        return {}
    new = {one.name: one for one in now.questions()}
    found = {name: Change.GONE for name, one in versions[-1].items() if name not in new and _answered(one)}
    for name, question in new.items():
        old = next((version[name] for version in reversed(versions) if name in version), None)
        if old is not None and _answered(old) and (change := _change(old, question)) is not None:
            found[name] = change
    return found


def _answered(question: Question) -> bool:
    return question.kind is not Kind.NOTE


def _change(old: Question, new: Question) -> Change | None:
    if old.kind is not new.kind or old.parameters != new.parameters or old.calculate != new.calculate:
        return Change.KIND
    # What a wave fills in differs each time.
    fixed = MEASURES not in (old.choice_list, new.choice_list)
    if fixed and [(one.name, one.good) for one in old.choices] != [
        (one.name, one.good) for one in new.choices
    ]:
        return Change.CHOICES
    if _reworded(old.label, new.label) or _reworded(old.hint, new.hint):
        return Change.WORDS
    if fixed and any(_relabelled(*pair) for pair in zip(old.choices, new.choices, strict=True)):
        return Change.WORDS
    if (old.relevant, old.choice_filter) != (new.relevant, new.choice_filter):
        return Change.ASKED
    return None


def _relabelled(old: Choice, new: Choice) -> bool:
    return _reworded(old.label, new.label)


def _reworded(old: Text, new: Text) -> bool:
    return any(old[code] != new[code] for code in old.keys() & new.keys())
