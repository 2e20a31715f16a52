"""What an OpenRosa client sends: the filled-in XML instance → the form it is of, its id, and the answers as they came.

The XML is read by expat without a document type, so that no entity of its own is ever looked at. A name's prefix
tells nothing here: clients write `meta` and `orx:meta`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from xml.parsers import expat

from forms.questionnaire.definition import Definition, Group, Item, Kind, Question

LONGEST = 256 * 1024
"""Bytes of one instance: more than a long questionnaire filled to the brim."""
_MOST_ELEMENTS = 20_000
_DEEPEST = 20
_META = "meta"


class SubmissionError(ValueError):
    """The bytes are no instance that can be read; `code`: `too_long`, `not_xml`, `not_a_form` or `no_id`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class _Node:
    """One element with what is in it."""

    name: str
    text: list[str] = field(default_factory=list)
    inner: list[_Node] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "".join(self.text).strip()


@dataclass(frozen=True)
class Submission:
    """One filled-in form."""

    form_id: str
    version: str
    instance_id: UUID
    root: _Node


def read_submission(data: bytes) -> Submission:
    """Read an instance; raises SubmissionError."""
    if len(data) > LONGEST:
        raise SubmissionError("too_long")
    root, attributes = _parsed(data)
    if not attributes.get("id"):
        raise SubmissionError("not_a_form")
    meta = next((node for node in root.inner if node.name == _META), None)
    said = next((node.words for node in meta.inner if node.name == "instanceID"), "") if meta else ""
    try:
        # Of an older client: an attribute of the root.
        instance_id = UUID((said or attributes.get("instanceID", "")).removeprefix("uuid:"))
    except ValueError as error:
        raise SubmissionError("no_id") from error
    return Submission(attributes["id"], attributes.get("version", ""), instance_id, root)


def answers_in(definition: Definition, submission: Submission) -> dict[str, Any]:
    """The answers as `forms.questionnaire.filling` takes them; what the form does not ask stands there by its name."""
    return _answers(definition.items, submission.root)


def photos_in(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The photos that answers announce: each question's name with the name of its file."""
    wanted = {question.name for question in definition.questions() if question.kind is Kind.IMAGE}
    return list(_photos(wanted, answers)) if wanted else []


def _photos(wanted: set[str], answers: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, answer in answers.items():
        if name in wanted:
            yield name, str(answer)
        elif isinstance(answer, list):
            for turn in answer:
                if isinstance(turn, dict):
                    yield from _photos(wanted, turn)


def _answers(items: tuple[Item, ...], node: _Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known = {item.name: item for item in items}
    for inner in node.inner:
        item = known.get(inner.name)
        if isinstance(item, Question):
            if words := inner.words:
                found[item.name] = words
        elif isinstance(item, Group):
            answers = _answers(item.items, inner)
            if item.repeat:
                found.setdefault(item.name, []).append(answers)
            else:
                found |= answers
        elif inner.name != _META and inner.words:
            found[inner.name] = inner.words
    return found


def _parsed(data: bytes) -> tuple[_Node, dict[str, str]]:
    top = _Node("")
    above, attributes, count = [top], dict[str, str](), 0

    def begin(name: str, said: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS or len(above) > _DEEPEST:
            raise SubmissionError("too_long")
        if len(above) == 1:
            attributes.update(said)
        node = _Node(_local(name))
        above[-1].inner.append(node)
        above.append(node)

    def end(_name: str) -> None:
        above.pop()

    def take(words: str) -> None:
        above[-1].text.append(words)

    def refuse(*_document_type: object) -> None:
        raise SubmissionError("not_xml")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, take
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, SubmissionError):
            raise
        raise SubmissionError("not_xml") from error
    return top.inner[0], attributes


def _local(name: str) -> str:
    return name.rpartition(":")[2]
