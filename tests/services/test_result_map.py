"""Places that people showed: each person counts once in a square, and every square has a name."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import change
from app.models.areas import PlaceName
from app.models.sites import Site
from app.permissions import SYSTEM
from app.services.result_counts import KEPT, WaveTold, count_wave
from app.services.result_map import ELSEWHERE
from forms.questionnaire.definition import Definition
from geo.crs import Crs, from_wgs84, to_wgs84
from geo.squares import SIDE_M
from tests.results import close_wave, make_survey, map_question, pins, select

LON, LAT = 17.9421, 59.4037
X, Y = (value // SIDE_M * SIDE_M for value in from_wgs84(LON, LAT, Crs.SWEREF99_18_00))
FAR = (18.2, 59.3)


def spot(column: int, row: int, x: int = 50, y: int = 50) -> tuple[float, float]:
    """A place in a square, metres from its south-west corner; the squares are counted from that of the middle."""
    return to_wgs84(X + column * SIDE_M + x, Y + row * SIDE_M + y, Crs.SWEREF99_18_00)


def code(column: int, row: int) -> str:
    return f"e{X + column * SIDE_M:.0f}_n{Y + row * SIDE_M:.0f}"


def counted(site: Site, answers: list[dict[str, Any]], *, repeat: bool = True) -> WaveTold:
    asked = Definition(
        name="karta", title={"sv": "Karta"}, languages=("sv",), items=(map_question("safe", repeat=repeat),)
    )
    return count_wave(close_wave(make_survey(site, definition=asked), answers))


@pytest.fixture
def named(site: Site) -> Site:
    with change(SYSTEM, None) as making:
        lon, lat = spot(0, 0, 90)
        making.session.add(PlaceName(name="Torget", lon=lon, lat=lat))
    return site


def test_a_person_counts_once_in_a_square_and_once_in_each(site: Site) -> None:
    both = [pins("safe", spot(0, 0, 10), spot(0, 0, 90), spot(2, 0))] * 20
    told = counted(
        site, [*both, *[pins("safe", spot(2, 0))] * 15, *[pins("safe", spot(0, 3))] * 6, *[{}] * 9]
    )
    assert told.items["safe"].choices == {code(2, 0): 35, code(0, 0): 20}
    assert (told.items["safe"].most, told.items["safe"].nothing) == (41, {"unanswered": 9})


def test_what_is_far_away_is_counted_together_and_stands_last(site: Site) -> None:
    answers = [pins("safe", FAR)] * 15 + [pins("safe", (-70.6, -33.4), spot(0, 0))] * 12
    told = counted(site, [*answers, *[pins("safe", spot(1, 0))] * 6, *[{}] * 9])
    assert list(told.items["safe"].choices.items()) == [(code(0, 0), 12), (ELSEWHERE, 27)]
    assert told.squares is not None
    assert list(told.squares) == [code(0, 0)]


def test_a_place_that_could_be_shown_once_is_counted_the_same(site: Site) -> None:
    answers = [{"safe": "{1:.5f} {0:.5f}".format(*spot(0, 0))}] * 40
    told = counted(site, [*answers, *[{"safe": "{1:.5f} {0:.5f}".format(*spot(1, 0))}] * 17], repeat=False)
    assert told.items["safe"].choices == {code(0, 0): 40}


def test_squares_that_few_showed_are_neither_counted_nor_named(site: Site) -> None:
    answers = [pins("safe", spot(0, 0))] * 30 + [pins("safe", spot(1, 1))] * 4
    told = counted(site, [*answers, *[pins("safe", spot(2, 0))] * 5, *[{}] * 5])
    assert told.items["safe"].choices == {code(0, 0): 30}
    assert set(told.squares or ()) == {code(0, 0)}


def test_where_fewer_than_thirty_showed_a_place_nothing_is_told(site: Site) -> None:
    told = counted(site, [*[pins("safe", spot(0, 0))] * 20, *[pins("safe", spot(1, 0))] * 9, *[{}] * 60])
    assert "safe" not in told.items
    assert told.squares == {}


def test_a_map_asked_of_some_does_not_undo_what_another_question_hides(site: Site) -> None:
    """37 work here and show a place; with the three who live here they are what is left of a hundred."""
    errand = select("errand", ("passes", "works", "lives"), required="true()")
    maps = map_question("safe").model_copy(update={"relevant": "/data/errand = 'works'"})
    asked = Definition(name="karta", title={"sv": "Karta"}, languages=("sv",), items=(errand, maps))
    people = [{"errand": "passes"}] * 60 + [{"errand": "works"} | pins("safe", spot(0, 0))] * 30
    people += [{"errand": "works"} | pins("safe", spot(1, 0))] * 7
    for lives, told in ((3, False), (0, True)):
        answers = [*people, *[{"errand": "lives"}] * lives]
        found = count_wave(close_wave(make_survey(site, definition=asked), answers))
        assert ("safe" in found.items) is told


def test_squares_are_named_by_the_nearest_name_and_only_one_is_at_it(named: Site) -> None:
    where = [spot(0, 0), spot(1, 0), spot(0, 2), spot(-3, 0)]
    answers = [pins("safe", *where[: 4 - number % 4]) for number in range(80)]
    squares = counted(named, [*answers, *[pins("safe", FAR)] * 6]).squares
    assert squares is not None
    said = {name: (one.near, one.metres, one.octant) for name, one in squares.items()}
    assert said[code(0, 0)] == ("Torget", 0, 6)
    assert said[code(1, 0)] == ("Torget", 50, 2)
    assert said[code(0, 2)][:2] == ("Torget", 200)
    assert said[code(-3, 0)] == ("Torget", 350, 6)


def test_without_names_squares_are_named_from_the_middle_of_the_site(site: Site) -> None:
    answers = [pins("safe", spot(0, 0), spot(0, 3))] * 40 + [pins("safe", spot(0, 3))] * 10
    squares = counted(site, [*answers, *[pins("safe", FAR)] * 6]).squares
    assert squares is not None
    assert {one.near for one in squares.values()} == {None}


def test_results_that_were_kept_before_places_were_counted_can_be_read() -> None:
    assert KEPT.validate_python({"n": 40, "items": {}}).squares is None


def test_what_is_told_is_kept_and_read_alike(named: Site) -> None:
    told = counted(named, [*[pins("safe", spot(0, 0))] * 40, *[pins("safe", FAR)] * 20, *[{}] * 9])
    assert KEPT.validate_json(KEPT.dump_json(told)) == told
    assert told.squares
