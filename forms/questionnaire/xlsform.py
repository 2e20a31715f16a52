"""An XLSForm becomes a definition, and the XForm that OpenRosa clients fill in.

Our own checks come first, since they know the row and column; pyxform then makes the XForm, and the definition takes
its expressions from there, where `${name}` has become a path.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.questionnaire.definition import Choice, Definition, Group, Item, Kind, Question
from forms.questionnaire.expressions import Expression, ExpressionError, compile_expression
from forms.questionnaire.languages import Languages, read_languages
from forms.questionnaire.lists import WHAT_OTHER, Lists, ours, read_lists, unreviewed, with_other
from forms.questionnaire.outline import OTHER, Node, leave_out, read_outline
from forms.questionnaire.pyxforms import make_xform
from forms.questionnaire.references import DECIDING, check_circles, check_references
from forms.questionnaire.sheet_faults import Faults
from forms.questionnaire.sheet_rows import check_rows, parameters
from forms.questionnaire.sheets import COLUMNS, Sheets
from forms.questionnaire.xforms import XForm, read_xform

_FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Converted:
    """What a questionnaire is asked as, what pyxform remarked, and the columns that were not used."""

    definition: Definition
    xform: str
    warnings: tuple[str, ...]
    unused: tuple[str, ...] = ()


def convert(sheets: Sheets, *, left_out: Collection[str] = (), measures: Sequence[Choice] = ()) -> Converted:
    """Make a definition of the sheets without the items and modules `left_out`, the list `measures` filled in.

    Raises XLSFormError with every fault that was found.
    """
    faults = Faults()
    settings = _settings(sheets, faults)
    languages = read_languages(sheets, settings.get("default_language", ""), faults)
    if "type" not in sheets.headings.get("survey", ()):
        faults.add("survey", sheets.heading_rows.get("survey", 0), "type", "no_column", what="type")
        faults.stop()
    root = read_outline(sheets.survey, faults)
    lists = read_lists(sheets, languages, measures, faults)
    gone = leave_out(root, frozenset(left_out) - {""})
    check_references(root, gone, faults)
    check_rows(root, lists, languages, faults)
    if not any(node.kind not in (None, Kind.NOTE, Kind.CALCULATE) for node in root.nodes()):
        faults.add("survey", 0, "type", "no_questions")
    faults.stop()
    _name_others(root, lists, languages, faults)
    faults.stop()
    made, warnings = make_xform(root, lists, languages, settings)
    xform = read_xform(made)
    _check_expressions(root, lists, xform, faults)
    faults.stop()
    title = sheets.settings[0]
    definition = Definition(
        name=settings["form_id"],
        version=settings.get("version", ""),
        title=languages.words(title, "form_title") or {languages.default: settings["form_title"]},
        languages=tuple(languages.names),
        items=tuple(_items(root, lists, languages, xform)),
    )
    unused = tuple(
        column
        for sheet in ("survey", "settings")
        for column in sheets.headings.get(sheet, ())
        if column.partition("::")[0] not in COLUMNS[sheet]
    )
    return Converted(definition, made, tuple(warnings), unused)


def _settings(sheets: Sheets, faults: Faults) -> Mapping[str, str]:
    row = sheets.settings[0] if sheets.settings else None
    cells = row.cells if row else {}
    number = row.number if row else 0
    if not _FORM_ID.fullmatch(cells.get("form_id", "")):
        faults.add("settings", number, "form_id", "no_form_id")
    title = next(
        (words for column, words in cells.items() if column.partition("::")[0] == "form_title"), None
    )
    if title is None:
        faults.add("settings", number, "form_title", "no_title")
    for column in ("public_key", "submission_url"):
        if column in cells:
            faults.add("settings", number, column, "encrypted", what=column)
    return {"form_title": title or "", **cells}


def _name_others(root: Node, lists: Lists, languages: Languages, faults: Faults) -> None:
    """Give each or_other its own list with `other` in it, and a question for what that is."""
    names = {node.name: node.row.number for node in root.nodes()}
    for node in [one for one in root.nodes() if one.or_other]:
        name = f"{node.name}_{OTHER}"
        if name in names:
            faults.add("survey", names[name], "name", "second_name", what=name, before=node.row.number)
        own = f"{node.list_name}_or_{OTHER}"
        lists[own] = with_other(lists[node.list_name], languages)
        node.list_name = own
        cells = {
            "type": "text",
            "name": name,
            "relevant": f"selected(${{{node.name}}}, '{OTHER}')",
            **{languages.column("label", code): words for code, words in ours(WHAT_OTHER, languages).items()},
            **{
                languages.column("reviewed", code): "yes"
                for code in languages.names
                if code not in unreviewed(languages)
            },
        }
        assert node.parent is not None
        row = node.row.model_copy(update={"cells": cells})
        what = Node(
            row, name, f"{node.parent.path}/{name}", Kind.TEXT, module=node.module, parent=node.parent
        )
        node.parent.children.insert(node.parent.children.index(node) + 1, what)


# What is asked

_BOUND = {
    "relevant": "relevant",
    "constraint": "constraint",
    "required": "required",
    "calculation": "calculate",
}


def _expressions(node: Node, xform: XForm) -> Iterator[tuple[str, str]]:
    """Each expression of a node with the column that it came from."""
    for column, name in _BOUND.items():
        if source := xform.bind(node.path, name):
            yield column, source
    if node.list_name and "choice_filter" in node.row.cells:
        yield "choice_filter", xform.itemsets[node.path]
    if node.path in xform.defaults:
        yield "default", xform.defaults[node.path]
    if source := xform.count(node.path):
        yield "repeat_count", source


def _check_expressions(root: Node, lists: Lists, xform: XForm, faults: Faults) -> None:
    items = {node.name for node in root.nodes()}
    decides: dict[str, list[tuple[str, str]]] = {}
    used = {node.list_name for node in root.nodes() if node.list_name}
    for node in root.nodes():
        for column, source in _expressions(node, xform):
            try:
                expression = compile_expression(source)
            except ExpressionError as error:
                faults.add("survey", node.row.number, column, error.code, what=error.what[:300])
                continue
            for name in sorted(expression.instances - used):
                faults.add("survey", node.row.number, column, "no_list", what=name)
            for name in sorted(expression.names - items - _columns(expression, lists)):
                faults.add("survey", node.row.number, column, "unknown_reference", what=name)
            if column in DECIDING:
                # Paths that were written as such are among these.
                decides.setdefault(node.name, []).extend((column, name) for name in expression.names)
    if not faults.found:
        check_circles(root, decides, faults)


def _columns(expression: Expression, lists: Lists) -> set[str]:
    """The names that a path into a list of choices may have."""
    if not expression.instances:
        return set()
    found = {"root", "item", "name"}
    for name in expression.instances:
        found.update(*(choice.fields for choice in lists.get(name, ())))
    return found


def _items(node: Node, lists: Lists, languages: Languages, xform: XForm) -> Iterator[Item]:
    for child in node.children:
        row = child.row
        bound = dict(_expressions(child, xform))
        shared: dict[str, Any] = {
            "name": child.name,
            "path": child.path,
            "label": languages.words(row, "label"),
            "relevant": bound.get("relevant"),
            "unreviewed": languages.unreviewed(
                row, "label", "hint", "constraint_message", "required_message"
            ),
        }
        if child.kind is None:
            yield Group(
                items=tuple(_items(child, lists, languages, xform)),
                repeat=child.repeat,
                count=bound.get("repeat_count"),
                matrix=child.matrix,
                **shared,
            )
            continue
        yield Question(
            kind=child.kind,
            hint=languages.words(row, "hint"),
            choices=lists.get(child.list_name, ()),
            choice_list=child.list_name,
            choice_filter=bound.get("choice_filter"),
            required=None if bound.get("required") == "false()" else bound.get("required"),
            required_message=languages.words(row, "required_message"),
            constraint=bound.get("constraint"),
            constraint_message=languages.words(row, "constraint_message"),
            calculate=bound.get("calculation"),
            default=bound.get("default") or _quoted(row.cells.get("default")),
            parameters=parameters(child),
            appearance=row.cells.get("appearance", ""),
            module=child.module,
            **shared,
        )


def _quoted(words: str | None) -> str | None:
    if words is None:
        return None
    if "'" not in words:
        return f"'{words}'"
    if '"' not in words:
        return f'"{words}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in words.split("'")) + ")"
