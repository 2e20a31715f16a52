"""The instance of an XForm while one set of answers is checked: an element tree that expressions are evaluated on."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from elementpath import DocumentNode, ElementNode, XPathContext
from elementpath.tree_builders import build_node_tree

from forms.questionnaire.definition import Answer, Choice
from forms.questionnaire.functions import LISTS, TODAY


def as_text(answer: Answer | None) -> str:
    """An answer as an XForm holds it: choices apart by blanks."""
    if answer is None:
        return ""
    if isinstance(answer, list):
        return " ".join(answer)
    return str(answer)


def list_instance(choices: tuple[Choice, ...]) -> DocumentNode | ElementNode:
    """The secondary instance of a list of choices: `root/item` with name and further columns.

    Nobody writes in it, so that one serves every set of answers.
    """
    holder = Element("instance")
    root = SubElement(holder, "root")
    for choice in choices:
        item = SubElement(root, "item")
        SubElement(item, "name").text = choice.name
        for name, words in choice.fields.items():
            SubElement(item, name).text = words
    return build_node_tree(holder)


class Instance:
    """The tree, its elements by place, and the context to evaluate in."""

    def __init__(self, root: Element, day: str, lists: Mapping[str, DocumentNode | ElementNode]) -> None:
        self._tree = build_node_tree(root)
        self._context = XPathContext(self._tree)
        self._context.variables = {
            TODAY: day,
            **{f"{LISTS}:{name}": found for name, found in lists.items()},
        }

    def at(self, element: Element) -> XPathContext:
        """The context of an element: `.` is that one."""
        here = self._tree.elements[element]  # type: ignore[index]
        self._context.item = here
        self._context.variables["current"] = here
        return self._context
