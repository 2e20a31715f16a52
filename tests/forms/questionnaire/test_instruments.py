"""The shipped instruments: their items keep their names, and every language says everything."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from forms.questionnaire.definition import MEASURES
from forms.questionnaire.filling import Filling
from forms.questionnaire.parts import answers_asked, modules
from forms.questionnaire.sheets import read_sheets
from forms.questionnaire.shipped import CORE, PROBLEM, PROBLEM_ROWS, Instrument
from forms.questionnaire.unreviewed import unreviewed
from forms.questionnaire.xlsform import convert

LANGUAGES = ("sv", "sv-latt", "en", "ar", "so")
NO_ANSWER = ("begin", "end", "note")
RESIDENT_ITEMS = {
    "relation", "how_often", "safe_day", "safe_evening", "avoids",
    "problem_litter", "problem_lighting", "problem_sightlines", "problem_graffiti", "problem_drugs",
    "problem_drunkenness", "problem_groups", "problem_harassment", "problem_traffic", "problem_vehicles",
    "problem_premises", "problem_snow",
    "clean", "pleasant", "something_to_do", "change_12_months", "knows_work",
    "cares_municipality", "cares_police", "cares_owners", "knows_where", "would_report",
    "place_safe", "place_unsafe", "next_steps", "words", "noticed", "age_band", "gender", "language_home",
}  # fmt: skip
"""What answers are kept under, and waves compared by: a name that changes here breaks every trend."""

Row = dict[str, str]


def read(instrument: Instrument) -> dict[str, list[Row]]:
    """The sheets of an instrument; a line that begins with a word begins a sheet, the next one names its columns."""
    sheets: dict[str, list[Row]] = {}
    name, columns = "", None
    for first, *cells in csv.reader(instrument.path.read_text(encoding="utf-8").splitlines()):
        if first:
            name, columns = first, None
            sheets[name] = []
        elif columns is None:
            columns = cells
        else:
            sheets[name].append(dict(zip(columns, cells, strict=True)))
    return sheets


def asked(sheets: dict[str, list[Row]]) -> list[Row]:
    return [row for row in sheets["survey"] if not row["type"].startswith(NO_ANSWER)]


def texts(sheets: dict[str, list[Row]]) -> Iterator[tuple[Row, str, dict[str, str]]]:
    """Every text of an instrument: its row, its column, and the words by language."""
    for row in sheets["survey"] + sheets["choices"]:
        kinds = {column.split("::")[0] for column in row if "::" in column} - {"reviewed"}
        for kind in sorted(kinds):
            words = {
                found[1]: text
                for column, text in row.items()
                if column.startswith(f"{kind}::") and (found := re.search(r"\((.+)\)$", column))
            }
            yield row, kind, words


def test_items_of_residents_keep_their_names() -> None:
    assert {row["name"] for row in asked(read(Instrument.RESIDENT))} == RESIDENT_ITEMS


@pytest.mark.parametrize("instrument", Instrument)
def test_every_text_is_there_in_every_language(instrument: Instrument) -> None:
    for row, kind, words in texts(read(instrument)):
        assert tuple(words) == LANGUAGES
        if kind == "label" and not row.get("type", "").startswith("end"):
            assert all(words.values()), row
        assert all(words.values()) or not any(words.values()), (row["name"], kind)


@pytest.mark.parametrize("instrument", Instrument)
def test_arabic_is_written_in_arabic_and_the_others_are_not(instrument: Instrument) -> None:
    for row, _, words in texts(read(instrument)):
        if words["ar"]:
            assert re.search(r"[\u0600-\u06ff]{2}", words["ar"]), row
        assert not any(re.search(r"[\u0600-\u06ff]", words[code]) for code in LANGUAGES if code != "ar"), row


@pytest.mark.parametrize("instrument", Instrument)
def test_only_swedish_says_that_a_human_has_reviewed_it(instrument: Instrument) -> None:
    sheets = read(instrument)
    for row in sheets["survey"] + sheets["choices"]:
        flags = [value for column, value in row.items() if column.startswith("reviewed::")]
        assert flags in (["yes", "no", "no", "no", "no"], [""] * 5)
        assert any(flags) == bool(row["label::Svenska (sv)"])


@pytest.mark.parametrize("instrument", Instrument)
def test_core_asks_for_few_answers(instrument: Instrument) -> None:
    core = [row["name"] for row in asked(read(instrument)) if not row["module"]]
    rows = [name for name in core if name.startswith(PROBLEM)]
    assert len(core) - len(rows) + min(len(rows), PROBLEM_ROWS) <= CORE


@pytest.mark.parametrize("instrument", Instrument)
def test_every_list_of_choices_is_used_and_has_names_of_its_own(instrument: Instrument) -> None:
    sheets = read(instrument)
    used = {row["type"].split()[1] for row in asked(sheets) if row["type"].startswith("select")}
    lists: dict[str, list[str]] = {}
    for row in sheets["choices"]:
        lists.setdefault(row["list_name"], []).append(row["name"])
    assert lists.keys() == used
    assert all(len(set(names)) == len(names) for names in lists.values())


def test_noticed_measures_come_after_every_other_opinion() -> None:
    items = [row["name"] for row in asked(read(Instrument.RESIDENT))]
    assert items[items.index("noticed") + 1 :] == ["age_band", "gender", "language_home"]
    noticed = next(row for row in asked(read(Instrument.RESIDENT)) if row["name"] == "noticed")
    assert noticed["type"] == f"select_multiple {MEASURES}"


def test_children_have_three_steps_and_no_question_about_police_or_drugs() -> None:
    sheets = read(Instrument.CHILDREN)
    for scale in ("child_safety", "child_problem", "child_agreement"):
        steps = [row["name"] for row in sheets["choices"] if row["list_name"] == scale]
        assert len([name for name in steps if name not in ("not_here", "dont_know")]) == 3
    assert not {row["name"] for row in asked(sheets)} & {
        "cares_police",
        "problem_drugs",
        "problem_harassment",
    }


@pytest.mark.parametrize("instrument", Instrument)
def test_instrument_is_a_questionnaire(instrument: Instrument) -> None:
    made = convert(read_sheets(instrument.path.read_bytes(), instrument.path.name))
    assert made.definition.name == instrument.form_id
    assert made.definition.languages == LANGUAGES
    assert set(made.definition.title) == set(LANGUAGES)
    names = {question.name for question in made.definition.questions()}
    assert names == {row["name"] for row in asked(read(instrument))}
    assert set(unreviewed(made.definition)) == set(LANGUAGES) - {"sv"}


def test_core_is_asked_on_few_pages_and_matrices_are_one_page_each() -> None:
    sheets = read_sheets(Instrument.RESIDENT.path.read_bytes(), "resident.csv")
    rows = [row["name"] for row in read(Instrument.RESIDENT)["survey"] if row["name"].startswith(PROBLEM)]
    whole = convert(sheets).definition
    core = convert(sheets, left_out={*modules(whole), *rows[PROBLEM_ROWS:]}).definition
    assert answers_asked(core, ()) <= CORE
    pages = [page.name for page in Filling(core, {}).pages()]
    assert len(pages) == 11
    assert pages.count("problems") == 1


def test_at_most_three_next_steps_and_nothing_stands_alone() -> None:
    definition = convert(read_sheets(Instrument.RESIDENT.path.read_bytes(), "resident.csv")).definition
    for chosen, taken in (
        (["lighting", "cleaning", "seats"], True),
        (["lighting", "cleaning", "seats", "police"], False),
        (["nothing"], True),
        (["nothing", "lighting"], False),
    ):
        checked = Filling(definition, {"relation": "lives", "next_steps": chosen}).check()
        assert (checked.faults == {}) is taken, chosen
