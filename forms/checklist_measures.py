"""What was done about each point of the shipped checklist, in words for residents: "Trasiga lampor är lagade".

Swedish, English, Arabic and Somali; no human has reviewed the last three.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "checklist" / "measures.csv"


@cache
def measures() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Category and point → language → what was done."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {(row.pop("category"), row.pop("item")): row for row in csv.DictReader(file, delimiter=";")}
