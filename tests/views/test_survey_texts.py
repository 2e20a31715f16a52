"""What residents wrote: who reads it, when, and that taking it out is noted."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, session
from app.models.audit import AuditEvent
from app.models.responses import ResponseText
from app.models.sites import Site
from app.models.surveys import Wave
from app.permissions import SYSTEM, Actor
from tests.results import close_wave, draw, make_survey, street_definition

SignIn = Callable[[FlaskClient, Actor], None]


def write(wave: Wave, *words: str) -> list[ResponseText]:
    texts = [ResponseText(id=uuid4(), wave_id=wave.id, item="words", words=one) for one in words]
    with change(SYSTEM, None) as writing:
        writing.session.add_all(texts)
    return texts


@pytest.fixture
def text(site: Site) -> ResponseText:
    survey = make_survey(site, slug="kista")
    (found,) = write(close_wave(survey, draw(street_definition(), 40, 1)), "=Mer ljus vid [namn]")
    write(close_wave(survey, draw(street_definition(), 40, 2), closed=False), "Nyss skrivet")
    return found


def test_a_coordinator_reads_and_sorts_texts_of_closed_waves(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, text: ResponseText
) -> None:
    sign_in(client, coordinator)
    page = client.get("/enkater/kista/fritext").get_data(as_text=True)
    assert "Mer ljus vid [namn]" in page
    assert "Nyss skrivet" not in page
    saved = client.post(f"/enkater/kista/fritext/{text.id}", data={"themes": "Ljus,  ljus , Trafik"})
    assert saved.status_code == 303
    assert session().get_one(ResponseText, text.id).themes == ["ljus", "trafik"]
    assert "Mer ljus" in client.get("/enkater/kista/fritext?tema=trafik").get_data(as_text=True)
    assert "Mer ljus" not in client.get("/enkater/kista/fritext?tema=annat").get_data(as_text=True)


def test_too_many_themes_are_refused(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, text: ResponseText
) -> None:
    sign_in(client, coordinator)
    client.post(f"/enkater/kista/fritext/{text.id}", data={"themes": "a,b,c,d,e,f"})
    assert session().get_one(ResponseText, text.id).themes == []


def test_taking_texts_out_is_noted(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor, text: ResponseText
) -> None:
    sign_in(client, coordinator)
    taken = client.post("/enkater/kista/fritext.csv").get_data(as_text=True)
    assert "'=Mer ljus vid [namn]" in taken, "no formula"
    assert "Nyss skrivet" not in taken
    assert "survey.texts_exported" in session().scalars(select(AuditEvent.name)).all()


def test_an_analyst_reads_no_texts(
    client: FlaskClient, sign_in: SignIn, analyst: Actor, text: ResponseText
) -> None:
    sign_in(client, analyst)
    assert client.get("/enkater/kista/fritext").status_code == 403
    assert client.post("/enkater/kista/fritext.csv").status_code == 403
    assert client.post(f"/enkater/kista/fritext/{text.id}", data={"themes": "x"}).status_code == 403
    assert "fritext" not in client.get("/enkater/kista/resultat").get_data(as_text=True)
