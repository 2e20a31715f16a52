"""A list of addresses as a spreadsheet saves it: CSV in UTF-8 or Windows-1252 → the lines on each envelope."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from forms.text import clean
from geo.errors import N_

MOST_BYTES = 2 * 1024 * 1024
MOST_ADDRESSES = 2_000
"""Of one PDF: more are sent in several lists."""
_MOST_LINES = 6
_LONGEST_LINE = 60
_POSTCODE = re.compile(r"\d{3} ?\d{2}")
_PLACE_LINE = re.compile(r"(?:SE?[- ]?)?[1-9]\d\d ?\d\d(?:[, ]+\D.*)?", re.IGNORECASE)
"""The line with the postcode, alone or with the town after it."""
_HEADING = re.compile(r"(?i)(namn|name|förnamn|efternamn|c/o|co|adress|gatuadress|gata|address|street|lgh|lägenhet|"
                      r"postnummer|postnr|post ?code|ort|postort|city|mottagare)")  # fmt: skip

MESSAGES = {
    "empty": N_("The list holds no address."),
    "too_large": N_("The list is too large. Send at most %(limit)s addresses at a time."),
    "not_text": N_("The file is no CSV. Save the list as CSV in the spreadsheet, and choose that file."),
    "too_many_lines": N_("Row %(row)s: an address has at most %(limit)s lines."),
    "line_too_long": N_("Row %(row)s: a line has at most %(limit)s letters."),
    "no_postcode": N_(
        "Row %(row)s, columns 1 to %(columns)s: none begins with a postcode of five digits. Write name, street, "
        "postcode and town in a column each."
    ),
    "no_street": N_("Row %(row)s, column %(column)s: a name or a street must stand before the postcode."),
}


class AddressError(ValueError):
    """The list cannot be used; `code` and `values` belong to MESSAGES."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    @property
    def message(self) -> str:
        """A message id with places for `values`."""
        return MESSAGES[self.code]


def read_addresses(data: bytes) -> list[list[str]]:
    """The lines of each address, postcode and town on one; a first row of headings is left out.

    Raises AddressError, for the first row that is no address too: no letter is made of half a list.
    """
    if len(data) > MOST_BYTES:
        raise AddressError("too_large", limit=MOST_ADDRESSES)
    addresses = []
    for number, cells in enumerate(_rows(data), start=1):
        lines = _lines(cells)
        if not lines or (number == 1 and all(_HEADING.fullmatch(cell) for cell in lines)):
            continue
        if len(lines) > _MOST_LINES:
            raise AddressError("too_many_lines", row=number, limit=_MOST_LINES)
        if max(map(len, lines)) > _LONGEST_LINE:
            raise AddressError("line_too_long", row=number, limit=_LONGEST_LINE)
        _check_place(number, cells, lines)
        addresses.append(lines)
        if len(addresses) > MOST_ADDRESSES:
            raise AddressError("too_large", limit=MOST_ADDRESSES)
    if not addresses:
        raise AddressError("empty")
    return addresses


def _check_place(row: int, cells: Sequence[str], lines: Sequence[str]) -> None:
    """Refuse what no letter would come to: a postcode with its town (Swedish) stands below a name or a street."""
    found = next((line for line in lines if _PLACE_LINE.fullmatch(line)), None)
    if found is None:
        raise AddressError("no_postcode", row=row, columns=len(cells))
    if found == lines[0]:
        column = next(n for n, cell in enumerate(cells, start=1) if clean(cell).strip())
        raise AddressError("no_street", row=row, column=column)


def _rows(data: bytes) -> list[list[str]]:
    if b"\0" in data:  # a spreadsheet's own file, or a text in UTF-16
        raise AddressError("not_text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise AddressError("not_text") from error


def _lines(cells: Sequence[str]) -> list[str]:
    said = [words for cell in cells if (words := " ".join(clean(cell).split()))]
    lines: list[str] = []
    for words in said:
        if lines and _POSTCODE.fullmatch(lines[-1]):
            lines[-1] = f"{lines[-1]}  {words}"
        else:
            lines.append(words)
    return lines
