"""What one may choose from in a field, given as pairs of value and word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

Choices = Sequence[tuple[str, str]]


def chosen(value: str | None) -> str | None:
    """A filter for a field where one need not choose: blanks, which count as nothing chosen, become nothing."""
    return value.strip() if value else value


def options(choices: Iterable[tuple[str, object]], empty: object | None = None) -> list[SelectChoice]:
    """The pairs as options of a select or radio field; `empty` is the word of a first one that says nothing."""
    pairs = [*choices] if empty is None else [("", empty), *choices]
    return [SelectChoice(value, str(word)) for value, word in pairs]
