"""Charts of results as SVG, made on the server; beside each stands a table with the same numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

WIDTH = 360
"""As wide as a phone: larger screens show it no larger, so its letters stay as large as those around it."""
_DAY_AND_NIGHT = {
    "#1e2422": "#d8dcd8",
    "#565d59": "#a3aba6",
    "#ddd5c6": "#343a37",
    "#0b5d59": "#5fc4b8",
    "#593a8c": "#cbb6f1",
}
"""Colours of app/frontend/css/tokens.css: ink, ink-soft, line, accent, violet."""
INK, SOFT, LINE, ACCENT, _OTHER = _DAY_AND_NIGHT
_NIGHT = "".join(
    f'[fill="{day}"]{{fill:{night}}}[stroke="{day}"]{{stroke:{night}}}'
    for day, night in _DAY_AND_NIGHT.items()
)
_STYLE = f"<style>@media (prefers-color-scheme:dark){{{_NIGHT}}}</style>"
_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 13,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "title": None,
    },
    "legend": {"labelColor": INK, "labelFontSize": 13, "title": None, "orient": "bottom", "labelLimit": 300},
}
_PER_CENT = [0, 100]


@dataclass(frozen=True)
class Point:
    """One share of a chart, in per cent: where it stands, whose it is, and its interval."""

    label: str
    whose: str
    share: float
    low: float
    high: float


@lru_cache(maxsize=256)
def series_chart(points: tuple[Point, ...], waves: tuple[str, ...], places: tuple[str, ...]) -> str:
    """Shares of one question, wave after wave, of a place and perhaps of one to compare with."""
    import altair as alt  # half a second and 40 MB: only where somebody looks at a chart

    several = len(places) > 1
    colours = alt.Scale(domain=list(places), range=[ACCENT, _OTHER][: len(places)])
    shapes = alt.Scale(domain=list(places), range=["circle", "diamond"][: len(places)])
    base = alt.Chart(alt.InlineData(values=[_values(one) for one in points])).encode(
        x=alt.X("label:N", sort=list(waves), axis=alt.Axis(labelAngle=0, grid=False, labelLimit=150)),
        color=alt.Color("whose:N", scale=colours, legend=alt.Legend() if several else None),
        xOffset=alt.XOffset("whose:N", scale=alt.Scale(paddingOuter=0.9)),
    )
    lines = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", scale=alt.Scale(domain=_PER_CENT), axis=_per_cent_axis(alt)), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        y="share:Q", shape=alt.Shape("whose:N", scale=shapes, legend=alt.Legend() if several else None)
    )
    return as_svg(alt.layer(lines, dots).properties(width=WIDTH - 60, height=220))


@lru_cache(maxsize=64)
def overview_chart(points: tuple[Point, ...]) -> str:
    """Shares of all questions of one wave, one below the other."""
    import altair as alt

    values = [{**_values(one), "order": place, "start": 0} for place, one in enumerate(points)]
    base = alt.Chart(alt.InlineData(values=values)).encode(y=alt.Y("order:O", axis=None))
    lines = base.mark_rule(strokeWidth=2, color=ACCENT).encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=_PER_CENT), axis=_per_cent_axis(alt)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, color=ACCENT, opacity=1).encode(x="share:Q")
    words = base.mark_text(align="left", baseline="bottom", dy=-9, fontSize=13, color=INK, limit=WIDTH - 20)
    words = words.encode(x="start:Q", text="label:N")
    return as_svg(alt.layer(lines, dots, words).properties(width=WIDTH - 20, height=alt.Step(44)))


def _values(point: Point) -> dict[str, Any]:
    return {
        "label": point.label,
        "whose": point.whose,
        "share": point.share,
        "low": point.low,
        "high": point.high,
    }


def _per_cent_axis(alt: Any) -> Any:
    return alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + ' %'", labelColor=SOFT)


def as_svg(chart: Any) -> str:
    """Draw a chart of these colours, by day and by night."""
    import vl_convert

    spec = chart.configure(**_CONFIG).to_dict()
    svg: str = vl_convert.vegalite_to_svg(spec)
    # Rules of a style sheet win over the attributes that Vega writes.
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + _STYLE, svg, count=1)


def points_of(rows: Sequence[tuple[str, str, tuple[float, float, float]]]) -> tuple[Point, ...]:
    """Points from label, place and a share with its interval (fractions of 1), rounded to what a table shows."""
    return tuple(
        Point(label, whose, *(round(100 * one, 1) for one in estimate)) for label, whose, estimate in rows
    )
