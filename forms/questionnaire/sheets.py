"""The sheets of an XLSForm as plain text, from a workbook or a CSV file; every refusal says where."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict

from forms.questionnaire.sheet_faults import Faults, SheetFault, XLSFormError
from forms.questionnaire.workbooks import read_workbook

SHEETS = ("survey", "choices", "settings")
COLUMNS = {
    "survey": frozenset(
        [
            "type",
            "name",
            "label",
            "hint",
            "required",
            "required_message",
            "relevant",
            "constraint",
            "constraint_message",
            "choice_filter",
            "default",
            "calculation",
            "appearance",
            "parameters",
            "repeat_count",
            "module",
            "reviewed",
        ]
    ),
    "choices": frozenset(["list_name", "name", "label", "good", "reviewed"]),
    "settings": frozenset(["form_id", "form_title", "version", "default_language"]),
}
"""What is read; further columns of `choices` are for choice_filter."""
UNSUPPORTED = frozenset(
    [
        "media",
        "image",
        "big-image",
        "audio",
        "video",
        "autoplay",
        "read_only",
        "readonly",
        "trigger",
        "guidance_hint",
        "save_to",
        "bind",
        "instance",
        "public_key",
        "submission_url",
        "auto_send",
        "auto_delete",
        "allow_choice_duplicates",
        "namespaces",
        "instance_name",
    ]
)
"""Columns that mean something to other tools, and would be missed here."""
_SAME = {
    "list name": "list_name",
    "value": "name",
    "caption": "label",
    "calculate": "calculation",
    "relevance": "relevant",
    "constraint message": "constraint_message",
    "constraining_message": "constraint_message",
    "required message": "required_message",
    "requiredmsg": "required_message",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "set_form_title": "form_title",
    "title": "form_title",
    "count": "repeat_count",
    "jr:count": "repeat_count",
}
_PLAIN = frozenset.union(*COLUMNS.values(), UNSUPPORTED)
LARGEST_FILE = 5_000_000
MOST_ROWS, LONGEST_CELL = 5_000, 5_000
# What XML cannot hold, and what forces the letters after it into another order.
_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202d\u202e]")


class Row(BaseModel):
    """One row of a sheet: its number in the file, from 1, and its cells that are not empty, by heading."""

    model_config = ConfigDict(frozen=True)

    number: int
    cells: dict[str, str]


class Sheets(BaseModel):
    """The three sheets that count; `model_dump(mode="json")` is what a version keeps."""

    model_config = ConfigDict(frozen=True)

    headings: dict[str, tuple[str, ...]] = {}
    """Sheet → its columns in order."""
    heading_rows: dict[str, int] = {}
    """Sheet → the number of the row that they stand in."""
    survey: tuple[Row, ...] = ()
    choices: tuple[Row, ...] = ()
    settings: tuple[Row, ...] = ()

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """The rows of one sheet, by its name."""
        return {"survey": self.survey, "choices": self.choices, "settings": self.settings}[sheet]


Line = tuple[int, list[str]]
"""A row's number in the file, and its cells."""


def read_sheets(data: bytes, name: str) -> Sheets:
    """Read an XLSForm from the bytes of an .xlsx or .csv file; `name` tells which.

    CSV is pyxform's: the first column names the sheet on a row of its own, the row below holds the headings. Commas,
    semicolons or tabs; UTF-8. Raises XLSFormError.
    """
    ending = PurePath(name).suffix.lower()
    if len(data) > LARGEST_FILE:
        raise XLSFormError(SheetFault("", 0, "", "too_big", (("most", f"{LARGEST_FILE // 1_000_000} MB"),)))
    if ending == ".csv":
        found = _split(_csv_lines(data))
    elif ending == ".xls":
        raise XLSFormError(SheetFault("", 0, "", "old_workbook"))
    else:
        found = read_workbook(data, SHEETS)
    faults = Faults()
    if "survey" not in found:
        faults.add("survey", 0, "", "no_sheet", what="survey")
    headings: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[Row, ...]] = {}
    for sheet, lines in found.items():
        headings[sheet], rows[sheet] = _rows(sheet, lines, faults)
    faults.stop()
    first = {
        sheet: next((number for number, cells in lines if any(cells)), 1) for sheet, lines in found.items()
    }
    return Sheets(headings=headings, heading_rows=first, **rows)


def letter(place: int) -> str:
    """The letter of a column, from 0: A, B … Z, AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _rows(sheet: str, lines: Iterable[Line], faults: Faults) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    headings: list[str] | None = None
    rows: list[Row] = []
    for number, cells in lines:
        if headings is None:
            if any(cells):
                headings = _headings(sheet, number, cells, faults)
            continue
        found = {}
        for place, cell in enumerate(cells):
            heading = headings[place] if place < len(headings) else ""
            column = heading or letter(place)
            if not cell:
                continue
            if not heading:
                faults.add(sheet, number, column, "no_header")
            elif bad := _BAD.search(cell):
                faults.add(sheet, number, column, "bad_character", what=f"U+{ord(bad[0]):04X}")
            elif len(cell) > LONGEST_CELL:
                faults.add(sheet, number, column, "long_cell", most=LONGEST_CELL)
            else:
                found[heading] = cell
        if found:
            rows.append(Row(number=number, cells=found))
        if len(rows) > MOST_ROWS:
            faults.add(sheet, number, "", "too_many_rows", most=MOST_ROWS)
            faults.stop()
    return tuple(name for name in headings or () if name), tuple(rows)


def _headings(sheet: str, number: int, cells: list[str], faults: Faults) -> list[str]:
    headings = [heading(cell) for cell in cells]
    for place, name in enumerate(headings):
        if name and name in headings[:place]:
            faults.add(sheet, number, letter(place), "second_column", what=name)
    return headings


def heading(cell: str) -> str:
    """A heading as it is known here: `List Name` → `list_name`, `Label :: Svenska (sv)` → `label::Svenska (sv)`."""
    name, mark, language = (part.strip() for part in cell.partition("::"))
    plain = " ".join(name.lower().split())
    plain = _SAME.get(plain, plain.replace(" ", "_"))
    return (plain if plain in _PLAIN else name) + mark + language


def _csv_lines(data: bytes) -> list[Line]:
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise XLSFormError(SheetFault("", row, "", "not_utf8")) from error
    for delimiter in ",;\t":
        reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
        lines: list[Line] = []
        number = 1
        try:
            for cells in reader:
                lines.append((number, [cell.replace("\xa0", " ").strip() for cell in cells]))
                number = reader.line_num + 1
        except csv.Error as error:
            raise XLSFormError(SheetFault("", reader.line_num, "", "not_a_workbook")) from error
        if any(len(cells) > 1 and "type" in (heading(cell) for cell in cells) for _number, cells in lines):
            return lines
    raise XLSFormError(SheetFault("survey", 0, "type", "no_column", (("what", "type"),)))


def _split(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each sheet: one begins where its name stands alone in the first column."""
    found: dict[str, list[Line]] = {}
    current: list[Line] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if cells[0]:
            name = cells[0].lower()
            if name in found:
                raise XLSFormError(SheetFault(name, number, "A", "second_sheet", (("what", name),)))
            current = []
            if name in SHEETS:
                found[name] = current
            cells = ["", *cells[1:]]  # some writers put the headings on the same row
        if any(cells[1:]):
            current.append((number, cells))
    return found
