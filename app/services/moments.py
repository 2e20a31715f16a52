"""Reading times in one agreed way of writing, a great many of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

_PARTS = {
    "Y": r"(?P<Y>[0-9]{4})",
    "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "H": r"(?P<H>[0-9]{1,2})",
    "I": r"(?P<I>0?[1-9]|1[0-2])",
    "M": r"(?P<M>[0-9]{1,2})",
    "S": r"(?P<S>[0-9]{1,2})",
    "p": r"(?P<p>[AaPp][Mm])",
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

    def read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise ValueError(f"{text!r} is not written like {pattern}")
        said = found.groupdict()
        hour = int(said["H"]) if "H" in said else int(said.get("I", 0)) % 12
        if "p" in said and "I" in said and said["p"][0] in "Pp":
            hour += 12
        year, month, day = int(said["Y"]), int(said["m"]), int(said["d"])
        return datetime(year, month, day, hour, int(said.get("M", 0)), int(said.get("S", 0)))  # noqa: DTZ001

    return read
