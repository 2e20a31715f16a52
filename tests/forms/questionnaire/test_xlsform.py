"""An XLSForm becomes a definition, or every reason against it is named with its row and column."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from forms.questionnaire.definition import Choice, Definition, Group, Question
from forms.questionnaire.filling import Filling
from forms.questionnaire.sheet_faults import XLSFormError
from forms.questionnaire.sheets import Sheets, read_sheets
from forms.questionnaire.xlsform import Converted, convert

Rows = list[dict[str, str]]
YES_NO: Rows = [
    {
        "list_name": "yn",
        "name": "yes",
        "label::Svenska (sv)": "Ja",
        "label::العربية (ar)": "نعم",
        "good": "yes",
    },
    {"list_name": "yn", "name": "no", "label::Svenska (sv)": "Nej", "label::العربية (ar)": "لا"},
]
SETTINGS = {"form_id": "prov", "form_title": "Provet", "default_language": "Svenska (sv)"}


def sheet_bytes(survey: Rows, choices: Rows | None = None, settings: dict[str, str] | None = None) -> bytes:
    """The CSV of an XLSForm; the row of a survey's first question is 3, that of the headings 2."""
    words = io.StringIO()
    writer = csv.writer(words)
    for name, rows in (
        ("survey", survey),
        ("choices", YES_NO if choices is None else choices),
        ("settings", [SETTINGS if settings is None else settings]),
    ):
        columns = list(dict.fromkeys(column for row in rows for column in row))
        writer.writerow([name])
        writer.writerow(["", *columns])
        writer.writerows([["", *(row.get(column, "") for column in columns)] for row in rows])
    return words.getvalue().encode()


def sheets(survey: Rows, choices: Rows | None = None, settings: dict[str, str] | None = None) -> Sheets:
    return read_sheets(sheet_bytes(survey, choices, settings), "form.csv")


def asked(kind: str, name: str, **more: str) -> dict[str, str]:
    return {
        "type": kind,
        "name": name,
        "label::Svenska (sv)": name.title(),
        "label::العربية (ar)": "س",
        **more,
    }


def made(survey: Rows, choices: Rows | None = None, **options: Any) -> Converted:
    return convert(sheets(survey, choices), **options)


def faults(survey: Rows, choices: Rows | None = None, **options: Any) -> list[tuple[str, int, str, str]]:
    with pytest.raises(XLSFormError) as raised:
        made(survey, choices, **options)
    for fault in raised.value.faults:
        assert fault.message % dict(fault.values)
    return [(one.sheet, one.row, one.column, one.code) for one in raised.value.faults]


def question(definition: Definition, name: str) -> Question:
    return next(one for one in definition.questions() if one.name == name)


def test_questions_keep_their_words_in_every_language() -> None:
    definition = made(
        [asked("select_one yn", "safe", required="yes", module="core", **{"hint::Svenska (sv)": "Välj"})]
    ).definition
    assert (definition.name, definition.title, definition.languages) == (
        "prov",
        {"sv": "Provet"},
        ("sv", "ar"),
    )
    safe = question(definition, "safe")
    assert safe.label == {"sv": "Safe", "ar": "س"}
    assert safe.hint == {"sv": "Välj"}
    assert (safe.required, safe.module, safe.path) == ("true()", "core", "/data/safe")
    assert [(one.name, one.label["ar"], one.good) for one in safe.choices] == [
        ("yes", "نعم", True),
        ("no", "لا", False),
    ]


def test_words_are_unreviewed_until_somebody_says_otherwise() -> None:
    definition = made(
        [
            asked("text", "a", **{"reviewed::العربية (ar)": "yes"}),
            asked("text", "b", **{"reviewed::العربية (ar)": "no"}),
            asked("text", "c"),
        ]
    ).definition
    assert [one.unreviewed for one in definition.questions()] == [(), ("ar",), ("ar",)]


