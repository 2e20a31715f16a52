"""Expressions come to the same on the server as on an interviewer's phone (tests/js/interview-expressions.test.mjs)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest

from forms.questionnaire.definition import Choice
from forms.questionnaire.expressions import compile_expression
from forms.questionnaire.instance import Instance, list_instance
from forms.questionnaire.xpath import text

SHARED = json.loads(
    (Path(__file__).parents[2] / "data" / "questionnaire-expressions.json").read_text("utf-8")
)


def grow(parent: Element, content: dict[str, Any]) -> None:
    for name, inside in content.items():
        for one in inside if isinstance(inside, list) else [inside]:
            element = SubElement(parent, name)
            if isinstance(one, dict):
                grow(element, one)
            else:
                element.text = one


@pytest.fixture(scope="module")
def root() -> Element:
    made = Element("data")
    grow(made, SHARED["tree"])
    return made


@pytest.mark.parametrize(
    ("expression", "here", "wanted"), SHARED["cases"], ids=[c[0] for c in SHARED["cases"]]
)
def test_server_evaluates_what_the_phone_does(expression: str, here: str, wanted: str, root: Element) -> None:
    lists = {
        name: list_instance(
            tuple(Choice(name=row["name"], label={}, fields={"area": row["area"]}) for row in rows)
        )
        for name, rows in SHARED["lists"].items()
    }
    inside = here.removeprefix("/data").strip("/")
    element = root.find(inside) if inside else root
    assert element is not None
    instance = Instance(root, SHARED["today"], lists)
    assert text(compile_expression(expression).evaluate(instance.at(element))) == wanted
