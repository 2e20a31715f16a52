"""The questionnaire as a form to print: what is asked stands on it, as it is typed in afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.db import change
from app.errors import ForbiddenError, NotFoundError
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services import paper_forms
from app.services.paper_forms import NoPaperError, form_languages, make_form
from app.services.printing import make_pdf
from forms.questionnaire.definition import Choice, Definition, Group, Kind, Question
from tests.questionnaires import PROBLEM, make_wave, small_definition

MANY = tuple(Choice(name=f"v{number}", label={"sv": f"Val {number}"}) for number in range(1, 12))


def asked(name: str, kind: Kind, **values: Any) -> Question:
    return Question(name=name, path=f"/data/{name}", kind=kind, label={"sv": f"Fråga {name}"}, **values)


def long_definition() -> Definition:
    """The small one, and what else a form has to know: photos, places, notes, groups, what repeats, wide tables."""
    small = small_definition()
    more = Group(
        name="more",
        path="/data/more",
        label={"sv": "Om dagen"},
        relevant="/data/safe_day = 'safe' or /data/safe_day = 'unsafe'",
        items=(
            asked("photo", Kind.IMAGE),
            asked("where", Kind.GEOPOINT),
            asked("told", Kind.NOTE),
            asked("many", Kind.SELECT_MULTIPLE, choices=MANY, hint={"sv": "Högst tre."}),
            asked("scale", Kind.RANGE, parameters={"start": "0", "end": "3", "step": "1"}),
            asked("adult", Kind.DATE, relevant="/data/years >= 18"),
            Group(name="turns", path="/data/more/turns", label={"sv": "Varv"}, repeat=True,
                  items=(asked("turn", Kind.TEXT),)),
            Group(name="wide", path="/data/more/wide", label={"sv": "Bred"}, matrix=True,
                  items=(asked("row", Kind.SELECT_ONE, choices=MANY),)),
            Group(name="spots", path="/data/more/spots", label={"sv": "Ställen"}, repeat=True,
                  items=(asked("spot", Kind.GEOPOINT),)),
        ),
    )  # fmt: skip
    sum_of = Question(name="sum", path="/data/sum", kind=Kind.CALCULATE, calculate="1 + 1")
    named = Question(name="named", path="/data/named", kind=Kind.TEXT, label={"sv": "Varför ${safe_day}?"})
    return small.model_copy(update={"items": (*small.items, more, sum_of, named)})


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site, definition=long_definition(), slug="kista-enkat")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is handed to the printer, which prints as ever."""
    seen: list[dict[str, Any]] = []

    def watch(template: str, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return make_pdf(template, data)

    monkeypatch.setattr(paper_forms, "make_pdf", watch)
    return seen


def rows(part: dict[str, Any]) -> list[dict[str, Any]]:
    return part["table"]["rows"] if part["table"] else part["questions"]  # type: ignore[no-any-return]


def test_every_question_stands_there_in_order_and_no_photo_and_no_map(
    field: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    made = make_form(field, wave.id, "sv")
    assert b"pdfuaid" in made, "it is not tagged as PDF/UA"
    parts = printed[0]["parts"]
    assert [row["label"]["words"] for part in parts for row in rows(part)] == [
        "Hur trygg är du här på dagen?",
        "Hur trygg är du här på kvällen?",
        "Skräp",
        "Belysning",
        "Hur många år har du varit här?",
        "Vad bör göras?",
        "Något mer? Skriv inga namn.",
        "Fråga many",
        "Fråga scale",
        "Fråga adult",
        *(f"Fråga turn ({turn})" for turn in (1, 2, 3)),
        "Fråga row",
        "Varför …?",
    ]
    assert [part["label"]["words"] for part in parts if part["label"]] == [
        "Problem",
        "Fråga told",
        "Varv",
        "Bred",
    ]
    assert [one["label"]["words"] for part in parts for one in part["above"]] == ["Om dagen"]


def test_choices_have_the_digits_that_they_are_typed_by(
    field: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    make_form(field, wave.id, "sv")
    parts = printed[0]["parts"]
    found = {row["label"]["words"]: row for part in parts for row in rows(part)}
    digits = [(one["digit"], one["words"]) for one in found["Fråga many"]["choices"]]
    expected = [(str(number) if number < 10 else "", f"Val {number}") for number in range(1, 12)]
    assert digits == expected
    assert [one["words"] for one in found["Fråga scale"]["choices"]] == ["0", "1", "2", "3"]
    assert found["Fråga many"]["hint"]["words"] == "Högst tre."
    tables = [part["table"] for part in parts if part["table"]]
    assert [[one["words"] for one in table["scale"]] for table in tables] == [
        [choice.label["sv"] for choice in PROBLEM]
    ]


def test_who_is_to_skip_something_is_told_where_words_can(
    field: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    make_form(field, wave.id, "sv")
    parts = printed[0]["parts"]
    only = {row["label"]["words"]: row["only"] for part in parts for row in rows(part) if row["only"]}
    assert only == {
        "Hur många år har du varit här?": [
            "Hoppa över om du svarade ”Är inte här då” på ”Hur trygg är du här på kvällen?”"
        ]
    }
    (above,) = [one for part in parts for one in part["above"]]
    assert above["only"] == [
        "Svara bara om du svarade ”Ganska trygg / Ganska otrygg” på ”Hur trygg är du här på dagen?”"
    ]


def test_arabic_runs_from_the_right_and_what_it_lacks_is_marked(
    field: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    assert form_languages(wave) == ["sv", "ar"]
    make_form(field, wave.id, "ar")
    words = printed[0]
    assert (words["lang"], words["dir"]) == ("ar", "rtl")
    labels = [row["label"] for part in words["parts"] for row in rows(part)]
    assert labels[0] == {"words": "نهارا؟", "lang": "ar", "dir": "rtl"}
    assert (labels[-1]["lang"], labels[-1]["dir"]) == ("sv", "ltr")


def test_nothing_on_it_tells_one_form_from_another(
    field: Actor, wave: Wave, printed: list[dict[str, Any]]
) -> None:
    for _ in range(2):
        make_form(field, wave.id, "sv")
    first, second = (json.dumps(one) for one in printed)
    assert first == second
    assert str(wave.id) not in first


def test_a_language_that_is_none_of_the_waves_or_ours_makes_no_form(field: Actor, site: Site) -> None:
    wave = make_wave(site, definition=small_definition().model_copy(update={"languages": ("sv", "fi")}))
    assert form_languages(wave) == ["sv"]
    for language in ("fi", "ar", "../sv"):
        with pytest.raises(NotFoundError):
            make_form(field, wave.id, language)


def test_only_who_interviews_at_the_site_prints_and_only_where_paper_is_taken(
    field: Actor, analyst: Actor, outsider: Actor, wave: Wave
) -> None:
    for who, refused in ((analyst, ForbiddenError), (outsider, NotFoundError)):
        with pytest.raises(refused):
            make_form(who, wave.id, "sv")
    with change(SYSTEM, None):
        wave.channels = [Channel.LINK]
    with pytest.raises(NoPaperError):
        make_form(field, wave.id, "sv")