def test_expressions_become_paths_that_can_be_evaluated() -> None:
    definition = made(
        [
            asked("select_one yn", "a"),
            asked("begin group", "g", relevant="${a} = 'yes'"),
            asked("integer", "n", constraint=". >= 0 and . < 120"),
            {"type": "end group"},
            {"type": "calculate", "name": "twice", "calculation": "${n} * 2"},
        ]
    ).definition
    assert Filling(definition, {"a": "yes", "n": 4}).check().answers == {"a": "yes", "n": 4, "twice": 8}
    assert Filling(definition, {"a": "no", "n": 4}).check().answers == {"a": "no"}
    assert Filling(definition, {"a": "yes", "n": 120}).check().faults["n"].code == "constraint"


def test_a_table_list_is_a_matrix_with_its_rows_alone() -> None:
    definition = made(
        [
            asked("begin group", "m", appearance="table-list"),
            asked("select_one yn", "m1"),
            asked("select_one yn", "m2"),
            {"type": "end group"},
        ]
    ).definition
    (matrix,) = definition.items
    assert isinstance(matrix, Group)
    assert matrix.matrix
    assert [(one.name, one.path) for one in matrix.items] == [("m1", "/data/m/m1"), ("m2", "/data/m/m2")]


def test_or_other_adds_a_choice_to_this_question_alone_and_asks_which() -> None:
    definition = made([asked("select_one yn or_other", "a"), asked("select_one yn", "b")]).definition
    assert [one.name for one in question(definition, "a").choices] == ["yes", "no", "other"]
    assert [one.name for one in question(definition, "b").choices] == ["yes", "no"]
    answers = {"a": "other", "a_other": "Bägge"}
    assert Filling(definition, answers).check().answers == answers
    assert Filling(definition, {**answers, "a": "yes"}).check().answers == {"a": "yes"}


def test_choice_filter_default_and_repeat_count_come_through() -> None:
    places: Rows = [
        {
            "list_name": "places",
            "name": name,
            "label::Svenska (sv)": name,
            "label::العربية (ar)": "م",
            "Area": area,
        }
        for name, area in (("kista", "no"), ("tensta", "yes"))
    ]
    definition = made(
        [
            asked("select_one yn", "a", default="yes"),
            asked("select_one places", "p", choice_filter="Area = ${a}"),
            asked("integer", "n"),
            asked("begin repeat", "visits", repeat_count="${n}"),
            asked("date", "when", default="today()"),
            {"type": "end repeat"},
        ],
        [*YES_NO, *places],
    ).definition
    filling = Filling(definition, {"a": "yes", "n": 2, "visits": [{"when": "2026-01-01"}] * 3})
    assert [one.name for one in filling.shown_choices(question(definition, "p"))] == ["tensta"]
    assert filling.default(question(definition, "a")) == "yes"
    visits = definition.items[3]
    assert isinstance(visits, Group)
    assert filling.turns(visits) == 2
    assert filling.check().answers["visits"] == [{"when": "2026-01-01"}] * 2


def test_what_is_left_out_is_gone_with_its_whole_module() -> None:
    survey = [
        asked("text", "a"),
        asked("begin group", "g", module="extra"),
        asked("text", "b"),
        {"type": "end group"},
        asked("text", "c", module="other"),
        asked("text", "d"),
    ]
    converted = made(survey, left_out=["extra", "d"])
    assert [one.name for one in converted.definition.questions()] == ["a", "c"]
    assert "/data/g" not in converted.xform
    assert question(made(survey).definition, "b").module == "extra"


def test_a_question_that_depends_on_what_is_left_out_is_named() -> None:
    survey = [asked("text", "a"), asked("text", "b", relevant="${a} = 'x'")]
    assert faults(survey, left_out=["a"]) == [("survey", 4, "relevant", "left_out_reference")]


def test_measures_stand_before_what_the_sheet_lists() -> None:
    own: Rows = [
        {"list_name": "measures", "name": "none", "label::Svenska (sv)": "Inget", "label::العربية (ar)": "لا"}
    ]
    measures = [Choice(name="m1", label={"sv": "Ny belysning vid <torget> & gången"})]
    converted = made([asked("select_multiple measures", "seen")], own, measures=measures)
    seen = question(converted.definition, "seen")
    assert [one.name for one in seen.choices] == ["m1", "none"]
    assert "Ny belysning vid &lt;torget&gt; &amp; gången" in converted.xform


