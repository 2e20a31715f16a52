"""Surveys in the browser: created, fixed, planned, opened, watched and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, session
from app.i18n import today
from app.models.questionnaires import Questionnaire
from app.models.responses import Response
from app.models.sites import Phase, Site
from app.models.surveys import Channel, Quota, Survey, Wave
from app.permissions import SYSTEM, Actor
from app.services.checklists import ensure_shipped
from app.services.shipped_questionnaires import ensure_questionnaires
from forms.questionnaire.shipped import Instrument
from tests.questionnaires import make_wave
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def questionnaire(site: Site) -> Questionnaire:
    ensure_shipped(SYSTEM)
    return ensure_questionnaires(SYSTEM)[Instrument.RESIDENT]


@pytest.fixture
def desk(
    client: FlaskClient, coordinator: Actor, sign_in: SignIn, questionnaire: Questionnaire
) -> FlaskClient:
    """A browser of a coordinator."""
    sign_in(client, coordinator)
    return client


@pytest.fixture
def survey(desk: FlaskClient, questionnaire: Questionnaire) -> Survey:
    made = desk.post(
        "/enkater/ny", data={"site": "kista-centrum", "questionnaire": str(questionnaire.id), "address": ""}
    )
    assert made.location == "/enkater/kista-centrum"
    return session().scalars(select(Survey)).one()


def planned(desk: FlaskClient, survey: Survey, **values: object) -> dict[str, object]:
    """What the form of a wave sends, the core and one module chosen."""
    soup = page(desk.get(f"/enkater/{survey.slug}/ny-matomgang"))
    rows = [str(box["value"]) for box in soup.select("[name=rows][checked]")]
    version = soup.select_one("[name=questionnaire]")
    assert version is not None
    return {
        "wave_id": str(uuid4()),
        "name": "Förmätning",
        "opens_on": str(today()),
        "closes_on": str(today() + timedelta(days=20)),
        "questionnaire": str(version["value"]),
        "channels": ["link", "interview"],
        "rows": rows,
        "modules": ["place"],
        "target": "600",
        "quota-1-evening": "12",
        "margin-gender-woman": "50,5",
        "margin-gender-man": "49",
        "margin-gender-other": "0,5",
        **values,
    }


def plan(desk: FlaskClient, survey: Survey, **values: object) -> Wave:
    sent = desk.post(f"/enkater/{survey.slug}/ny-matomgang", data=planned(desk, survey, **values))
    assert sent.status_code == 302, page(sent, 422).select_one(".error-summary")
    return session().scalars(select(Wave)).one()


def answer(wave: Wave, number: int, channel: Channel = Channel.LINK, *, test: bool = False) -> None:
    with change(SYSTEM, None) as adding:
        for _ in range(number):
            adding.session.add(
                Response(wave_id=wave.id, channel=channel, language="sv", day=today(), answers={}, test=test)
            )


def test_survey_goes_from_creation_to_closing(desk: FlaskClient, survey: Survey) -> None:
    assert "No wave is planned yet" in page(desk.get("/enkater/kista-centrum")).get_text()
    fixed = desk.post(
        "/enkater/kista-centrum/huvudmatt",
        data={"measures": ["safe_evening"], "channel": "link", "day_1": str(today())},
    )
    assert fixed.status_code == 302
    wave = plan(desk, survey)
    address = f"/enkater/matomgang/{wave.id}"
    assert wave.margins == {"gender": {"woman": 0.505, "man": 0.49, "other": 0.005}}
    assert [(one.weekday, one.slot, one.wanted) for one in wave.quotas] == [(1, "evening", 12)]
    assert "Open the wave" in page(desk.get(address)).get_text()
    assert "Main measures" in page(desk.get(f"{address}/oppna")).get_text()
    assert desk.post(f"{address}/oppna").status_code == 302
    opened = page(desk.get(address)).get_text(" ", strip=True)
    assert "Open for answers" in opened
    assert "fewer than 30" in opened
    assert page(desk.get("/enkater/kista-centrum/huvudmatt"), 409)
    page(desk.get(f"{address}/stang"))
    assert desk.post(f"{address}/stang").status_code == 302
    closed = page(desk.get(address))
    assert "Closed for answers" in closed.get_text()
    days = closed.select_one(".page-head p")
    assert days is not None
    first, last = days.get_text(" ", strip=True).removeprefix("Closed for answers ").split(" – ")
    assert first == last, "it ended today, not on the day that was planned"
    to_results = closed.select_one("main a.button.main")
    assert to_results is not None
    assert page(desk.get(str(to_results["href"])))
    assert f"{first} – {first}" in page(desk.get("/enkater/kista-centrum")).get_text()


def test_plan_says_how_many_answers_what_is_always_asked_gives(desk: FlaskClient, survey: Survey) -> None:
    text = page(desk.get("/enkater/kista-centrum/ny-matomgang")).get_text(" ", strip=True)
    assert "The core asks for 15 answers with 5 problems." in text
    make_wave(session().get_one(Site, survey.site_id), slug="two-rows")
    assert "with 2 problems" in page(desk.get("/enkater/two-rows/ny-matomgang")).get_text()


def test_two_who_change_one_plan_do_not_overwrite_each_other(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    address = f"/enkater/matomgang/{wave.id}/andra"
    seen = page(desk.get(address)).select_one("[name=version]")
    assert seen is not None
    mine, theirs = (
        planned(desk, survey, version=str(seen["value"]), **{"quota-1-evening": wanted})
        for wanted in ("30", "40")
    )
    assert desk.post(address, data=theirs).status_code == 302
    told = page(desk.post(address, data=mine), 422)
    assert "Somebody else changed this meanwhile" in told.get_text()
    kept, now_seen = told.select_one("[name=quota-1-evening]"), told.select_one("[name=version]")
    assert kept is not None
    assert now_seen is not None
    assert (kept["value"], [one.wanted for one in wave.quotas]) == ("30", [40])
    assert desk.post(address, data=mine | {"version": now_seen["value"]}).status_code == 302
    assert [one.wanted for one in wave.quotas] == [30]


def test_main_measures_of_one_matrix_stand_below_what_it_asks(desk: FlaskClient, survey: Survey) -> None:
    soup = page(desk.get("/enkater/kista-centrum/huvudmatt"))
    together = [one.get_text() for one in soup.select(".measured-together")]
    assert len(together) == len(set(together)) == 3
    row = soup.select_one("label:has([value=problem_lighting])")
    assert row is not None
    assert row.get_text(" ", strip=True) == f"{together[0]} Poor lighting", (
        "whoever hears it hears the question"
    )
    assert not soup.select("label:has([value=safe_day]) .visually-hidden")


def test_core_has_five_rows_chosen_and_the_rest_is_left_out(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    left = [name for name in wave.left_out if name.startswith("problem_")]
    assert len(left) == 7
    assert {"map", "words", "trust"} <= set(wave.left_out)
    assert "place" not in wave.left_out


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"opens_on": "i morgon"},
        {"closes_on": "2020-01-01"},
        {"channels": ["carrier-pigeon"]},
        {"channels": []},
        {"rows": []},
        {"questionnaire": "x"},
        {"target": "0"},
        {"quota-1-evening": "many"},
        {"quota-1-evening": "9" * 5000},
        {"margin-gender-woman": "half"},
        {"margin-gender-woman": "nan"},
        {"margin-gender-woman": "1e999"},
        {"margin-gender-woman": "60"},
    ],
)
def test_plan_that_cannot_be_taken_is_shown_as_it_was_typed(
    desk: FlaskClient, survey: Survey, wrong: dict[str, object]
) -> None:
    sent = desk.post("/enkater/kista-centrum/ny-matomgang", data=planned(desk, survey, **wrong))
    soup = page(sent, 422)
    assert soup.select_one(".error-summary li") is not None
    kept = soup.select_one("[name=quota-1-evening]")
    assert kept is not None
    assert kept["value"] == str(wrong.get("quota-1-evening", "12"))[:5000]
    assert session().scalars(select(Wave)).all() == []


def test_plan_is_changed_until_the_wave_opens(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    shown = page(desk.get(f"/enkater/matomgang/{wave.id}/andra"))
    assert shown.select_one("[name=quota-1-evening][value='12']") is not None
    assert shown.select_one("[name=margin-gender-woman][value='50.5']") is not None
    changed = planned(desk, survey, name="Våren", **{"quota-1-evening": ""})
    assert desk.post(f"/enkater/matomgang/{wave.id}/andra", data=changed).status_code == 302
    wave = session().scalars(select(Wave)).one()
    assert (wave.name, wave.quotas) == ("Våren", [])
    desk.post(f"/enkater/matomgang/{wave.id}/oppna")
    page(desk.get(f"/enkater/matomgang/{wave.id}/andra"), 409)
    page(desk.get(f"/enkater/matomgang/{wave.id}/oppna"), 409)


def test_answers_are_counted_in_fives_and_tests_are_not(desk: FlaskClient, site: Site) -> None:
    wave = make_wave(site, slug="raknas")
    with change(SYSTEM, None):
        wave.quotas = [Quota(weekday=0, slot="day", wanted=20, made=13)]
    answer(wave, 43)
    answer(wave, 29, Channel.PAPER)
    answer(wave, 30, test=True)
    soup = page(desk.get(f"/enkater/matomgang/{wave.id}"))
    rows = {
        row.select("th")[0].get_text(strip=True): row.select("td")[0].get_text(strip=True)
        for row in soup.select("section table tbody tr")
    }
    assert rows["Open link"] == "at least 40"
    assert rows["Paper, typed in by staff"] == "fewer than 30"
    assert rows["Mon, daytime 10–16"] == "at least 10"
    assert "at least 70" in soup.get_text()
    for exact in ("13", "17", "47"):
        assert exact not in [cell.get_text(strip=True) for cell in soup.select("td, dd")]


def test_unreviewed_words_are_listed_by_language(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    soup = page(desk.get(f"/enkater/matomgang/{wave.id}/oversattningar"))
    arabic = soup.select_one("td[lang=ar]")
    assert arabic is not None
    assert arabic["dir"] == "rtl"
    assert soup.select("details")[0].select_one("td[lang=sv]") is not None, "easy Swedish is Swedish"
    assert soup.select_one("td[lang=en]") is not None


def test_events_are_noted_and_taken_away(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    address = f"/enkater/matomgang/{wave.id}/handelser"
    page(desk.post(address, data={"day": "", "words": ""}), 422)
    assert (
        desk.post(address, data={"day": "2026-09-03", "words": "<b>Torget</b> byggs om"}).status_code == 302
    )
    soup = page(desk.get(f"/enkater/matomgang/{wave.id}"))
    assert "<b>Torget</b> byggs om" in soup.get_text()
    form = soup.select_one("form[action$='ta-bort']")
    assert form is not None
    assert desk.post(str(form["action"])).status_code == 302
    assert "byggs om" not in page(desk.get(f"/enkater/matomgang/{wave.id}")).get_text()


def test_sample_size_is_worked_out_and_nonsense_refused(desk: FlaskClient) -> None:
    page(desk.get("/enkater/hur-manga-svar"))
    soup = page(desk.get("/enkater/hur-manga-svar?change=8&before=50&deff=1.5"))
    figures = [one.get_text(strip=True) for one in soup.select(".figures dd")]
    assert figures[0] in {str(number) for number in range(870, 930)}
    same = page(desk.get("/enkater/hur-manga-svar?change=8,0&before=50&deff=1,5"))
    assert [one.get_text(strip=True) for one in same.select(".figures dd")] == figures
    for wrong in (
        "change=x&before=50&deff=1",
        "change=0&before=50&deff=1",
        "change=nan&before=50&deff=1",
        "change=inf&before=50&deff=1",
    ):
        page(desk.get(f"/enkater/hur-manga-svar?{wrong}"), 422)
    page(desk.get("/enkater/hur-manga-svar?change=50&before=50&deff=1"), 422)


def test_who_may_only_look_sees_no_way_to_change(
    desk: FlaskClient, client: FlaskClient, analyst: Actor, sign_in: SignIn, survey: Survey
) -> None:
    wave = plan(desk, survey)
    sign_in(client, analyst)
    for address in ("/enkater", "/enkater/kista-centrum", f"/enkater/matomgang/{wave.id}"):
        soup = page(client.get(address))
        assert not soup.select("main form[method=post]")
        assert not soup.select("main a[href$=oppna], main a[href$=ny], main a[href$=huvudmatt]")


def test_site_and_start_lead_to_surveys(desk: FlaskClient, survey: Survey) -> None:
    assert page(desk.get("/platser/kista-centrum")).select_one("a[href='/enkater/kista-centrum']")
    wave = plan(desk, survey)
    assert page(desk.get("/")).select_one(f"a[href='/enkater/matomgang/{wave.id}']")


def test_place_that_starts_up_is_to_be_asked_first(desk: FlaskClient, site: Site) -> None:
    with change(SYSTEM, None):
        site.phase = Phase.STARTING
    for _ in range(2):
        assert page(desk.get("/")).select_one("a[href='/enkater/ny?plats=kista-centrum']")
    assert "Ask people in Kista centrum" in page(desk.get("/")).get_text()


def test_wave_is_tried_before_it_opens_and_nothing_is_kept(desk: FlaskClient, survey: Survey) -> None:
    wave = plan(desk, survey)
    link = page(desk.get(f"/enkater/matomgang/{wave.id}")).select_one("a[href*='prov=']")
    assert link is not None
    address = str(link["href"])
    assert desk.get(address).status_code == 200
    assert desk.get(address.partition("?")[0]).status_code == 200
    token = address.partition("?prov=")[2]
    sent = {"id": str(uuid4()), "answers": {"relation": "lives"}, "language": "sv", "prov": token}
    assert desk.post(f"/enkat/{survey.slug}/svar", json=sent).json == {"outcome": "taken"}
    assert desk.post(f"/enkat/{survey.slug}/svar", json={**sent, "prov": "x"}).status_code == 409
    assert session().scalars(select(Response)).all() == []


def test_open_wave_leads_whoever_may_ask_to_the_phone(desk: FlaskClient, site: Site) -> None:
    wave = make_wave(site)
    assert page(desk.get(f"/enkater/matomgang/{wave.id}")).select_one("a[href='/falt/enkat']")
    with change(SYSTEM, None) as planning:
        planning.session.get_one(Wave, wave.id).channels = ["link"]
    assert not page(desk.get(f"/enkater/matomgang/{wave.id}")).select_one("a[href='/falt/enkat']")
