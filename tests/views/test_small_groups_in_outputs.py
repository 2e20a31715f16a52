"""What the files, pages and charts of two waves tell together gives no small count away.

The attacker of tests/statistics/test_small_groups.py reads the files as they are sent; the pages and charts are held
against them, so that none tells a number more.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, combinations, product
from typing import Any

import numpy as np
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.models.sites import Site
from app.permissions import Actor
from forms.questionnaire.definition import Definition
from geo.crs import Crs, to_wgs84
from tests.results import close_wave, make_survey, map_question, pins, select
from tests.statistics.test_small_groups import (
    ALL,
    GROUPINGS,
    LIMITS,
    Attacker,
    people,
    small_counts_known,
    those,
)
from tests.views.test_results import SignIn

NAMES = {"safe": "safe", "clean": "clean", "relation": "relation", "age": "age_band"}
BACK = {name: item for item, name in NAMES.items()}
DEFINITION = Definition(
    name="liten",
    title={"sv": "Liten"},
    languages=("sv",),
    items=(
        select("safe", ("a", "b", "c", "dont_know"), good="a"),
        select("clean", ("p", "q"), good="p"),
        select("relation", ("l", "m", "o")),
        select("age_band", ("r", "s", "t")),
        map_question("place_safe"),
        map_question("place_unsafe"),
        map_question("best", repeat=False),
    ),
)
SQUARES = "abcd"
WHERE = {square: to_wgs84(146750 + 100 * n, 6587550, Crs.SWEREF99_18_00) for n, square in enumerate(SQUARES)}
"""Four squares of the site, the last shown by nobody else than its own people."""
CODES = {f"e{146700 + 100 * n}_n6587500": square for n, square in enumerate(SQUARES)}
SOME = [*chain.from_iterable(combinations(SQUARES, size) for size in range(len(SQUARES) + 1))]
ONE = [(), *((square,) for square in SQUARES)]
MAPS: dict[str, list[tuple[str, ...]]] = {"place_safe": SOME, "place_unsafe": SOME, "best": ONE}
"""Question → what one person may have shown; of two questions at a time, since nothing ties all three together."""


def answers_of(codes: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The people of the attacker's test as answers; their last letter is no answer at all."""
    for place in range(len(codes["safe"])):
        person = {}
        for item, (letters, _good, nothing) in ALL.items():
            letter = (letters + nothing)[codes[item][place]]
            if letter != nothing[-1]:
                person[NAMES[item]] = "dont_know" if letter in nothing else letter
        yield person


