"""XLSX files from outside, opened with care: nothing that unpacks without end, no entities, no formulas."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from forms.questionnaire.sheet_faults import Faults, SheetFault, XLSFormError

MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 500, 50_000_000, 200
MOST_CELLS, LAST_ROW = 500_000, 20_000
_PIECE = 1 << 20

Line = tuple[int, list[str]]


def read_workbook(data: bytes, wanted: Collection[str]) -> dict[str, list[Line]]:
    """The wanted sheets of a workbook, by their names in small letters: each row's number and its cells as text.

    Raises XLSFormError: for a file that cannot be opened safely, a formula, an error cell, two sheets of one name.
    """
    _inspect(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        # openpyxl lets through whatever its parts raise: KeyError, ValueError, ParseError, TypeError …
        raise _refusal("not_a_workbook") from error
    try:
        found: dict[str, list[Line]] = {}
        for name in book.sheetnames:
            plain = name.strip().lower()
            if plain not in wanted:
                continue
            if plain in found:
                raise XLSFormError(SheetFault(plain, 0, "", "second_sheet", (("what", plain),)))
            found[plain] = _lines(plain, book[name])
        return found
    except XLSFormError:
        raise
    except Exception as error:
        raise _refusal("not_a_workbook") from error
    finally:
        book.close()


def _inspect(data: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MOST_ENTRIES
                or unpacked > MOST_UNPACKED
                or any(entry.file_size > MOST_RATIO * max(entry.compress_size, 1_000) for entry in entries)
            ):
                raise _refusal("zip_bomb")
            for entry in entries:
                # zipfile gives no byte more than an entry's stated size.
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")) and _declares(archive, entry):
                    raise _refusal("entities", what=entry.filename[:100])
    except (
        BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise _refusal("not_a_workbook") from error


def _declares(archive: ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type or entities; a NUL byte means UTF-16, where they could hide."""
    tail = b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            seen = tail + piece
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\0" in seen:
                return True
            tail = seen[-16:]
    return False


def _refusal(code: str, **values: Any) -> XLSFormError:
    return XLSFormError(SheetFault("", 0, "", code, tuple(values.items())))


def _lines(sheet: str, worksheet: Any) -> list[Line]:
    faults = Faults()
    worksheet.reset_dimensions()  # What the file says of its size may be wrong, or huge.
    lines: list[Line] = []
    seen = 0
    for number, cells in enumerate(worksheet.iter_rows(), 1):
        seen += len(cells)
        if seen > MOST_CELLS or number > LAST_ROW:
            faults.add(sheet, number, "", "too_many_rows", most=LAST_ROW)
            break
        lines.append((number, list(_texts(sheet, cells, faults))))
    faults.stop()
    while lines and not any(lines[-1][1]):
        lines.pop()
    return lines


def _texts(sheet: str, cells: Any, faults: Faults) -> Iterator[str]:
    for cell in cells:
        value = cell.value
        if value is None:
            yield ""
        elif cell.data_type == "f":
            faults.add(sheet, cell.row, cell.column_letter, "formula")
            yield ""
        elif cell.data_type == "e":
            faults.add(sheet, cell.row, cell.column_letter, "error_cell", what=str(value)[:20])
            yield ""
        else:
            yield _text(value)


def _text(value: object) -> str:
    """A cell as pyxform reads it: whole numbers without a fraction, truths as TRUE and FALSE."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if not (value.hour or value.minute or value.second)
            else value.isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\xa0", " ").strip()
