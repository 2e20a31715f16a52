"""What pyxform gets, and the XForm that it makes of it: the rows that are asked, every language filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from forms.questionnaire.definition import Kind, Text
from forms.questionnaire.languages import Languages
from forms.questionnaire.lists import Lists
from forms.questionnaire.outline import ROOT, Node
from forms.questionnaire.sheet_faults import SheetFault, XLSFormError

_ROW = re.compile(r"\[row : (\d+)\]")
_KNOWN_BETTER = "machine-readable codes"
"""pyxform knows no `sv-latt`; that every language has a code is checked before."""

_PASSED = (
    "required",
    "relevant",
    "constraint",
    "choice_filter",
    "default",
    "calculation",
    "appearance",
    "repeat_count",
)


def make_xform(
    root: Node, lists: Lists, languages: Languages, settings: Mapping[str, str]
) -> tuple[str, list[str]]:
    """The XForm of an outline, and what pyxform remarks; raises XLSFormError with the row that it names."""
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for row, number in _survey_rows(root, languages):
        rows.append(row)
        numbers.append(number)
    used = {node.list_name for node in root.nodes() if node.list_name}
    choices = [
        {"list_name": name, "name": choice.name, **choice.fields, **_filled("label", choice.label, languages)}
        for name in lists
        if name in used
        for choice in lists[name]
    ]
    header = {"form_id": settings["form_id"], "form_title": settings["form_title"], "name": ROOT}
    if "version" in settings:
        header["version"] = settings["version"]
    if languages.names[languages.default]:
        header["default_language"] = languages.names[languages.default]
    sheets: dict[str, Any] = {"survey": rows, "choices": choices, "settings": [header]}
    try:
        made = convert(sheets, validate=False)
    except PyXFormError as error:
        words = str(error)
        match = _ROW.search(words)
        place = int(match[1]) - 2 if match else -1
        number = numbers[place] if 0 <= place < len(numbers) else 0
        message = _ROW.sub("", words).strip()[:500]
        raise XLSFormError(SheetFault("survey", number, "", "pyxform", (("what", message),))) from error
    return made.xform, [one for one in made.warnings if _KNOWN_BETTER not in one]


def _survey_rows(node: Node, languages: Languages) -> Iterator[tuple[dict[str, str], int]]:
    for child in node.children:
        cells, number = child.row.cells, child.row.number
        row = {"type": _type(child), "name": child.name}
        row.update({column: cells[column] for column in _PASSED if column in cells})
        for base in ("label", "hint", "constraint_message", "required_message"):
            row.update(_filled(base, languages.words(child.row, base), languages))
        if child.kind is not Kind.TEXT and "parameters" in cells:
            row["parameters"] = cells["parameters"]
        yield row, number
        if child.kind is None:
            yield from _survey_rows(child, languages)
            yield {"type": "end repeat" if child.repeat else "end group"}, number


def _type(node: Node) -> str:
    if node.kind is None:
        return "begin repeat" if node.repeat else "begin group"
    return f"{node.kind.value} {node.list_name}".strip()


def _filled(base: str, words: Text, languages: Languages) -> dict[str, str]:
    """The columns of a text in every language; where one says nothing, clients show the default language's."""
    if not words:
        return {}
    fallback = words.get(languages.default) or next(iter(words.values()))
    return {languages.column(base, code): words.get(code, fallback) for code in languages.names}
