"""What the files, pages and charts of two waves tell together gives no small count away.

The attacker of tests/statistics/test_small_groups.py reads the files as they are sent; the pages and charts are held
against them, so that none tells a number more.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.models.sites import Site
from app.permissions import Actor
from forms.questionnaire.definition import Definition
from tests.results import close_wave, make_survey, select
from tests.statistics.test_small_groups import ALL, GROUPINGS, Attacker, people, small_counts_known, those
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
    ),
)


def answers_of(codes: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The people of the attacker's test as answers; their last letter is no answer at all."""
    for place in range(len(codes["safe"])):
        person = {}
        for item, (letters, _good, nothing) in ALL.items():
            letter = (letters + nothing)[codes[item][place]]
            if letter != nothing[-1]:
                person[NAMES[item]] = "dont_know" if letter in nothing else letter
        yield person


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
        if row["Item"] == ":channel" or row["Breakdown"] == ":channel":
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
    for codes in waves:
        close_wave(survey, list(answers_of(codes)))
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
        attacker = listen([row for row in table if row["Wave"] == str(number)])
        if attacker is not None:
            assert small_counts_known(attacker, codes) == set()
