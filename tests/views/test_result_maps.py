"""The places that people showed, on the page of results and in its files."""

from __future__ import annotations

import csv
import io
import re
from string import ascii_uppercase

import pytest
from flask.testing import FlaskClient

from app.db import change
from app.models.areas import PlaceName
from app.models.sites import Site
from app.models.surveys import Survey
from app.permissions import SYSTEM, Actor
from app.services.results import told_of
from tests.results import close_wave, draw, make_survey, map_question, pins, street_definition
from tests.views.test_results import SignIn, text_of

SQUARE, EAST_OF_IT, FAR = (17.9421, 59.4037), (17.9441, 59.4037), (18.2, 59.3)
PAGES = ("/enkater/karta/resultat", "/plats/kista-centrum/enkat/karta?lang=en")


@pytest.fixture
def survey(site: Site) -> Survey:
    """Forty showed the square as safe, fifteen a place far away; six the square as unsafe."""
    with change(SYSTEM, None) as making:
        making.session.add(PlaceName(name="Kista torg", lon=SQUARE[0], lat=SQUARE[1]))
    street = street_definition()
    maps = (map_question("place_safe"), map_question("place_unsafe"))
    asked = street.model_copy(update={"items": (*street.items, *maps)})
    shown = [pins("place_safe", SQUARE)] * 40 + [pins("place_safe", FAR)] * 15
    shown += [pins("place_safe", EAST_OF_IT)] * 8 + [pins("place_unsafe", SQUARE)] * 6 + [{}] * 31
    made = make_survey(site, slug="karta", definition=asked)
    close_wave(made, [one | more for one, more in zip(draw(asked, 100, 1), shown, strict=True)])
    return made


@pytest.fixture
def staff(client: FlaskClient, sign_in: SignIn, analyst: Actor) -> FlaskClient:
    sign_in(client, analyst)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_places_are_told_in_words_with_count_and_share(staff: FlaskClient, survey: Survey, path: str) -> None:
    page = re.sub(r"<[^>]*>|\s+", " ", text_of(staff, path))
    page = re.sub(r"\s+", " ", page)
    assert "Places place_safe" in page
    assert "A at Kista torg 40 63 % 51–74 %" in page
    assert "Farther away from the place 15 24 %" in page
    assert "Base: 63 who showed a place" in page
    assert "50 m east" not in page, "the smallest that could be told is hidden as well"


@pytest.mark.parametrize("path", PAGES)
def test_a_question_without_a_place_to_tell_says_so(staff: FlaskClient, survey: Survey, path: str) -> None:
    told = text_of(staff, path).split('id="places-place_unsafe"')[1]
    assert "No place is told of" in told.split("</article>")[0]


@pytest.mark.parametrize("path", PAGES)
def test_the_map_is_drawn_on_the_server(staff: FlaskClient, survey: Survey, path: str) -> None:
    maps = re.findall(r'src="([^"]+/stallen/[^"]+)"', text_of(staff, path))
    assert len(maps) == 1
    drawn = staff.get(maps[0].replace("&amp;", "&"))
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", drawn.get_data(as_text=True)) == ["A"]


@pytest.mark.parametrize("item", ["place_unsafe", "safe_evening", "nothing"])
def test_there_is_no_map_of_what_is_not_told(staff: FlaskClient, survey: Survey, item: str) -> None:
    assert staff.get(f"/enkater/karta/resultat/stallen/{item}.svg").status_code == 404
    assert staff.get(f"/plats/kista-centrum/enkat/karta/stallen/{item}.svg").status_code == 404


def test_the_map_is_for_those_who_may_see_results(
    client: FlaskClient, sign_in: SignIn, outsider: Actor, survey: Survey
) -> None:
    sign_in(client, outsider)
    assert client.get("/enkater/karta/resultat/stallen/place_safe.svg").status_code == 404


def test_places_stand_in_the_files(staff: FlaskClient, survey: Survey) -> None:
    text = staff.get("/enkater/karta/resultat.csv").get_data().decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["Item"] == "place_safe"]
    assert [(row["Answer"], row["Count"], row["Base, at most"]) for row in rows] == [
        ("at Kista torg", "40", "63"),
        ("Farther away from the place", "15", "63"),
        ("No answer", "37", "100"),
    ]
    assert rows[0]["Question"] == "Places place_safe"
    code = rows[0]["Code"]
    assert re.fullmatch(r"e\d{6}_n\d{7}", code)
    syntax = staff.get("/enkater/karta/resultat.sps").get_data(as_text=True)
    assert f"1;place_safe;answer;{code};;;40;63;63;" in syntax
    assert f'"{code}" "at Kista torg"' in syntax
    book = staff.get("/enkater/karta/kodbok.csv").get_data(as_text=True)
    assert f"place_safe;Places place_safe;{code};at Kista torg" in book


def test_what_was_told_before_places_were_counted_stays_as_it_was(staff: FlaskClient, survey: Survey) -> None:
    wave = survey.waves[0]
    told_of(wave)
    with change(SYSTEM, None):
        kept = dict(wave.results or {})
        kept["items"] = {name: one for name, one in kept["items"].items() if "place" not in name}
        wave.results = {name: one for name, one in kept.items() if name != "squares"}
    assert "Places that were shown" not in text_of(staff, PAGES[0])


def test_as_many_places_are_shown_as_there_are_letters(staff: FlaskClient, site: Site) -> None:
    asked = street_definition().model_copy(update={"items": (map_question("place_safe"),)})
    where = [(17.9361 + 0.002 * (n % 7), 59.4007 + 0.0011 * (n // 7)) for n in range(35)]
    people = [pins("place_safe", *where[: 35 - n % 35]) for n in range(350)]
    close_wave(make_survey(site, slug="manga", definition=asked), [*people, *[{}] * 20])
    page = staff.get("/enkater/manga/resultat").get_data(as_text=True)
    assert re.findall(r'class="letter">(\w+)<', page) == [*ascii_uppercase]
    told = staff.get("/enkater/manga/resultat.csv").get_data(as_text=True).count(";place_safe;") - 1
    assert told > 27
    assert "Places that fewer people showed are not listed here" in page
