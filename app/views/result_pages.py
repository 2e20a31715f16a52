"""What the page of results shows, for staff and for the public alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from flask import Response

from app.models.surveys import Channel
from app.services.result_changes import Change, Share, item_change, item_share, there_share
from app.services.result_counts import limits
from app.services.result_map import ELSEWHERE, ground_metres
from app.services.result_tables import ItemTable, Row, channel_rows, item_tables, map_tables
from app.services.results import SurveyResults, WaveResults
from app.views import result_words
from app.views.result_charts import overview_chart, points_of, series_chart
from app.views.result_maps import Mark, places_map, rings_of
from app.views.result_words import matrix_words, question_words

_LONGEST = 48
"""Letters of a question that fit above its line in a chart."""
SELF_SELECTED = frozenset({Channel.POSTER, Channel.LINK})
"""By these whoever wants to answers."""


@dataclass(frozen=True)
class Addresses:
    """Where the page's own links and charts are; each takes `omgang`, a wave's number, the last two an `item` too."""

    page: Callable[..., str]
    overview: Callable[..., str]
    series: Callable[..., str]
    places: Callable[..., str]


@dataclass(frozen=True)
class WaveLine:
    """One wave in the table of a main measure."""

    wave: WaveResults
    share: Share | None
    there: Share | None
    """At the comparison place."""


@dataclass(frozen=True)
class Measure:
    """A main measure over the waves."""

    item: str
    lines: tuple[WaveLine, ...]
    change: Change | None


@dataclass(frozen=True)
class Section:
    """Questions under one heading: the rows of a matrix, or single questions without one."""

    heading: str
    tables: tuple[ItemTable, ...]


@dataclass(frozen=True)
class ShownPlaces:
    """What is told of a question that asks for places."""

    table: ItemTable
    marked: tuple[tuple[str, Row], ...]
    """The places that most people showed, each with its letter on the map; what lies beyond has none."""
    more: bool
    """Whether places are told that no letter is left for; the files hold them."""


def page_values(results: SurveyResults, number: int | None) -> dict[str, Any]:
    """What the templates of results need, for the wave of this number or the last."""
    wave = results.wave(number) if results.waves else None
    values: dict[str, Any] = {"results": results, "wave": wave, "say": result_words, "limits": limits()}
    if wave is None:
        return values
    return values | {
        "measures": [_measure(results, wave, item) for item in results.main_measures],
        "sections": _sections(wave),
        "maps": [_shown_places(table) for table in map_tables(wave)],
        "channels": channel_rows(wave),
        "change_of": _changes(results, wave),
        "self_selected": bool(SELF_SELECTED & set(wave.channels)),
    }


def series_svg(results: SurveyResults, number: int | None, item: str) -> str | None:
    """The chart of a main measure up to a wave; None where there is nothing to draw."""
    measure = _measure(results, results.wave(number), item)
    rows = []
    for line in measure.lines:
        for share, place in ((line.share, results.site), (line.there, _there(results))):
            if share is not None:
                rows.append((line.wave.name, place, _shown(share)))
    if not rows:
        return None
    places = tuple(dict.fromkeys(place for _wave, place, _estimate in rows))
    return series_chart(points_of(rows), tuple(line.wave.name for line in measure.lines), places)


def overview_svg(wave: WaveResults) -> str | None:
    """The chart of all shares of a wave; None where there is nothing to draw."""
    rows = []
    for table in item_tables(wave):
        if table.total is not None and table.total.share is not None:
            words = question_words(wave, table.question.name)
            short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
            rows.append((short, "", tuple(table.total.share)))
    return overview_chart(points_of(rows)) if rows else None


def places_svg(results: SurveyResults, number: int | None, item: str) -> str | None:
    """The map of the places that were shown; None where there is nothing to draw."""
    wave = results.wave(number)
    squares = wave.told.squares or {}
    for table in map_tables(wave):
        if table.question.name == item and squares.keys() & {row.answer for row in table.answers}:
            marks = [
                Mark(letter, row.count, squares[row.answer].east, squares[row.answer].north)
                for letter, row in _marked(table)
                if row.answer in squares and row.count is not None
            ]
            corners = {(one.east, one.north) for one in squares.values()}
            return places_map(tuple(marks), rings_of(ground_metres(results.site_id)), frozenset(corners))
    return None


def svg_response(svg: str) -> Response:
    """A chart as an answer; its one style sheet is its own."""
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _measure(results: SurveyResults, wave: WaveResults, item: str) -> Measure:
    other = results.comparison
    elsewhere = {one.number: one for one in other.waves} if other else {}
    lines = []
    for one in results.waves:
        if one.number <= wave.number:
            twin = elsewhere.get(one.number)
            there = there_share(results, twin, item) if twin is not None else None
            lines.append(WaveLine(one, item_share(results, one, item), there))
    return Measure(item, tuple(lines), item_change(results, wave, item))


def _there(results: SurveyResults) -> str:
    return results.comparison.site if results.comparison is not None else ""


def _shown(share: Share) -> tuple[float, float, float]:
    estimate = share.weighted or share.estimate
    return (estimate.value, estimate.low, estimate.high)


def _sections(wave: WaveResults) -> list[Section]:
    sections: list[Section] = []
    for table in item_tables(wave):
        heading = matrix_words(wave, table.question.name)
        if sections and sections[-1].heading == heading:
            sections[-1] = Section(heading, (*sections[-1].tables, table))
        else:
            sections.append(Section(heading, (table,)))
    return sections


def _shown_places(table: ItemTable) -> ShownPlaces:
    marked = tuple(_marked(table))
    return ShownPlaces(table, marked, len(marked) < len(table.answers))


def _marked(table: ItemTable) -> Iterator[tuple[str, Row]]:
    """The places of a table that most people showed, each with its letter, and how many were farther away."""
    squares = [row for row in table.answers if row.answer != ELSEWHERE]
    yield from zip(ascii_uppercase, squares, strict=False)
    yield from (("", row) for row in table.answers if row.answer == ELSEWHERE)


def _changes(results: SurveyResults, wave: WaveResults) -> Callable[[str], Change | None]:
    """The way from a question to its difference; the main measures have theirs above."""
    return lambda item: None if item in results.main_measures else item_change(results, wave, item)
