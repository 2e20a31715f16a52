"""Reading times in one agreed way of writing, a great many of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

_PARTS = {
    "Y": r"([0-9]{4})",
    "m": r"([0-9]{1,2})",
    "d": r"([0-9]{1,2})",
    "H": r"([0-9]{1,2})",
    "I": r"(0?[1-9]|1[0-2])",
    "M": r"([0-9]{1,2})",
    "S": r"([0-9]{1,2})",
    "p": r"([AaPp][Mm])",
}


def moment_reader(pattern: str) -> Callable[[str], datetime]:
    """A function that reads what `datetime.strptime` would with this pattern, without its detours.

    An empty pattern means ISO 8601. Raises ValueError as strptime does; what only strptime knows is left to it.
    """
    if not pattern:
        return datetime.fromisoformat
    directives = re.findall(r"%(.)", pattern)
    if not {"Y", "m", "d"} <= set(directives) <= _PARTS.keys() or len(set(directives)) < len(directives):
        return lambda text: datetime.strptime(text, pattern)  # noqa: DTZ007  the caller adds the zone
    literal = re.split(r"%.", pattern)
    whole = re.escape(literal[0])
    for directive, after in zip(directives, literal[1:], strict=True):
        whole += _PARTS[directive] + re.escape(after)
    match = re.compile(whole).fullmatch
    place = {directive: number for number, directive in enumerate(directives)}
    year, month, day = place["Y"], place["m"], place["d"]
    hour, minute, second = place.get("H", place.get("I")), place.get("M"), place.get("S")
    half = place.get("p") if "I" in place else None

    def read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise ValueError(f"{text!r} is not written like {pattern}")
        said = found.groups()
        hours = int(said[hour]) if hour is not None else 0
        if "H" not in place:
            hours %= 12
        if half is not None and said[half][0] in "Pp":
            hours += 12
        return datetime(  # noqa: DTZ001
            int(said[year]),
            int(said[month]),
            int(said[day]),
            hours,
            int(said[minute]) if minute is not None else 0,
            int(said[second]) if second is not None else 0,
        )

    return read
