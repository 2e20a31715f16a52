"""What the demo is made of, read from data/jarva: the register's rows, the walks and the invented findings."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "data" / "jarva"


@cache
def _content() -> dict[str, list[dict[str, Any]]]:
    read: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "demo.json").read_text(encoding="utf-8"))
    return read


def organisations() -> list[dict[str, Any]]:
    """Key, name, kind and fault line of each organisation; private ones have neutral names."""
    return _content()["organisations"]


def people() -> list[dict[str, Any]]:
    """E-mail, role and organisation (by key) of each user; the name is the role."""
    return _content()["people"]


def sites() -> list[dict[str, Any]]:
    """The seven sites: centre in WGS84, how far they reach, partners and stops of their route."""
    return _content()["sites"]


def walks() -> list[dict[str, Any]]:
    """The walks in the order of time: days from today, clock, conditions."""
    return _content()["walks"]


def findings() -> list[dict[str, str]]:
    """The invented findings in the order they are noted, each with the story of its remedy."""
    with (FOLDER / "demo_findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
