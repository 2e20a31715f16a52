"""A walk's route as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms.routes import RouteError, parse_route, write_route

HOSTILE = Path(__file__).parent.parent / "data" / "hostile" / "blns.json"
PLACES = {"Kista T-bana": (17.9424, 59.4030)}


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("59,4037 17,9421", (17.9421, 59.4037, "")),
        ("59.4037, 17.9421 Torget", (17.9421, 59.4037, "Torget")),
        ("59.4037,17.9421", (17.9421, 59.4037, "")),
        ("59,4037; 17,9421 Busstorget 2", (17.9421, 59.4037, "Busstorget 2")),
        ("59,4037, 17,9421", (17.9421, 59.4037, "")),
        ("59 18 Sjön", (18.0, 59.0, "Sjön")),
        ("  kista t-bana ", (17.9424, 59.4030, "Kista T-bana")),
    ],
)
def test_a_line_is_a_place_or_coordinates(line: str, point: tuple[float, float, str]) -> None:
    assert parse_route(f"\n{line}\n\n", PLACES) == [point]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Ingenstans", "unknown_place"),
        ("59,4037", "unknown_place"),
        ("17,9421 59,4037 Torget", "swapped"),
        ("95,0 17,9 Torget", "outside_world"),
    ],
)
def test_a_line_that_is_no_point_is_told_by_its_number(line: str, code: str) -> None:
    with pytest.raises(RouteError) as caught:
        parse_route(f"Kista T-bana\n{line}", PLACES)
    assert (caught.value.code, caught.value.details["line"]) == (code, 2)


def test_whatever_is_written_is_a_route_or_a_fault_of_a_line() -> None:
    faulty_lines = []
    for text in json.loads(HOSTILE.read_text(encoding="utf-8")):
        try:
            parse_route(text, PLACES)
        except RouteError as error:
            faulty_lines.append(error.details["line"])
    assert faulty_lines
    assert min(faulty_lines) >= 1


def test_a_written_route_reads_back() -> None:
    points = [(17.9421, 59.4037, "Torget"), (17.943, 59.404, ""), (17.9424, 59.403, "Kista T-bana")]
    assert parse_route(write_route(points), PLACES) == points


@pytest.mark.parametrize(
    "line", ["59.4037, 17.9421, Torget", "59,4037; 17,9421; Torget", "59.4037 17.9421 Torget"]
)
def test_name_may_follow_a_comma_as_well_as_a_space(line: str) -> None:
    assert parse_route(line, PLACES) == [(17.9421, 59.4037, "Torget")]
