"""What a questionnaire asks: questions in groups, their words in every language, and what they may be answered with."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum, auto
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = dict[str, str]
"""Language code → words, e.g. {"sv": "Ja", "ar": "نعم"}."""

Answer = str | int | float | list[str]
"""Of one question: a choice, text, day (ISO 8601), place ("lat lon"), number, or the choices of a select_multiple."""
Answers = dict[str, "Answer | list[Answers]"]
"""Name of a question → its answer; name of a repeat → the answers of each turn. What was not answered is not there."""


class Kind(StrEnum):
    """The kinds of questions, by the names of XLSForm."""

    SELECT_ONE = auto()
    SELECT_MULTIPLE = auto()
    TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    DATE = auto()
    RANGE = auto()
    NOTE = auto()
    GEOPOINT = auto()
    IMAGE = auto()
    CALCULATE = auto()


NOT_HERE, DONT_KNOW, PREFER_NOT = "not_here", "dont_know", "prefer_not"
"""Names of choices that are no opinion: they leave the denominator, and are reported by themselves."""
NO_OPINION = frozenset({NOT_HERE, DONT_KNOW, PREFER_NOT})
UNANSWERED = "unanswered"
"""How results call no answer at all; no choice has this name."""
MEASURES = "measures"
"""The list of choices that a wave fills with the remedies verified at its site."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Choice(_Part):
    """One answer that may be chosen."""

    name: str
    label: Text
    good: bool = False
    """Whether it counts as a good answer where a share is reported (column `good` of the sheet)."""
    fields: dict[str, str] = {}
    """Further columns of the sheet, for choice_filter."""
    unreviewed: tuple[str, ...] = ()
    """Languages whose words no human has reviewed."""


class Question(_Part):
    """One question; expressions are XPath as in the XForm, with absolute or relative paths instead of `${name}`."""

    part: Literal["question"] = "question"
    name: str
    """The item's id: unique in the questionnaire, never changed once answered."""
    path: str
    """Where its answer stands in the XForm's instance, e.g. `/data/group/name`."""
    kind: Kind
    label: Text = {}
    hint: Text = {}
    choices: tuple[Choice, ...] = ()
    choice_list: str = ""
    """The list's name, by which expressions ask for its instance."""
    choice_filter: str | None = None
    """The itemset's nodes, e.g. `instance('places')/root/item[area = /data/area ]`."""
    required: str | None = None
    """An expression; `true()` for plain "yes"."""
    required_message: Text = {}
    relevant: str | None = None
    constraint: str | None = None
    constraint_message: Text = {}
    calculate: str | None = None
    default: str | None = None
    """An expression; a plain text stands in quotes."""
    parameters: dict[str, str] = {}
    """Of a range: start, end, step; of a text: max-length."""
    appearance: str = ""
    module: str = ""
    """The optional module it belongs to; empty: the core (column `module` of the sheet)."""
    unreviewed: tuple[str, ...] = ()


class Group(_Part):
    """Questions that belong together: a heading, a matrix with one scale, or a part that repeats."""

    part: Literal["group"] = "group"
    name: str
    path: str
    label: Text = {}
    relevant: str | None = None
    items: tuple[Item, ...]
    repeat: bool = False
    count: str | None = None
    """How many turns a repeat has, an expression; None: as many as wanted."""
    matrix: bool = False
    """Rows of select_one with the same choices, shown as one page (appearance `table-list`)."""
    unreviewed: tuple[str, ...] = ()


Item = Annotated[Question | Group, Field(discriminator="part")]


class Definition(_Part):
    """A questionnaire as it is asked."""

    name: str
    """Its `form_id`, e.g. `platsenkat`."""
    version: str = ""
    title: Text
    languages: tuple[str, ...]
    """Codes, the default first."""
    items: tuple[Item, ...]

    def questions(self) -> Iterator[Question]:
        """Every question in the order asked, those inside groups and repeats too."""
        yield from _questions(self.items)


def _questions(items: tuple[Item, ...]) -> Iterator[Question]:
    for item in items:
        if isinstance(item, Group):
            yield from _questions(item.items)
        else:
            yield item


Group.model_rebuild()
