"""Who refers to whom in a survey sheet: `${name}` in expressions and labels, and the circles that this makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from forms.questionnaire.languages import TRANSLATED
from forms.questionnaire.outline import Node
from forms.questionnaire.sheet_faults import Faults

REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
EXPRESSIONS = (
    "relevant",
    "constraint",
    "calculation",
    "required",
    "choice_filter",
    "default",
    "repeat_count",
)
DECIDING = ("relevant", "calculation", "repeat_count")
"""What an answer's being there depends on. Constraints and filters refuse answers and change none: two days may each
be held against the other."""


def check_references(root: Node, gone: set[str], faults: Faults) -> None:
    """Note each `${name}` that is no question or is left out, and the circles."""
    nodes = {node.name: node for node in root.nodes() if node is not root}
    for node in nodes.values():
        for column, words in node.row.cells.items():
            if column in EXPRESSIONS or column.partition("::")[0] in TRANSLATED["survey"]:
                for name in REFERENCE.findall(words):
                    if name in gone:
                        faults.add("survey", node.row.number, column, "left_out_reference", what=name)
                    elif name not in nodes:
                        faults.add("survey", node.row.number, column, "unknown_reference", what=name[:60])
    decides = {
        name: [
            (column, found)
            for column in DECIDING
            for found in REFERENCE.findall(node.row.cells.get(column, ""))
        ]
        for name, node in nodes.items()
    }
    check_circles(root, decides, faults)


def check_circles(root: Node, decides: Mapping[str, Iterable[tuple[str, str]]], faults: Faults) -> None:
    """Note each circle of what decides whether something is asked; `decides`: item → columns and names they hold."""
    nodes = {node.name: node for node in root.nodes() if node is not root}
    edges: dict[str, dict[str, str]] = {}
    for name, node in nodes.items():
        around = (
            {node.parent.name: "relevant"} if node.parent is not None and node.parent.name in nodes else {}
        )
        edges[name] = {
            **around,
            **{found: column for column, found in decides.get(name, ()) if found in nodes},
        }
    for circle in _circles(edges):
        name, after = circle[0], circle[1 % len(circle)]
        words = " → ".join([*circle[:20], circle[0]])
        faults.add("survey", nodes[name].row.number, edges[name][after], "circle", what=words)


def _circles(edges: dict[str, dict[str, str]]) -> Iterator[list[str]]:
    """Each circle that a walk in order meets first; without recursion, since a form may chain thousands."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        on_path: set[str] = set()
        waiting = [(start, iter(edges[start]))] if start not in done else []
        if waiting:
            path.append(start)
            on_path.add(start)
        while waiting:
            name, rest = waiting[-1]
            after = next(rest, None)
            if after is None:
                waiting.pop()
                done.add(path.pop())
                on_path.discard(name)
            elif after in on_path:
                yield path[path.index(after) :]
            elif after not in done:
                waiting.append((after, iter(edges[after])))
                path.append(after)
                on_path.add(after)
