"""The page of how people come to a wave."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import change, session
from app.i18n import today
from app.models.responses import SurveyCode
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.survey_codes import make_codes
from tests.questionnaires import make_wave
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site)


@pytest.fixture
def desk(client: FlaskClient, coordinator: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, coordinator)
    return client


def test_letters_are_made_of_a_list(desk: FlaskClient, wave: Wave) -> None:
    soup = page(desk.get(f"/enkater/matomgang/{wave.id}/utskick"))
    assert soup.select_one("form[action$='/brev.pdf'] input[type=file]")
    listed = (io.BytesIO(b"Till de boende;Gatan 1;164 53;Kista"), "lista.csv")
    made = desk.post(f"/enkater/matomgang/{wave.id}/brev.pdf", data={"addresses": listed})
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert made.headers["Cache-Control"] == "no-store"
    assert session().scalar(select(func.count()).select_from(SurveyCode)) == 1
    assert "1 code has been made" in page(desk.get(f"/enkater/matomgang/{wave.id}/utskick")).text


@pytest.mark.parametrize("data", [b"", b"PK\0\0", "bara ett;fält".encode()])
def test_a_file_that_is_no_list_is_refused_at_its_field(desk: FlaskClient, wave: Wave, data: bytes) -> None:
    address = f"/enkater/matomgang/{wave.id}/brev.pdf"
    soup = page(desk.post(address, data={"addresses": (io.BytesIO(data), "x.csv")}), 422)
    assert soup.select_one("#addresses-error")
    assert page(desk.post(address), 422).select_one("#addresses-error")


def test_a_poster_is_a_file_of_its_own(desk: FlaskClient, wave: Wave) -> None:
    made = desk.get(f"/enkater/matomgang/{wave.id}/affisch-a3.pdf")
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert desk.get(f"/enkater/matomgang/{wave.id}/affisch-a0.pdf").status_code == 404


def test_only_the_ways_of_the_wave_are_shown(desk: FlaskClient, wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.channels = [Channel.OPENROSA]
    soup = page(desk.get(f"/enkater/matomgang/{wave.id}/utskick"))
    assert [one.text for one in soup.select("h2")] == ["ODK Collect"]
    assert "http://localhost/openrosa" in soup.text


def test_used_codes_are_told_until_the_results_are(desk: FlaskClient, wave: Wave, coordinator: Actor) -> None:
    make_codes(coordinator, wave, 3)
    address = f"/enkater/matomgang/{wave.id}/utskick"
    assert "Used: fewer than 5" in page(desk.get(address)).text
    with change(SYSTEM, None):
        wave.opens_on, wave.closes_on = today() - timedelta(days=20), today() - timedelta(days=10)
    after = page(desk.get(address)).text
    assert "3 codes have been made" in after
    assert "Used" not in after


def test_field_staff_see_the_ways_and_make_nothing(
    client: FlaskClient, field: Actor, sign_in: SignIn, wave: Wave
) -> None:
    sign_in(client, field)
    soup = page(client.get(f"/enkater/matomgang/{wave.id}/utskick"))
    assert not soup.select("form[action$='/brev.pdf'], a[href*='/affisch-']")
    assert client.get(f"/enkater/matomgang/{wave.id}/affisch-a4.pdf").status_code == 403


def test_the_form_to_print_is_offered_in_each_language_to_whoever_asks_people(
    client: FlaskClient, field: Actor, sign_in: SignIn, wave: Wave
) -> None:
    sign_in(client, field)
    ways = f"/enkater/matomgang/{wave.id}/utskick"
    offered = page(client.get(ways)).select("a[href*='/formular-']")
    assert [one.select("span")[-1].text for one in offered] == ["Svenska", "العربية"]
    for link in offered:
        made = client.get(str(link["href"]))
        assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert client.get(f"/enkater/matomgang/{wave.id}/formular-xx.pdf").status_code == 404
    with change(SYSTEM, None):
        wave.closes_on = today() - timedelta(days=1)
    assert not page(client.get(ways)).select("a[href*='/formular-']")
