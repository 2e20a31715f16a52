"""Maps of the places that people showed, as SVG made on the server; beside each stands a table of the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.views.result_charts import ACCENT, INK, SOFT, WIDTH, as_svg
from geo.squares import SIDE_M

HEIGHT = 340
_MARGIN_M = 20
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Mark:
    """A square that is told: its letter in the table, how many showed it, and its south-west corner in metres."""

    letter: str
    count: int
    east: int
    north: int


def rings_of(ground: BaseGeometry) -> tuple[Ring, ...]:
    """The outer borders of a ground in metres, to the metre."""
    parts = shapely.get_parts(ground).tolist()
    return tuple(tuple((round(x), round(y)) for x, y in part.exterior.coords) for part in parts)


@lru_cache(maxsize=64)
def places_map(marks: tuple[Mark, ...], ground: tuple[Ring, ...], corners: frozenset[tuple[int, int]]) -> str:
    """Squares with their letters on the ground of a site; the more people, the larger the filled part.

    All squares of `corners` fit into it, so that the maps of a wave are of one scale.
    """
    import altair as alt

    frame = _frame(ground, corners)
    most = max(one.count for one in marks)
    scales = {
        axis: alt.Scale(domain=ends, nice=False, zero=False) for axis, ends in zip("xy", frame, strict=True)
    }

    def at(axis: str, field: str) -> Any:
        return (alt.X if axis == "x" else alt.Y)(f"{field}:Q", scale=scales[axis], axis=None)

    border = [
        {"ring": ring, "order": order, "x": x, "y": y}
        for ring, corner in enumerate(ground)
        for order, (x, y) in enumerate(corner)
    ]
    outline = (
        alt.Chart(alt.InlineData(values=border))
        .mark_line(color=SOFT, strokeWidth=1.5, strokeDash=[6, 3])
        .encode(x=at("x", "x"), y=at("y", "y"), detail="ring:N", order="order:Q")
    )
    squares = alt.Chart(alt.InlineData(values=[_values(one, most) for one in marks]))
    whole = squares.mark_rect(fillOpacity=0, stroke=ACCENT, strokeWidth=1.5).encode(
        x=at("x", "west"), x2="east", y=at("y", "south"), y2="north"
    )
    part = squares.mark_rect(fill=ACCENT, fillOpacity=0.3).encode(
        x=at("x", "inner_west"), x2="inner_east", y=at("y", "inner_south"), y2="inner_north"
    )
    letters = squares.mark_text(fontSize=14, fontWeight="bold", color=INK).encode(
        x=at("x", "middle_x"), y=at("y", "middle_y"), text="letter:N"
    )
    return as_svg(alt.layer(outline, part, whole, letters).properties(width=WIDTH - 10, height=HEIGHT - 10))


def _values(mark: Mark, most: int) -> dict[str, Any]:
    x, y = mark.east + SIDE_M / 2, mark.north + SIDE_M / 2
    half = SIDE_M / 2 * math.sqrt(mark.count / most)
    return {
        "letter": mark.letter,
        "west": mark.east,
        "east": mark.east + SIDE_M,
        "south": mark.north,
        "north": mark.north + SIDE_M,
        "inner_west": x - half,
        "inner_east": x + half,
        "inner_south": y - half,
        "inner_north": y + half,
        "middle_x": x,
        "middle_y": y,
    }


def _frame(
    ground: tuple[Ring, ...], corners: frozenset[tuple[int, int]]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The least and most easting and northing of the map, in the shape of its picture."""
    points = [point for ring in ground for point in ring]
    points += [(east + side, north + side) for east, north in corners for side in (0, SIDE_M)]
    middles, extents = [], []
    for ends in zip(*points, strict=True):
        middles.append((min(ends) + max(ends)) / 2)
        extents.append(max(ends) - min(ends) + 2 * _MARGIN_M)
    per_point = max(extents[0] / (WIDTH - 10), extents[1] / (HEIGHT - 10))
    (x, y), (across, up) = middles, (per_point * (WIDTH - 10) / 2, per_point * (HEIGHT - 10) / 2)
    return (x - across, x + across), (y - up, y + up)
