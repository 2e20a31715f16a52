"""Import of an XLSForm of 500 rows, beside bare pyxform on the same sheets, and what answers cost to check."""

from __future__ import annotations

import io
from time import process_time
from typing import Any

from openpyxl import Workbook
from pyxform.xls2xform import convert as pyxform_convert

from bench import Row, report
from forms.questionnaire.filling import Filling
from forms.questionnaire.sheets import Sheets, read_sheets
from forms.questionnaire.xlsform import convert

ROWS, LANGUAGES = (
    500,
    ("Svenska (sv)", "Lätt svenska (sv-latt)", "English (en)", "العربية (ar)", "Soomaali (so)"),
)
BOUND, LONGEST_S = 4.0, 2.0
"""Ours beside bare pyxform; and CPU seconds that the whole import may take."""


def measure() -> list[Row]:
    """CPU seconds of an import, from the bytes of the workbook to definition and XForm; of checking 400 answers."""
    data = _workbook()
    convert(read_sheets(_workbook(5), "warm.xlsx"))
    start = process_time()
    sheets = read_sheets(data, "form.xlsx")
    found = convert(sheets)
    taken = process_time() - start
    start = process_time()
    pyxform_convert(_plain(sheets), validate=False)
    floor = process_time() - start
    answers = {one.name: "often" for one in found.definition.questions()}
    Filling(found.definition, answers).check()
    start = process_time()
    assert len(Filling(found.definition, answers).check().answers) >= ROWS * 0.8
    checked = process_time() - start
    return [
        Row(f"import of {ROWS} rows in {len(LANGUAGES)} languages, beside bare pyxform", taken, floor, BOUND),
        Row(f"import of {ROWS} rows, seconds", taken, LONGEST_S, 1.0),
        Row(
            f"check of {len(answers)} answers, most with an expression, beside the import",
            checked,
            taken,
            0.3,
        ),
    ]


def _workbook(rows: int = ROWS) -> bytes:
    book = Workbook(write_only=True)
    survey = book.create_sheet("survey")
    survey.append(
        ["type", "name", "relevant", "constraint", "module", *(f"label::{name}" for name in LANGUAGES)]
    )
    for number in range(rows):
        relevant = f"${{q{number - 1}}} != 'never'" if number % 2 else None
        constraint = "string-length(.) > 0" if number % 5 == 0 else None
        words = [f"Hur ofta {number} <{name}>?" for name in LANGUAGES]
        survey.append(["select_one often", f"q{number}", relevant, constraint, "core", *words])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", *(f"label::{name}" for name in LANGUAGES)])
    for choice in ("never", "seldom", "often", "always"):
        choices.append(["often", choice, *(f"{choice} {name}" for name in LANGUAGES)])
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "default_language"])
    settings.append(["stor", "Stor enkät", LANGUAGES[0]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(sheets: Sheets) -> dict[str, Any]:
    return {
        name: [dict(row.cells) for row in sheets.rows(name)] for name in ("survey", "choices", "settings")
    }


if __name__ == "__main__":
    report(measure())
