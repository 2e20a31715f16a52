"""The instruments that come with the product: for residents, for traders and for children."""

from __future__ import annotations

from enum import StrEnum, auto
from pathlib import Path

_FOLDER = Path(__file__).parent / "instruments"


class Instrument(StrEnum):
    """A shipped questionnaire, by the name of its file."""

    RESIDENT = auto()
    TRADER = auto()
    CHILDREN = auto()

    @property
    def path(self) -> Path:
        """Its XLSForm, as CSV: one line per question, so that a change can be read as one."""
        return _FOLDER / f"{self}.csv"

    @property
    def form_id(self) -> str:
        """What its XLSForm calls it; its questionnaire is known by that."""
        return _FORM_IDS[self]


_FORM_IDS = {
    Instrument.RESIDENT: "platsenkat",
    Instrument.TRADER: "platsenkat-verksamheter",
    Instrument.CHILDREN: "platsenkat-barn",
}
PROBLEM = "problem_"
"""How the names of the rows about problems begin; a wave asks the few that the site's situation report names."""
PROBLEM_ROWS = 5
CORE = 15
"""The core asks for at most this many answers; everything else stands in a module that a wave may leave out."""