def test_sheets_read_from_a_version_convert_alike() -> None:
    first = sheets([asked("select_one yn", "a"), asked("text", "b", relevant="${a} = 'yes'")])
    assert convert(Sheets.model_validate(first.model_dump(mode="json"))) == convert(first)


@pytest.mark.parametrize(
    ("survey", "expected"),
    [
        ([asked("selct_one yn", "a")], (3, "type", "unknown_type")),
        ([asked("audio", "a")], (3, "type", "unsupported_type")),
        ([asked("deviceid", "a")], (3, "type", "unsupported_type")),
        ([asked("select_one nope", "a")], (3, "type", "no_list")),
        ([asked("select_one", "a")], (3, "type", "no_list_named")),
        ([asked("text", "a"), asked("text", "a")], (4, "name", "second_name")),
        ([asked("text", "")], (3, "name", "no_name")),
        ([asked("text", "1 a")], (3, "name", "bad_name")),
        ([asked("begin group", "g"), asked("text", "a")], (3, "type", "not_closed")),
        ([asked("text", "a"), {"type": "end group"}], (4, "type", "not_begun")),
        ([asked("begin group", "g"), asked("text", "a"), {"type": "end repeat"}], (5, "type", "not_begun")),
        ([asked("text", "a"), asked("begin group", "g"), {"type": "end group"}], (4, "type", "empty_group")),
        ([{"type": "text", "name": "a", "label::العربية (ar)": "س"}], (3, "label::Svenska (sv)", "no_label")),
        ([asked("text", "a", relevant="${b} = 1")], (3, "relevant", "unknown_reference")),
        ([asked("text", "a", relevant="/data/b = 1")], (3, "relevant", "unknown_reference")),
        ([asked("text", "a", **{"label::Svenska (sv)": "Hej ${b}"})], (3, "label::Svenska (sv)", "unknown_reference")),
        ([asked("text", "a", relevant="pulldata('a', 'b') = 1")], (3, "relevant", "unknown_function")),
        ([asked("text", "a", constraint="selected(.)")], (3, "constraint", "wrong_arguments")),
        ([asked("text", "a", constraint=". = = 1")], (3, "constraint", "bad_syntax")),
        ([asked("text", "a", constraint="regex(., '(a')")], (3, "constraint", "bad_pattern")),
        ([asked("text", "a", constraint="." + " + 1" * 1000)], (3, "constraint", "too_long")),
        ([asked("text", "a", constraint="not(" * 40 + "." + ")" * 40)], (3, "constraint", "too_deep")),
        ([{"type": "calculate", "name": "a"}, asked("text", "b")], (3, "calculation", "no_calculation")),
        ([asked("range", "a", parameters="start=5 end=1")], (3, "parameters", "bad_parameter")),
        ([asked("text", "a", parameters="colour=red")], (3, "parameters", "bad_parameter")),
        ([asked("text", "a", **{"media::image": "a.png"})], (3, "media::image", "unsupported_column")),
        ([asked("select_one yn or_other", "a", choice_filter="name != ''")], (3, "choice_filter", "other_and_filter")),
        ([asked("select_one yn or_other", "a"), asked("text", "a_other")], (4, "name", "second_name")),
        ([asked("note", "a")], (0, "type", "no_questions")),
        ([asked("text", "a", **{"reviewed::العربية (ar)": "kanske"})], (3, "reviewed::العربية (ar)", "bad_yes_no")),
        (
            [asked("begin group", "m", appearance="table-list"), asked("text", "a"), {"type": "end group"}],
            (3, "appearance", "bad_matrix"),
        ),
        (
            [asked("begin repeat", "r"), asked("begin repeat", "s"), asked("text", "a"), *[{"type": "end repeat"}] * 2],
            (4, "type", "repeat_in_repeat"),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_row_and_column(survey: Rows, expected: tuple[int, str, str]) -> None:
    assert ("survey", *expected) in faults(survey)


@pytest.mark.parametrize(
    "survey",
    [
        [asked("text", "a", relevant="${a} = 'x'")],
        [asked("text", "a", relevant="${b} = 1"), asked("text", "b", relevant="${a} = 1")],
        [
            {"type": "calculate", "name": "a", "calculation": "${c} + 1"},
            asked("text", "b", relevant="${a} = 1"),
            {"type": "calculate", "name": "c", "calculation": "${b} + 1"},
        ],
        [asked("begin group", "g", relevant="${b} = 1"), asked("text", "b"), {"type": "end group"}],
        [asked("text", "a", relevant="/data/b = 1"), asked("text", "b", relevant="../a = 1")],
    ],
)
def test_circles_are_refused(survey: Rows) -> None:
    assert "circle" in [code for _sheet, _row, _column, code in faults(survey)]


def test_two_days_may_each_be_held_against_the_other() -> None:
    assert made(
        [asked("date", "first", constraint=". <= ${last}"), asked("date", "last", constraint=". >= ${first}")]
    )


def test_a_long_chain_is_no_circle() -> None:
    survey = [
        asked("text", "q0"),
        *(asked("text", f"q{n}", relevant=f"${{q{n - 1}}} = 'x'") for n in range(1, 300)),
    ]
    assert len(list(made(survey).definition.questions())) == 300


def test_faults_of_choices_and_settings_are_named_too() -> None:
    choices = [*YES_NO, YES_NO[0], {"list_name": "yn", "name": "a b", "label::Svenska (sv)": "X"}]
    assert faults([asked("select_one yn", "a")], choices) == [
        ("choices", 8, "name", "second_name"),
        ("choices", 9, "name", "bad_choice"),
    ]
    with pytest.raises(XLSFormError) as raised:
        convert(sheets([asked("text", "a")], settings={"form_id": "1 2", "default_language": "Svenska (sv)"}))
    assert {(one.column, one.code) for one in raised.value.faults} == {
        ("form_id", "no_form_id"),
        ("form_title", "no_title"),
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [("a;b", "bad_choice"), ('a"b', "bad_choice"), ("<b>", "bad_choice"), ("unanswered", "own_choice")],
)
def test_names_of_choices_that_would_spoil_results_are_refused(name: str, code: str) -> None:
    """A semicolon ends a cell of the file for SPSS; another "unanswered" would be counted as no answer."""
    choices = [*YES_NO, {"list_name": "yn", "name": name, "label::Svenska (sv)": "X"}]
    assert faults([asked("select_one yn", "a")], choices) == [("choices", 8, "name", code)]


@pytest.mark.parametrize("name", ["-1", "1.5", "ja_då", "18-29", "B+"])
def test_names_of_choices_may_be_numbers_and_words(name: str) -> None:
    choices = [*YES_NO, {"list_name": "yn", "name": name, "label::Svenska (sv)": "X"}]
    found = question(made([asked("select_one yn", "a")], choices).definition, "a")
    assert [choice.name for choice in found.choices] == ["yes", "no", name]


@pytest.mark.parametrize(
    ("survey", "code"),
    [
        ([{"type": "text", "name": "a", "label::Svenska": "A"}], "no_language_code"),
        ([{"type": "text", "name": "a", "label": "A", "label::العربية (ar)": "س"}], "mixed_languages"),
        ([asked("text", "a", **{"hint::English (en)": "X"})], "unknown_language"),
    ],
)
def test_languages_have_to_agree(survey: Rows, code: str) -> None:
    assert code in [one[3] for one in faults(survey)]


def test_a_form_without_languages_is_swedish() -> None:
    found = convert(
        sheets(
            [{"type": "text", "name": "a", "label": "Vad?"}], [], {"form_id": "prov", "form_title": "Provet"}
        )
    )
    assert found.definition.languages == ("sv",)
    assert question(found.definition, "a").label == {"sv": "Vad?"}
