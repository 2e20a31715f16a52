"""Typing in what came on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import change, session
from app.i18n import today
from app.models.audit import AuditEvent
from app.models.responses import Response, ResponseText
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import SYSTEM, Actor
from app.services.responses import InvalidAnswersError, Taken, take_response
from app.services.waves import LATE
from tests.questionnaires import make_wave
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site)


@pytest.fixture
def desk(client: FlaskClient, field: Actor, sign_in: SignIn) -> FlaskClient:
    """A browser of somebody who interviews."""
    sign_in(client, field)
    return client


def address(wave: Wave) -> str:
    return f"/enkater/matomgang/{wave.id}/papper"


def kept() -> list[Response]:
    return list(session().scalars(select(Response)))


def test_the_whole_questionnaire_stands_on_one_page(desk: FlaskClient, wave: Wave) -> None:
    soup = page(desk.get(address(wave)))
    form = soup.select_one("form[data-number-keys]")
    assert form is not None
    names = list(dict.fromkeys(str(one["name"]) for one in form.select("[data-question] [name]")))
    assert names == [
        f"q-{name}"
        for name in (
            "safe_day",
            "safe_evening",
            "problem_litter",
            "problem_light",
            "years",
            "next_step",
            "words",
        )
    ]
    digits = [one.text for one in form.select("[data-question]")[0].select(".digit")]
    assert digits == ["1", "2", "3", "4", "5", "6"]


def test_what_was_typed_is_kept_once_as_an_answer_on_paper(desk: FlaskClient, wave: Wave) -> None:
    before = session().scalar(select(func.count()).select_from(AuditEvent))
    typed = {
        "response_id": str(uuid4()),
        "language": "ar",
        "q-safe_day": "safe",
        "q-safe_evening": "not_here",
        "q-problem_light": "big",
        "q-next_step": ["small", "big"],
        "q-years": "7",
        "q-words": "Prata med Anna",
    }
    for _ in range(2):
        answer = desk.post(address(wave), data=typed)
        assert answer.status_code == 302
    (response,) = kept()
    assert (response.channel, response.language, response.test) == (Channel.PAPER, "ar", False)
    # How many years: not asked of somebody who is not here in the evening.
    assert response.answers == {
        "safe_day": "safe",
        "safe_evening": "not_here",
        "problem_light": "big",
        "next_step": ["small", "big"],
    }
    (words,) = session().scalars(select(ResponseText))
    assert words.words == "Prata med [namn]"
    assert session().scalar(select(func.count()).select_from(AuditEvent)) == before
    chosen = page(desk.get(answer.location)).select_one("option[selected]")
    assert chosen is not None
    assert chosen["value"] == "ar"


def test_what_cannot_be_right_is_shown_again_at_its_question(desk: FlaskClient, wave: Wave) -> None:
    typed = {"response_id": str(uuid4()), "q-safe_day": "unsafe", "q-years": "300", "q-words": "<b>Kvar</b>"}
    soup = page(desk.post(address(wave), data=typed), 422)
    assert soup.select_one("#q-years-error")
    assert soup.select_one("[data-error-summary] a[href='#q-years']")
    assert soup.select_one("input[name=q-safe_day][value=unsafe][checked]")
    assert soup.select_one("[name=q-words][value='<b>Kvar</b>']")
    again = soup.select_one("[name=response_id]")
    assert again is not None
    assert again["value"] == typed["response_id"]
    assert kept() == []


def test_what_was_left_empty_on_paper_stays_empty(desk: FlaskClient, wave: Wave) -> None:
    assert desk.post(address(wave), data={"q-safe_evening": "safe"}).status_code == 302
    assert kept()[0].answers == {"safe_evening": "safe"}
    with pytest.raises(InvalidAnswersError):
        take_response(wave, Taken(uuid4(), {"safe_evening": "safe"}, Channel.LINK, "sv"))


def test_what_came_while_the_wave_was_open_is_typed_for_a_week(desk: FlaskClient, wave: Wave) -> None:
    with change(SYSTEM, None):
        wave.opens_on, wave.closes_on = today() - timedelta(days=30), today() - LATE
    assert page(desk.get(f"/enkater/matomgang/{wave.id}/utskick")).select("a[href$='/papper']")
    assert desk.post(address(wave), data={"q-safe_day": "safe"}).status_code == 302
    assert kept()[0].day == wave.closes_on


@pytest.mark.parametrize("why", ["channel", "counted"])
def test_nothing_is_typed_where_no_paper_is_taken(desk: FlaskClient, wave: Wave, why: str) -> None:
    with change(SYSTEM, None):
        if why == "counted":
            wave.opens_on, wave.closes_on = today() - timedelta(days=30), today() - timedelta(days=8)
        else:
            wave.channels = [Channel.LINK]
    assert desk.get(address(wave)).status_code == 409
    assert desk.post(address(wave), data={"q-safe_day": "safe"}).status_code == 409
    assert not page(desk.get(f"/enkater/matomgang/{wave.id}/utskick")).select("a[href$='/papper']")
    assert kept() == []


def test_only_who_interviews_at_the_site_types(
    client: FlaskClient, analyst: Actor, outsider: Actor, sign_in: SignIn, wave: Wave
) -> None:
    for who, status in ((analyst, 403), (outsider, 404)):
        sign_in(client, who)
        assert client.post(address(wave), data={"q-safe_day": "safe"}).status_code == status
    assert kept() == []
