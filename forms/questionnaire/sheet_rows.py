"""What each row of a survey sheet must have by its type: words, a list, parameters, a calculation."""

from __future__ import annotations

import math
import re

from forms.questionnaire.definition import Kind
from forms.questionnaire.languages import Languages
from forms.questionnaire.lists import Lists
from forms.questionnaire.outline import Node
from forms.questionnaire.sheet_faults import Faults
from forms.questionnaire.sheets import UNSUPPORTED

_RANGE = {"start": "1", "end": "10", "step": "1"}
_KNOWN: dict[Kind, frozenset[str]] = {
    Kind.RANGE: frozenset(_RANGE),
    Kind.TEXT: frozenset({"max-length", "rows"}),
    Kind.IMAGE: frozenset({"max-pixels"}),
    Kind.GEOPOINT: frozenset({"capture-accuracy", "warning-accuracy"}),
}


def parameters(node: Node) -> dict[str, str]:
    """The parameters of a question, those of a range complete."""
    found = dict(_pairs(node.row.cells.get("parameters", "")))
    return {**_RANGE, **found} if node.kind is Kind.RANGE else found


def _pairs(words: str) -> list[tuple[str, str]]:
    return [(part.partition("=")[0], part.partition("=")[2]) for part in re.split(r"[\s,;]+", words) if part]


def check_rows(root: Node, lists: Lists, languages: Languages, faults: Faults) -> None:
    """Note what rows lack or have wrong."""
    for node in root.nodes():
        if node is root:
            continue
        cells, number = node.row.cells, node.row.number
        for column in cells:
            if column.partition("::")[0] in UNSUPPORTED:
                faults.add("survey", number, column, "unsupported_column", what=column[:60])
        for code in languages.names:
            said = cells.get(languages.column("reviewed", code), "no")
            if said.lower() not in ("yes", "no"):
                faults.add("survey", number, languages.column("reviewed", code), "bad_yes_no", what=said[:20])
        if node.list_name and node.list_name not in lists:
            faults.add("survey", number, "type", "no_list", what=node.list_name[:60])
        if node.kind is None:
            _check_group(node, faults)
        elif node.kind is Kind.CALCULATE:
            if "calculation" not in cells:
                faults.add("survey", number, "calculation", "no_calculation")
        elif languages.column("label", languages.default) not in cells:
            column = languages.column("label", languages.default)
            faults.add("survey", number, column, "no_label", what=languages.default)
        if node.kind is not None:
            _check_parameters(node, faults)


def _check_group(node: Node, faults: Faults) -> None:
    if not node.children:
        faults.add("survey", node.row.number, "type", "empty_group")
    if node.matrix and (
        node.repeat
        or any(child.kind is not Kind.SELECT_ONE or child.or_other for child in node.children)
        or len({child.list_name for child in node.children}) > 1
    ):
        faults.add("survey", node.row.number, "appearance", "bad_matrix")


def _check_parameters(node: Node, faults: Faults) -> None:
    assert node.kind is not None
    words, number = node.row.cells.get("parameters", ""), node.row.number
    for name, value in _pairs(words):
        good = name in _KNOWN.get(node.kind, ()) and value != ""
        if good and node.kind is not Kind.TEXT:
            good = _number(value) is not None
        elif good:
            good = value.isdecimal() and 0 < int(value[:9]) < 10**8
        if not good:
            faults.add("survey", number, "parameters", "bad_parameter", what=f"{name}={value}"[:60])
            return
    if node.kind is Kind.RANGE:
        start, end, step = (_number(parameters(node)[name]) for name in ("start", "end", "step"))
        if start is None or end is None or not step or not start < end or abs(step) > end - start:
            faults.add("survey", number, "parameters", "bad_parameter", what=words[:60] or "step")


def _number(words: str) -> float | None:
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,12})?", words):
        return None
    found = float(words)
    return found if math.isfinite(found) else None