def shown_by(draw: Callable[[Any], Any], n: int) -> dict[str, list[tuple[str, ...]]]:
    """Which squares everybody shows in each map; some maps are shown alike by the same people."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shown = {}
    for name, patterns in MAPS.items():
        chance = np.array([draw(st.sampled_from([0.0, 0.02, 0.1, 1.0])) for _ in patterns]) + 1e-9
        codes = rng.choice(len(patterns), n, p=chance / chance.sum())
        shown[name] = [patterns[one] for one in (np.sort(codes) if draw(st.booleans()) else codes)]
    return shown


def map_answers(shown: dict[str, list[tuple[str, ...]]]) -> Iterator[dict[str, Any]]:
    """The same as answers."""
    for safe, unsafe, best in zip(*shown.values(), strict=True):
        person = pins("place_safe", *(WHERE[one] for one in safe))
        person |= pins("place_unsafe", *(WHERE[one] for one in unsafe))
        yield person | ({"best": "{1:.5f} {0:.5f}".format(*WHERE[best[0]])} if best else {})


def small_counts_of_maps(
    rows: list[dict[str, str]], shown: dict[str, list[tuple[str, ...]]], n: int
) -> set[tuple[str, str, int]]:
    """The counts below five that follow from the rows of two maps together: of squares, of both, of who showed none."""
    known: set[tuple[str, str, int]] = set()
    for pair in (("place_safe", "place_unsafe"), ("place_safe", "best")):
        patterns = list(product(*(MAPS[name] for name in pair)))
        people = Counter(zip(*(shown[name] for name in pair), strict=True))

        def showing(place: int, squares: str, patterns: Any = patterns) -> Any:
            return np.array([float(bool({*one[place]} & {*squares})) for one in patterns])

        attacker = Attacker(n, len(patterns))
        for row in rows:
            if row["Item"] in pair:
                place = pair.index(row["Item"])
                if row["Kind"] == "No opinion":
                    attacker.hear(1 - showing(place, SQUARES), int(row["Count"]))
                else:
                    attacker.hear(showing(place, CODES[row["Code"]]), int(row["Count"]))
                    least, most = int(row["Base, at least"]), int(row["Base, at most"])
                    attacker.hear(showing(place, SQUARES), least, most)
        asked = [(place, "".join(some)) for place in (0, 1) for some in SOME[1:]]
        whose = {f"{pair[place]} {some}": showing(place, some) for place, some in asked}
        whose |= {f"{pair[place]} none of {some}": 1 - showing(place, some) for place, some in asked}
        for one, other in product(SQUARES, SQUARES):
            whose[f"{pair} {one} {other}"] = showing(0, one) * showing(1, other)
        counts = np.array([people[one] for one in patterns])
        for words, who in whose.items():
            count = int(who @ counts)
            if count < LIMITS.cell and attacker.knows(who, count):
                known.add((str(pair), words, count))
    return known


def letters_of(item: str, code: str) -> str:
    nothing = ALL[item][2]
    return {"dont_know": nothing[0], "unanswered": nothing[-1]}.get(code, code)


def listen(rows: list[dict[str, str]]) -> Attacker | None:
    """An attacker who has read the rows of one wave."""
    total = [row for row in rows if row["Item"] == ":channel"]
    if not total:
        return None
    attacker = Attacker(int(total[0]["Count"]))
    holds = {(row["Item"], row["Code"]) for row in rows if row["Remark"].startswith("Holds")}
    for row in rows:
        if row["Item"] == ":channel" or row["Breakdown"] == ":channel" or row["Item"] in MAPS:
            continue
        item = BACK[row["Item"]]
        letters, good, nothing = ALL[item]
        whose: Any = 1
        if row["Breakdown"]:
            group = BACK[row["Breakdown"]]
            code = row["Group"].removeprefix("Answer ")
            host = (row["Breakdown"], code) in holds
            whose = those(group, code + (GROUPINGS[group][2] if host else ""))
        if row["Kind"] != "No opinion":
            attacker.hear(whose * those(item, letters), int(row["Base, at least"]), int(row["Base, at most"]))
        if row["Count"]:
            who = good if row["Kind"] == "Good answers" else letters_of(item, row["Code"])
            if (row["Item"], row["Code"]) in holds and not row["Breakdown"]:
                who += nothing
            attacker.hear(whose * those(item, who), int(row["Count"]))
    return attacker


def numbers_of(page: str) -> set[str]:
    """The numbers in the tables of a page that are no shares."""
    cells = [
        cell.get_text(" ", strip=True) for cell in BeautifulSoup(page, "html.parser").select("td.number")
    ]
    return {one for cell in cells if "%" not in cell for one in re.findall(r"\d+", cell)}


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_small_count_follows_from_all_outputs_of_two_waves(
    client: FlaskClient, sign_in: SignIn, analyst: Actor, site: Site, data: st.DataObject
) -> None:
    sign_in(client, analyst)
    survey = make_survey(site, definition=DEFINITION, main_measures=["safe"])
    waves = [people(data.draw), people(data.draw)]
    maps = [shown_by(data.draw, len(codes["safe"])) for codes in waves]
    for codes, shown in zip(waves, maps, strict=True):
        answers = zip(answers_of(codes), map_answers(shown), strict=True)
        close_wave(survey, [person | places for person, places in answers])
    path = f"/enkater/{survey.slug}/resultat"
    text = client.get(f"{path}.csv").get_data().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    told = {row[key] for row in table for key in ("Count", "Base, at least", "Base, at most")}
    sheet = load_workbook(io.BytesIO(client.get(f"{path}.xlsx").get_data())).active
    assert sheet is not None
    cells = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.rows]
    assert [row[8:11] for row in cells[1:]] == [
        [row["Count"], row["Base, at least"], row["Base, at most"]] for row in table
    ]
    lines = client.get(f"{path}.sps").get_data(as_text=True).split("BEGIN DATA\r\n")[1].split("\r\nEND")[0]
    assert [line.split(";")[6:9] for line in lines.splitlines()] == [row[8:11] for row in cells[1:]]
    public = f"/plats/{site.slug}/enkat/{survey.slug}"
    for number, codes in enumerate(waves, start=1):
        for page in (f"{path}?omgang={number}", f"{public}?omgang={number}&lang=en"):
            assert numbers_of(client.get(page).get_data(as_text=True)) <= told
        rows = [row for row in table if row["Wave"] == str(number)]
        attacker = listen(rows)
        if attacker is not None:
            assert small_counts_known(attacker, codes) == set()
            assert small_counts_of_maps(rows, maps[number - 1], len(codes["safe"])) == set()
