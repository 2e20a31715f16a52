"""The outline of a survey sheet: its questions and groups as they stand inside each other, with their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from forms.questionnaire.definition import Kind
from forms.questionnaire.sheet_faults import Faults
from forms.questionnaire.sheets import Row

ROOT = "data"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
OTHER = "other"
_KINDS = {
    "select_one": Kind.SELECT_ONE,
    "select_multiple": Kind.SELECT_MULTIPLE,
    "text": Kind.TEXT,
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "range": Kind.RANGE,
    "note": Kind.NOTE,
    "geopoint": Kind.GEOPOINT,
    "image": Kind.IMAGE,
    "photo": Kind.IMAGE,
    "calculate": Kind.CALCULATE,
}
# They would tell who answered, when and on which phone, or need what a page cannot do.
_UNSUPPORTED = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "phonenumber",
        "username",
        "email",
        "audit",
        "simserial",
        "subscriberid",
        "start-geopoint",
        "background-audio",
        "time",
        "datetime",
        "dateTime",
        "audio",
        "video",
        "file",
        "barcode",
        "geotrace",
        "geoshape",
        "rank",
        "acknowledge",
        "trigger",
        "hidden",
        "xml-external",
        "csv-external",
        "select_one_from_file",
        "select_multiple_from_file",
        "select_one_external",
        "osm",
    ]
)
_EDGE = re.compile(r"(begin|end)[ _](group|repeat)")
_SELECT = re.compile(r"(select_one|select_multiple)(?:\s+(\S+))?(\s+or_other)?")


@dataclass
class Node:
    """One question, group or repeat, where it stands."""

    row: Row
    name: str
    path: str
    kind: Kind | None
    """None: a group or repeat."""
    repeat: bool = False
    list_name: str = ""
    or_other: bool = False
    module: str = ""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def matrix(self) -> bool:
        """Whether it is a group shown as a matrix."""
        return self.kind is None and "table-list" in self.row.cells.get("appearance", "").split()

    def nodes(self) -> Iterator[Node]:
        """It and all inside it, in order."""
        yield self
        for child in self.children:
            yield from child.nodes()


def read_outline(rows: tuple[Row, ...], faults: Faults) -> Node:
    """The tree of a survey sheet's rows; what is wrong with types, names and nesting goes to `faults`."""
    root = Node(Row(number=0, cells={}), ROOT, f"/{ROOT}", None)
    here, names = root, dict[str, int]()
    for row in rows:
        words = " ".join(row.cells.get("type", "").split())
        if not words:
            faults.add("survey", row.number, "type", "unknown_type", what="")
            continue
        if edge := _EDGE.fullmatch(words.lower()):
            repeat = edge[2] == "repeat"
            if edge[1] == "begin":
                here = _add(here, row, None, names, faults, repeat=repeat)
                if repeat and _in_repeat(here.parent):
                    faults.add("survey", row.number, "type", "repeat_in_repeat")
            elif here.parent is None or here.repeat != repeat:
                faults.add("survey", row.number, "type", "not_begun", what=edge[2])
            else:
                here = here.parent
            continue
        _question(here, row, words, names, faults)
    while here.parent is not None:
        faults.add("survey", here.row.number, "type", "not_closed", what="repeat" if here.repeat else "group")
        here = here.parent
    return root


def _question(here: Node, row: Row, words: str, names: dict[str, int], faults: Faults) -> None:
    if select := _SELECT.fullmatch(words):
        node = _add(here, row, _KINDS[select[1]], names, faults)
        node.list_name, node.or_other = select[2] or "", bool(select[3])
        if not node.list_name or node.list_name == "or_other":
            faults.add("survey", row.number, "type", "no_list_named")
        if node.or_other and row.cells.get("choice_filter"):
            faults.add("survey", row.number, "choice_filter", "other_and_filter")
    elif words in _KINDS:
        _add(here, row, _KINDS[words], names, faults)
    else:
        known = words in _UNSUPPORTED or words.split()[0] in _UNSUPPORTED
        faults.add(
            "survey", row.number, "type", "unsupported_type" if known else "unknown_type", what=words[:60]
        )


def _add(
    here: Node, row: Row, kind: Kind | None, names: dict[str, int], faults: Faults, *, repeat: bool = False
) -> Node:
    name = row.cells.get("name", "")
    node = Node(
        row,
        name,
        f"{here.path}/{name}",
        kind,
        repeat,
        module=row.cells.get("module", here.module),
        parent=here,
    )
    here.children.append(node)
    if not name:
        faults.add("survey", row.number, "name", "no_name")
    elif not NAME.fullmatch(name) or name == "meta":
        faults.add("survey", row.number, "name", "bad_name", what=name[:60])
    elif name in names:
        faults.add("survey", row.number, "name", "second_name", what=name, before=names[name])
    names.setdefault(name, row.number)
    return node


def _in_repeat(node: Node | None) -> bool:
    while node is not None:
        if node.repeat:
            return True
        node = node.parent
    return False


def leave_out(root: Node, left_out: frozenset[str]) -> set[str]:
    """Take items and modules out of the tree, and groups that nothing is left of; gives the names that are gone."""
    gone: set[str] = set()
    kept = []
    for child in root.children:
        if child.name in left_out or child.module in left_out:
            gone.update(node.name for node in child.nodes())
            continue
        inner = leave_out(child, left_out)
        gone |= inner
        if child.kind is None and inner and not child.children:
            gone.add(child.name)
            continue
        kept.append(child)
    root.children = kept
    return gone
