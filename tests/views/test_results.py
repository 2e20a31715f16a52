"""The pages and files of results: who sees them, and that they say what may be said."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app.db import change, now
from app.i18n import today
from app.models.sites import Site
from app.models.surveys import Channel, Survey
from app.permissions import SYSTEM, Actor
from tests.builders import make_site
from tests.results import CHANCES, close_wave, draw, make_survey, street_definition

SignIn = Callable[[FlaskClient, Actor], None]
MARGINS = {
    "age_band": {"age_18_29": 0.3, "age_30_64": 0.5, "age_65": 0.2},
    "gender": {"woman": 0.5, "man": 0.5},
}
SAFER = {**CHANCES, "safe_evening": (3, 5, 2, 1, 1, 0.5)}


@pytest.fixture
def survey(site: Site) -> Survey:
    """Two closed waves, the second safer in the evening, beside a place where nothing changed."""
    asked = street_definition()
    other = make_survey(make_site("akalla-centrum", lon=17.913), slug="akalla", definition=asked)
    made = make_survey(site, slug="kista", definition=asked, comparison_id=other.id)
    for seed, chances in ((1, CHANCES), (2, SAFER)):
        close_wave(made, draw(asked, 600, seed, chances), margins=MARGINS, events=[f"Byggarbete {seed}"])
        close_wave(other, draw(asked, 400, seed + 10))
    return made


@pytest.fixture
def staff(client: FlaskClient, sign_in: SignIn, analyst: Actor) -> FlaskClient:
    sign_in(client, analyst)
    return client


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return words_of(answer)


def words_of(answer: TestResponse) -> str:
    """The page without the marks of words in another language."""
    return re.sub(r"\s+", " ", re.sub(r"</?span\b[^>]*>", "", answer.get_data(as_text=True)))


def test_a_main_measure_that_rose_is_called_a_change(staff: FlaskClient, survey: Survey) -> None:
    page = text_of(staff, "/enkater/kista/resultat")
    assert "Change since Förmätning: +" in page
    assert "Compared with Akalla centrum over the same time: +" in page
    assert page.count("Change since") == 1, "only the main measure"
    assert "Difference from Förmätning" in page
    assert "Byggarbete 2" in page


def test_the_first_wave_has_nothing_to_be_compared_with(staff: FlaskClient, survey: Survey) -> None:
    page = text_of(staff, "/enkater/kista/resultat?omgang=1")
    assert "since Förmätning" not in page
    assert "Byggarbete 1" in page


def test_the_public_reads_the_same_without_signing_in(client: FlaskClient, survey: Survey) -> None:
    answer = client.get("/plats/kista-centrum/enkat/kista?lang=en")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.cache_control.public
    assert "Change since Förmätning: +" in words_of(answer)
    assert "Förändring sedan" in client.get("/plats/kista-centrum/enkat/kista").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/enkater/kista/resultat", "/plats/kista-centrum/enkat/kista"])
def test_charts_are_drawn_on_the_server(staff: FlaskClient, survey: Survey, path: str) -> None:
    page = text_of(staff, path)
    charts = re.findall(r'src="([^"]+\.svg\?[^"]*)"', page)
    assert len(charts) == 2
    for chart in charts:
        answer = staff.get(chart.replace("&amp;", "&"))
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "Akalla" in staff.get("/enkater/kista/resultat/safe_evening.svg").get_data(as_text=True)


def test_there_is_no_chart_of_what_is_no_main_measure(staff: FlaskClient, survey: Survey) -> None:
    assert staff.get("/enkater/kista/resultat/safe_day.svg").status_code == 404


def test_an_open_wave_tells_only_how_many_answered(
    staff: FlaskClient, site: Site, client: FlaskClient
) -> None:
    open_survey = make_survey(site, slug="pagar")
    close_wave(open_survey, draw(street_definition(), 43, 1), closed=False)
    page = text_of(staff, "/enkater/pagar/resultat")
    assert "At least 40 have answered so far" in page
    assert "Main measures" not in page
    assert client.get("/plats/kista-centrum/enkat/pagar").status_code == 404


@pytest.mark.parametrize(("days", "told"), [(0, False), (7, False), (8, True)])
def test_results_wait_for_interviews_that_are_on_their_way(
    staff: FlaskClient, survey: Survey, days: int, told: bool
) -> None:
    with change(SYSTEM, None):
        last = survey.waves[-1]
        last.closes_on, last.closed_at = today() - timedelta(days=days), now() - timedelta(days=days)
    page = text_of(staff, "/enkater/kista/resultat")
    assert ("on their way are taken in" in page) is not told
    assert ("Difference from Förmätning" in page) is told


@pytest.mark.parametrize(("days", "told"), [(0, False), (1, True)])
def test_results_of_what_was_asked_on_its_page_alone_are_told_the_day_after(
    staff: FlaskClient, site: Site, days: int, told: bool
) -> None:
    by_link = make_survey(site, slug="lank")
    wave = close_wave(by_link, draw(street_definition(), 40, 1), channels=[Channel.LINK])
    with change(SYSTEM, None):
        wave.closes_on = today() + timedelta(days=9)
        wave.closed_at = now() - timedelta(days=days)
    page = text_of(staff, "/enkater/lank/resultat")
    assert ("40 answers" in page) is told
    assert "on their way" not in page


def test_a_wave_that_few_answered_is_not_told(staff: FlaskClient, site: Site) -> None:
    small = make_survey(site, slug="liten")
    close_wave(small, draw(street_definition(), 29, 1))
    page = text_of(staff, "/enkater/liten/resultat")
    assert "Fewer than 30 answered" in page
    assert "29" not in re.sub(r"<[^>]*>", "", page)
    assert len(staff.get("/enkater/liten/resultat.csv").get_data(as_text=True).splitlines()) == 1


def test_field_staff_may_not_and_outsiders_find_nothing(
    app: object, client: FlaskClient, sign_in: SignIn, field: Actor, outsider: Actor, survey: Survey
) -> None:
    for actor, status in ((field, 403), (outsider, 404)):
        browser = client.application.test_client()
        sign_in(browser, actor)
        for path in (
            "resultat",
            "resultat.csv",
            "resultat.xlsx",
            "resultat.sps",
            "kodbok.csv",
            "resultat/oversikt.svg",
        ):
            assert browser.get(f"/enkater/kista/{path}").status_code == status, path


def test_the_files_hold_the_same_rows(staff: FlaskClient, survey: Survey) -> None:
    text = staff.get("/enkater/kista/resultat.csv").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    sheet = load_workbook(io.BytesIO(staff.get("/enkater/kista/resultat.xlsx").get_data())).active
    assert sheet is not None
    assert sheet.max_row == len(rows)
    counts = [(row[0].value, row[1].value, row[8].value) for row in list(sheet.rows)[1:]]
    assert [(str(wave), item, "" if n is None else str(n)) for wave, item, n in counts] == [
        (row[0], row[1], row[8]) for row in rows[1:]
    ]
    syntax = staff.get("/enkater/kista/resultat.sps").get_data(as_text=True)
    data = syntax.split("BEGIN DATA\r\n")[1].split("\r\nEND DATA")[0].splitlines()
    assert len(data) == len(rows) - 1
    assert {line.count(";") for line in data} == {14}
    assert '"safe_evening" "Question safe_evening?"' in syntax
    book = staff.get("/enkater/kista/kodbok.csv").get_data(as_text=True)
    assert "safe_evening;Question safe_evening?;very_safe;Answer very_safe;yes" in book


def test_a_label_that_is_a_formula_stays_words(staff: FlaskClient, site: Site) -> None:
    asked = street_definition()
    evil = asked.items[0].model_copy(update={"label": {"sv": '=HYPERLINK("https://evil.example")\n"x'}})
    asked = asked.model_copy(update={"items": (evil, *asked.items[1:])})
    close_wave(make_survey(site, slug="ond", definition=asked), draw(asked, 100, 1))
    assert "'=HYPERLINK" in staff.get("/enkater/ond/resultat.csv").get_data(as_text=True)
    book = load_workbook(io.BytesIO(staff.get("/enkater/ond/resultat.xlsx").get_data()))
    assert all(cell.data_type != "f" for row in book.active.rows for cell in row)
    assert '"=HYPERLINK(""https://evil.example"") ""x"' in staff.get("/enkater/ond/resultat.sps").get_data(
        as_text=True
    )


def test_an_open_link_is_said_to_be_self_selection(staff: FlaskClient, site: Site) -> None:
    asked = street_definition()
    close_wave(
        make_survey(site, slug="lank", main_channel=Channel.LINK),
        draw(asked, 200, 1),
        channels=[Channel.LINK],
    )
    assert "self-selection" in text_of(staff, "/enkater/lank/resultat")
