"""Tables as files, CSV and XLSX: written to a temporary file row by row, then sent in pieces."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import IO

from flask import Response
from xlsxwriter import Workbook

Cell = str | int | float | date | None

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet compute a cell instead of showing it."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A table as CSV the way a Swedish Excel opens it: semicolons, UTF-8 with its mark, CR LF.

    A text that a spreadsheet would compute gets an apostrophe before it.
    """
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  _send closes it
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
    return _send(file, f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A table as XLSX; texts are written as texts, so that none is ever a formula or a link."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  _send closes it
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, 18)
    for column, word in enumerate(head):
        sheet.write_string(0, column, word, bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, cell)
    book.close()
    return _send(file, f"{name}.xlsx", _XLSX)


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, float):
        return str(cell).replace(".", ",")  # as the rest of a Swedish file has it
    return "" if cell is None else str(cell)


def _send(file: IO[bytes], name: str, media_type: str) -> Response:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(_pieces(file), content_type=media_type)
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(_PIECE):
            yield piece
