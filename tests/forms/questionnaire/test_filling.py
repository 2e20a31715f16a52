"""What is asked next, and what of the answers can be kept."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.questionnaire.definition import Choice, Definition, Group, Item, Kind, Question
from forms.questionnaire.filling import MOST_TURNS, Filling
from forms.text import clean
from tests.questionnaires import small_definition

YES_NO = (Choice(name="yes", label={"sv": "Ja"}), Choice(name="no", label={"sv": "Nej"}))

STEPS = {"start": "1", "end": "5", "step": "1"}


def definition(*items: Item) -> Definition:
    return Definition(name="prov", title={"sv": "Prov"}, languages=("sv",), items=items)


def question(name: str, kind: Kind = Kind.SELECT_ONE, *, at: str = "/data", **more: Any) -> Question:
    choices = YES_NO if kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE) else ()
    return Question(name=name, path=f"{at}/{name}", kind=kind, **{"choices": choices, **more})


def pages(asked: Definition, answers: dict[str, Any]) -> list[str]:
    return [page.name for page in Filling(asked, answers).pages()]


def faults(asked: Definition, answers: dict[str, Any]) -> dict[str, str]:
    return {place: fault.code for place, fault in Filling(asked, answers).check().faults.items()}


def test_a_question_that_concerns_nobody_here_is_no_page_and_its_answer_is_dropped() -> None:
    answers = {"safe_day": "safe", "safe_evening": "not_here", "years": 3}
    filling = Filling(small_definition(), answers)
    assert [page.name for page in filling.pages()] == [
        "safe_day",
        "safe_evening",
        "problems",
        "next_step",
        "words",
    ]
    checked = filling.check()
    assert checked.answers == {"safe_day": "safe", "safe_evening": "not_here"}
    assert checked.faults == {}


def test_a_chain_of_skipped_questions_is_followed_to_its_end() -> None:
    chain = definition(
        question("a"),
        question("b", relevant="/data/a = 'yes'"),
        question("c", relevant="/data/b = 'yes'"),
        question("d", relevant="/data/c = 'yes'"),
    )
    answers = dict.fromkeys("abcd", "yes")
    assert Filling(chain, answers).check().answers == answers
    assert Filling(chain, {**answers, "a": "no"}).check().answers == {"a": "no"}


def test_a_chain_against_the_order_is_followed_too() -> None:
    chain = definition(
        question("d", relevant="/data/c = 'yes'"),
        question("c", relevant="/data/b = 'yes'"),
        question("b", relevant="/data/a = 'yes'"),
        question("a"),
    )
    answers = dict.fromkeys("abcd", "yes")
    assert Filling(chain, answers).check().answers == answers
    assert Filling(chain, {**answers, "a": "no"}).check().answers == {"a": "no"}


def test_a_long_chain_against_the_order_is_no_burden() -> None:
    chain = [question("q0"), *(question(f"q{n}", relevant=f"/data/q{n - 1} = 'yes'") for n in range(1, 400))]
    asked = definition(*reversed(chain))
    answers = {one.name: "yes" for one in chain}
    assert Filling(asked, answers).check().answers == answers  # compiles it
    start = time.process_time()
    assert Filling(asked, {**answers, "q0": "no"}).check().answers == {"q0": "no"}
    assert time.process_time() - start < 1


def test_turns_of_a_repeat_can_depend_on_the_sum_of_all_its_turns() -> None:
    repeat = Group(
        name="shop",
        path="/data/shop",
        repeat=True,
        items=(
            question("spent", Kind.INTEGER, at="/data/shop"),
            question("much", at="/data/shop", relevant=" ../spent * 2 > /data/total"),
        ),
    )
    asked = definition(repeat, question("total", Kind.CALCULATE, calculate="sum( /data/shop/spent )"))
    answers = {"shop": [{"spent": 9, "much": "yes"}, {"spent": 2, "much": "yes"}]}
    assert Filling(asked, answers).check().answers == {
        "shop": [{"spent": 9, "much": "yes"}, {"spent": 2}],
        "total": 11,
    }


def test_what_is_in_a_skipped_group_is_skipped() -> None:
    asked = definition(
        question("a"),
        Group(
            name="g",
            path="/data/g",
            relevant="/data/a = 'yes'",
            items=(question("b", at="/data/g", required="true()"),),
        ),
    )
    assert pages(asked, {"a": "no"}) == ["a"]
    assert pages(asked, {"a": "yes"}) == ["a", "b"]
    assert Filling(asked, {"a": "no", "b": "foreign"}).check() == Filling(asked, {"a": "no"}).check()
    assert faults(asked, {"a": "yes"}) == {"b": "required"}


def test_only_the_faults_asked_for_are_told() -> None:
    asked = definition(question("a", required="true()"), question("b", required="/data/a = 'yes'"))
    assert faults(asked, {}) == {"a": "required"}
    assert faults(asked, {"a": "yes"}) == {"b": "required"}
    assert Filling(asked, {"a": "yes"}).check(only=["a"]).faults == {}


@pytest.mark.parametrize(
    ("kind", "more", "sent", "kept"),
    [
        (Kind.SELECT_ONE, {}, " yes ", "yes"),
        (Kind.SELECT_MULTIPLE, {}, "no yes no", ["yes", "no"]),
        (Kind.SELECT_MULTIPLE, {}, ["no"], ["no"]),
        (Kind.TEXT, {}, "  a\r\nb\0 ", "  a\nb "),
        (Kind.INTEGER, {}, " -12", -12),
        (Kind.INTEGER, {}, 12.0, 12),
        (Kind.INTEGER, {}, "١٢", 12),
        (Kind.DECIMAL, {}, "1,5", 1.5),
        (Kind.DECIMAL, {}, 2, 2.0),
        (Kind.RANGE, {"parameters": {"start": "1", "end": "5", "step": "1"}}, "5", 5),
        (Kind.RANGE, {"parameters": {"start": "0", "end": "1", "step": "0.1"}}, "0.3", 0.3),
        (Kind.DATE, {}, "2026-05-01", "2026-05-01"),
        (Kind.DATE, {}, "2026-05-01T10:00:00.000+02:00", "2026-05-01"),
        (Kind.GEOPOINT, {}, "59.4037 17.9421 0 4.5", "59.40370 17.94210"),
        (Kind.IMAGE, {}, "photo 1.jpg", "photo 1.jpg"),
        (Kind.NOTE, {}, "anything", None),
        (Kind.TEXT, {}, " \n", None),
        (Kind.INTEGER, {}, "", None),
        (Kind.SELECT_MULTIPLE, {}, [], None),
    ],
)
def test_answers_are_kept_in_one_form(kind: Kind, more: dict[str, Any], sent: object, kept: object) -> None:
    checked = Filling(definition(question("q", kind, **more)), {"q": sent}).check()
    assert checked.faults == {}
    assert checked.answers.get("q") == kept


@pytest.mark.parametrize(
    ("kind", "more", "sent", "code"),
    [
        (Kind.SELECT_ONE, {}, "maybe", "choice"),
        (Kind.SELECT_ONE, {}, ["yes"], "type"),
        (Kind.SELECT_ONE, {}, True, "type"),
        (Kind.SELECT_MULTIPLE, {}, ["yes", "maybe"], "choice"),
        (Kind.SELECT_MULTIPLE, {}, [1], "type"),
        (Kind.SELECT_MULTIPLE, {}, {"yes": "no"}, "type"),
        (Kind.TEXT, {}, "x" * 1_000_000, "length"),
        (Kind.TEXT, {"parameters": {"max-length": "3"}}, "four", "length"),
        (Kind.TEXT, {}, {"a": 1}, "type"),
        (Kind.INTEGER, {}, "1.5", "integer"),
        (Kind.INTEGER, {}, "9" * 5000, "integer"),
        (Kind.INTEGER, {}, 2**31, "range"),
        (Kind.INTEGER, {}, float("nan"), "integer"),
        (Kind.DECIMAL, {}, float("nan"), "number"),
        (Kind.DECIMAL, {}, float("inf"), "number"),
        (Kind.DECIMAL, {}, "1e5", "number"),
        (Kind.DECIMAL, {}, "NaN", "number"),
        (Kind.RANGE, {"parameters": {"start": "1", "end": "5", "step": "1"}}, "6", "range"),
        (Kind.RANGE, {"parameters": {"start": "1", "end": "5", "step": "2"}}, "2", "step"),
        (Kind.DATE, {}, "2026-02-30", "date"),
        (Kind.DATE, {}, "1/5 2026", "date"),
        (Kind.GEOPOINT, {}, "95 17", "place"),
        (Kind.GEOPOINT, {}, "59.4", "place"),
        (Kind.IMAGE, {}, "../../etc/passwd", "photo"),
    ],
)
def test_what_cannot_be_kept_is_named(kind: Kind, more: dict[str, Any], sent: object, code: str) -> None:
    checked = Filling(definition(question("q", kind, **more)), {"q": sent}).check()
    assert {place: fault.code for place, fault in checked.faults.items()} == {"q": code}
    assert checked.answers == {}
    assert checked.faults["q"].message % dict(checked.faults["q"].values)


def test_an_answer_to_what_is_not_asked_is_refused() -> None:
    assert faults(definition(question("a")), {"a": "yes", "b": "yes"}) == {"b": "unknown"}


def test_a_constraint_speaks_with_the_words_of_the_questionnaire() -> None:
    asked = definition(
        question("n", Kind.INTEGER, constraint=". >= 0 and . < 120", constraint_message={"sv": "Nej."})
    )
    assert faults(asked, {"n": "119"}) == {}
    fault = Filling(asked, {"n": "120"}).check().faults["n"]
    assert (fault.code, fault.words) == ("constraint", {"sv": "Nej."})


def test_choices_are_filtered_by_another_answer() -> None:
    places = tuple(
        Choice(name=name, label={"sv": name}, fields={"area": area})
        for name, area in (("kista", "north"), ("tensta", "south"))
    )
    asked = definition(
        question("area", Kind.TEXT),
        question(
            "place",
            choices=places,
            choice_list="places",
            choice_filter="instance('places')/root/item[area= /data/area ]",
        ),
    )
    place = asked.items[1]
    assert isinstance(place, Question)
    shown = Filling(asked, {"area": "north"}).shown_choices(place)
    assert [choice.name for choice in shown] == ["kista"]
    assert faults(asked, {"area": "north", "place": "kista"}) == {}
    assert faults(asked, {"area": "north", "place": "tensta"}) == {"place": "choice"}


def test_calculations_are_made_here_and_never_taken_from_outside() -> None:
    asked = definition(
        question("n", Kind.INTEGER),
        question("double", Kind.CALCULATE, calculate="/data/n * 2"),
        question("words", Kind.CALCULATE, calculate="concat('n=', /data/double )"),
        question("after", relevant="/data/double > 5"),
    )
    checked = Filling(asked, {"n": "3", "double": "1000", "after": "yes"}).check()
    assert checked.answers == {"n": 3, "double": 6, "words": "n=6", "after": "yes"}
    assert Filling(asked, {"after": "yes"}).check().answers == {"words": "n="}


def test_a_repeat_is_checked_turn_by_turn() -> None:
    repeat = Group(
        name="visits",
        path="/data/visits",
        repeat=True,
        items=(
            question("come", at="/data/visits", required="true()"),
            question("why", Kind.TEXT, at="/data/visits", relevant=" ../come = 'yes'"),
        ),
    )
    asked = definition(repeat, question("many", Kind.CALCULATE, calculate="count( /data/visits )"))
    checked = Filling(
        asked, {"visits": [{"come": "yes", "why": "bread"}, {"come": "no", "why": "gone"}, {"why": "?"}]}
    ).check()
    assert checked.answers == {"visits": [{"come": "yes", "why": "bread"}, {"come": "no"}], "many": 3}
    assert {place: fault.code for place, fault in checked.faults.items()} == {"visits/2/come": "required"}
    assert faults(asked, {"visits": [{}] * (MOST_TURNS + 1)})["visits"] == "turns"
    assert faults(asked, {"visits": "yes"}) == {"visits": "type"}


def test_notes_come_with_what_follows_them() -> None:
    asked = definition(
        question("hello", Kind.NOTE),
        Group(name="g", path="/data/g", label={"sv": "G"}, items=(question("a", at="/data/g"),)),
        question("thanks", Kind.NOTE),
    )
    first, last = Filling(asked, {}).pages()
    assert [note.name for note in first.notes] == ["hello"]
    assert first.name == "a"
    assert [group.name for group in first.within] == ["g"]
    assert (last.name, last.notes) == ("thanks", ())


def test_a_matrix_without_rows_that_concern_anybody_is_no_page() -> None:
    matrix = Group(
        name="m",
        path="/data/m",
        matrix=True,
        items=(question("row", at="/data/m", relevant="/data/a = 'yes'"),),
    )
    asked = definition(question("a"), matrix)
    assert pages(asked, {"a": "no"}) == ["a"]
    assert pages(asked, {"a": "yes"}) == ["a", "m"]


def test_today_is_the_day_of_the_place() -> None:
    asked = definition(question("d", Kind.DATE, constraint=". <= today()", default="today()"))
    day = asked.items[0]
    assert isinstance(day, Question)
    filling = Filling(asked, {"d": "2026-05-02"}, date(2026, 5, 1))
    assert filling.check().faults["d"].code == "constraint"
    assert filling.default(day) == "2026-05-01"


def test_a_default_may_look_into_a_list_that_no_other_expression_needs() -> None:
    places = (Choice(name="kista", label={"sv": "Kista"}, fields={"short": "K"}),)
    definition = Definition(
        name="x",
        title={"sv": "X"},
        languages=("sv",),
        items=(
            Question(
                name="place", path="/data/place", kind=Kind.SELECT_ONE, choices=places, choice_list="places"
            ),
            Question(
                name="short",
                path="/data/short",
                kind=Kind.TEXT,
                default="instance('places')/root/item[name = 'kista']/short",
            ),
        ),
    )
    (_place, short) = definition.questions()
    assert Filling(definition, {}).default(short) == "K"


NASTY = (
    "undefined",
    "NULL",
    "\\\\",
    "1E+02",
    "0x0",
    "١٢٣",
    '<>?:"{}|_+',
    "\u0001\u007f\u0085\ufeff\u200b",
    "田中さんにあげて下さい",
    "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
    "❤️ 💔 👩🏽 🏳0🌈️",
    "ثم نفس سقطت وبالتحديد،",
    "\u202etest\u202e",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè",
    "<script>alert(0)</script>",
    "'; DROP TABLE responses; --",
    "$(touch /tmp/x)",
    "{% print 'x' %}{{ 7*7 }}",
    "%s%d%(name)s",
    "../../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "${safe_day}",
    "\r\n.\r\nQUIT",
    "Scunthorpe General Hospital",
)


@pytest.mark.parametrize("words", NASTY)
def test_text_is_kept_as_it_was_written(words: str) -> None:
    asked = definition(
        question("t", Kind.TEXT), question("copy", Kind.CALCULATE, calculate="concat('', /data/t )")
    )
    checked = Filling(asked, {"t": words}).check()
    assert checked.faults == {}
    assert checked.answers["t"] == words.replace("\r\n", "\n")
    assert checked.answers["copy"] == checked.answers["t"]


def test_every_naughty_string_is_kept_as_text_and_breaks_no_other_question() -> None:
    naughty: list[str] = json.loads(
        (Path(__file__).parents[2] / "data" / "hostile" / "blns.json").read_text(encoding="utf-8")
    )
    asked = definition(question("t", Kind.TEXT))
    everything = definition(*(question(f"q_{kind}", kind, parameters=STEPS) for kind in Kind))
    for words in naughty:
        kept = Filling(asked, {"t": words}).check()
        assert kept.faults == {}
        typed = clean(words)
        assert kept.answers == ({"t": typed} if typed and typed.strip() else {})
        Filling(everything, {f"q_{kind}": words for kind in Kind}).check()
    assert len(naughty) > 400


@pytest.mark.parametrize(
    "kind", [one for one in Kind if one not in (Kind.TEXT, Kind.NOTE, Kind.CALCULATE, Kind.IMAGE)]
)
def test_nothing_nasty_is_anything_but_text(kind: Kind) -> None:
    more: dict[str, Any] = {"parameters": STEPS} if kind is Kind.RANGE else {}
    for words in {*NASTY, "NaN", "Infinity", "-inf", "1e308", "0.0.0"} - {"١٢٣"}:
        assert faults(definition(question("q", kind, **more)), {"q": words})


def test_words_of_a_question_can_tell_what_was_answered() -> None:
    asked = definition(question("name", Kind.TEXT), question("why", Kind.TEXT, relevant="/data/name = 'Bo'"))
    assert Filling(asked, {"name": "Kista"}).filled("Bor du i ${name}? ${why}${nobody}") == "Bor du i Kista? "


@pytest.mark.parametrize("sent", [None, 1, [], "x", [[]], {"a": 1}, [{"a": {}}], True, float("nan"), b"x"])
def test_no_shape_of_an_answer_ends_in_an_error(sent: object) -> None:
    shapes: tuple[Item, ...] = (
        *(question("q", kind, parameters=STEPS) for kind in Kind),
        Group(name="q", path="/data/q", repeat=True, items=(question("a", at="/data/q"),)),
        Group(name="q", path="/data/q", items=(question("a", at="/data/q"),)),
    )
    for asked in shapes:
        filling = Filling(definition(asked), {"q": sent})
        filling.pages()
        filling.check()
