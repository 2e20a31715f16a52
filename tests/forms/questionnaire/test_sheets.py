"""Workbooks and CSV files read as they were meant, and those that mean harm not opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from forms.questionnaire.sheet_faults import XLSFormError
from forms.questionnaire.sheets import LARGEST_FILE, MOST_ROWS, Sheets, read_sheets
from forms.questionnaire.workbooks import MOST_ENTRIES


def workbook(change: Callable[[Workbook], Any] | None = None) -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label::Svenska (sv)", "Required"])
    survey.append(["text", "a", "Vad?", True])
    survey.append([])
    survey.append(["integer", "n", "Hur\xa0många?"])
    book.create_sheet("choices").append(["list_name", "name", "label::Svenska (sv)"])
    book["choices"].append(["yn", 1.0, 2.5])
    book.create_sheet("settings").append(["form_id", "form_title", "version"])
    book["settings"].append(["prov", "Provet", date(2026, 5, 1)])
    book.create_sheet("anteckningar").append(["=1+1"])
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusals(data: bytes, name: str = "form.xlsx") -> list[tuple[str, int, str, str]]:
    with pytest.raises(XLSFormError) as raised:
        read_sheets(data, name)
    for fault in raised.value.faults:
        assert fault.message % dict(fault.values)
    return [(one.sheet, one.row, one.column, one.code) for one in raised.value.faults]


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        new.writestr(part, content)
    return out.getvalue()


def test_a_workbook_is_read_as_text_with_the_numbers_of_its_rows() -> None:
    found = read_sheets(workbook(), "form.xlsx")
    assert [(row.number, row.cells) for row in found.survey] == [
        (2, {"type": "text", "name": "a", "label::Svenska (sv)": "Vad?", "required": "TRUE"}),
        (4, {"type": "integer", "name": "n", "label::Svenska (sv)": "Hur många?"}),
    ]
    assert found.choices[0].cells == {"list_name": "yn", "name": "1", "label::Svenska (sv)": "2.5"}
    assert found.settings[0].cells["version"] == "2026-05-01"


def test_merged_cells_hold_their_text_in_the_first() -> None:
    def merge(book: Workbook) -> None:
        book["survey"].merge_cells("B2:C2")

    assert read_sheets(workbook(merge), "form.xlsx").survey[0].cells == {
        "type": "text",
        "name": "a",
        "required": "TRUE",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_in_the_form_of_pyxform(separator: str, encoding: str) -> None:
    lines = [
        ["survey", "", "", ""],
        ["", "type", "name", "label"],
        ["", "text", "a", '"Vad, då; nu?\nFlera rader"'],
        [],
        ["", "note", "b", "Å"],
        ["settings"],
        ["", "form_id", "form_title"],
        ["", "prov", "Provet"],
    ]
    data = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    found = read_sheets(data, "form.CSV")
    assert [(row.number, row.cells) for row in found.survey] == [
        (3, {"type": "text", "name": "a", "label": "Vad, då; nu?\nFlera rader"}),
        (6, {"type": "note", "name": "b", "label": "Å"}),
    ]
    assert found.settings[0].cells == {"form_id": "prov", "form_title": "Provet"}


def test_a_formula_is_named_with_its_cell() -> None:
    def formula(book: Workbook) -> None:
        book["survey"]["C4"] = "=A1&B1"
        book["choices"]["B2"] = "=SUM(1,2)"

    assert refusals(workbook(formula)) == [("survey", 4, "C", "formula")]


def test_text_that_begins_like_a_formula_is_text() -> None:
    def text(book: Workbook) -> None:
        book["survey"]["C4"] = "=A1"
        book["survey"]["C4"].data_type = "s"

    assert read_sheets(workbook(text), "form.xlsx").survey[1].cells["label::Svenska (sv)"] == "=A1"


def test_an_error_in_a_cell_is_named() -> None:
    def error(book: Workbook) -> None:
        book["survey"]["B4"] = "#REF!"
        book["survey"]["B4"].data_type = "e"

    assert refusals(workbook(error)) == [("survey", 4, "B", "error_cell")]


def test_a_cell_without_a_heading_two_alike_and_what_cannot_be_shown() -> None:
    def wrong(book: Workbook) -> None:
        book["survey"]["F2"] = "utan rubrik"
        book["survey"]["E1"] = "Name"
        book["survey"]["C4"] = "bakvänt \u202e text"

    assert refusals(workbook(wrong)) == [
        ("survey", 1, "E", "second_column"),
        ("survey", 2, "F", "no_header"),
        ("survey", 4, "label::Svenska (sv)", "bad_character"),
    ]


def test_a_long_cell_and_too_many_rows() -> None:
    def long(book: Workbook) -> None:
        book["survey"]["C4"] = "å" * 5_001

    assert refusals(workbook(long)) == [("survey", 4, "label::Svenska (sv)", "long_cell")]
    rows = "\n".join(f",text,q{number},x" for number in range(MOST_ROWS + 5))
    assert refusals(f"survey\n,type,name,label\n{rows}".encode(), "form.csv")[0][3] == "too_many_rows"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "form.xlsx", "not_a_workbook"),
        (b"PK\x03\x04 broken", "form.xlsx", "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0", "form.xls", "old_workbook"),
        (b"x" * (LARGEST_FILE + 1), "form.xlsx", "too_big"),
        (b"", "form.csv", "no_column"),
        ("survey\n,type,name\n,text,å".encode("latin-1"), "form.csv", "not_utf8"),
        (b'survey\n,type,name\n,text,"a', "form.csv", "not_a_workbook"),
        (b"choices\n,type,name", "form.csv", "no_sheet"),
        (b"survey\n,type,name\n,text,a\nsurvey\n,type,name", "form.csv", "second_sheet"),
    ],
)
def test_what_is_no_xlsform_is_a_sentence(data: bytes, name: str, code: str) -> None:
    assert [one[3] for one in refusals(data, name)] == [code]


def test_latin_1_is_named_with_its_row() -> None:
    assert refusals("survey\n,type,name\n,text,å".encode("latin-1"), "form.csv") == [("", 3, "", "not_utf8")]


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "xl/x.xml"]
)
def test_entities_are_not_opened(declaration: bytes, part: str) -> None:
    data = with_part(workbook(), part, b'<?xml version="1.0"?>' + declaration + b"<x>&lol2;</x>")
    assert [one[3] for one in refusals(data)] == ["entities"]


def test_zip_bombs_are_not_unpacked() -> None:
    assert [
        one[3] for one in refusals(with_part(workbook(), "xl/worksheets/sheet1.xml", b" " * 30_000_000))
    ] == ["zip_bomb"]
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(f"{number}.xml", b"<x/>")
    assert [one[3] for one in refusals(many.getvalue())] == ["zip_bomb"]


def test_a_sheet_that_says_it_is_huge_is_read_as_far_as_it_is() -> None:
    def far(book: Workbook) -> None:
        book["survey"]["A1048576"] = "text"

    assert [one[3] for one in refusals(workbook(far))] == ["too_many_rows"]

    def wide(book: Workbook) -> None:
        book["survey"]["XFD2"] = "text"

    assert refusals(workbook(wide)) == [("survey", 2, "XFD", "no_header")]


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda words: f"survey\n,type,name\n{words}".encode())
)
@settings(max_examples=50, deadline=None)
def test_no_bytes_end_in_anything_but_sheets_or_a_refusal(data: bytes) -> None:
    for name in ("form.csv", "form.xlsx"):
        with suppress(XLSFormError):
            assert isinstance(read_sheets(data, name), Sheets)
