"""Read a CSV file of any length row by row: nothing of it stays in memory."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from geo.errors import N_
from geo.features import FileError
from geo.tables import MOST_IN_A_FIELD

MOST_BYTES_IN_A_LINE = 32 * 1024 * 1024
"""A longer line is no line of a table: a quote that was never closed, or no CSV at all."""
_BOM = b"\xef\xbb\xbf"


def stream_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every row that is not blank, the header first; .gz is unpacked on the way.

    Raises FileError, which names the line: `wrong_encoding`, `broken_csv`, `no_such_file`.
    """
    try:
        file: IO[bytes] = (
            cast(IO[bytes], gzip.open(path, "rb"))  # noqa: SIM115  closed below
            if path.suffix.lower() == ".gz"
            else path.open("rb")
        )
    except OSError as error:
        raise FileError("no_such_file", N_("There is no file “%(name)s”."), name=path.name) from error
    with file:
        lines = _Lines(file, encoding)
        csv.field_size_limit(MOST_IN_A_FIELD)
        reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            message = N_("The file is broken from line %(line)s: %(reason)s")
            raise FileError("broken_csv", message, line=line, reason=str(error)) from error


class _Lines:
    """The decoded lines of a file; `delimiter` is what its first line is divided by."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file, self._encoding, self._number = file, encoding, 0
        self._first: str | None = self._next()
        self.delimiter = max(",;\t", key=(self._first or "").count)

    def __iter__(self) -> Iterator[str]:
        while self._first is not None:
            yield self._first
            self._first = self._next()

    def _next(self) -> str | None:
        raw = self._file.readline(MOST_BYTES_IN_A_LINE)
        self._number += 1
        if self._number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise FileError(
                    "wrong_encoding", N_("The file is UTF-16. Save it as “CSV UTF-8” and try again.")
                )
            raw = raw.removeprefix(_BOM) if self._encoding == "utf-8" else raw
        if not raw:
            return None
        if len(raw) == MOST_BYTES_IN_A_LINE:
            message = N_("Line %(line)s is longer than any row of a table: is this a CSV file?")
            raise FileError("broken_csv", message, line=self._number)
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            message = N_(
                "Line %(line)s is not %(encoding)s. If the file comes from an older Excel, try windows-1252."
            )
            name = self._encoding.upper()
            raise FileError("wrong_encoding", message, line=self._number, encoding=name) from error
