"""Interviews on the spot: what a phone takes along, and each answer kept and counted once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import change, now, session
from app.i18n import PLACE_ZONE, today
from app.models.responses import Response, ResponseText
from app.models.sites import Site
from app.models.surveys import Channel, Quota, Wave
from app.permissions import SYSTEM, Actor
from app.services.interviews import quota_of
from app.services.wave_plans import Slot
from app.services.waves import LATE
from tests.questionnaires import make_wave

SignIn = Callable[[FlaskClient, Actor], None]
ANSWERS = {"safe_day": "very_safe", "years": 3, "next_step": ["none", "small"], "words": "Ring 070-123 45 67"}


@pytest.fixture
def wave(site: Site) -> Wave:
    return make_wave(site)


@pytest.fixture
def phone(client: FlaskClient, field: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, field)
    return client


def made(wave: Wave, answers: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "wave_id": str(wave.id),
        "answers": ANSWERS if answers is None else answers,
        "language": "ar",
        "at": now().isoformat(),
        **values,
    }


def send(phone: FlaskClient, *responses: Any) -> list[dict[str, Any]]:
    answer = phone.post("/api/v1/responses", json={"sent_at": now().isoformat(), "responses": responses})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def outcomes(phone: FlaskClient, *responses: Any) -> list[str]:
    return [one["outcome"] for one in send(phone, *responses)]


def taken_along(phone: FlaskClient) -> list[dict[str, Any]]:
    answer = phone.get("/api/v1/surveys", headers={"Accept-Encoding": "identity"})
    assert answer.json is not None
    waves: list[dict[str, Any]] = answer.json["waves"]
    return waves


def plan(wave: Wave, **values: Any) -> None:
    with change(SYSTEM, None) as planning:
        found = planning.session.get_one(Wave, wave.id)
        for name, value in values.items():
            setattr(found, name, value)


def quota(wave: Wave, moment: datetime, wanted: int = 5) -> None:
    weekday, slot = quota_of(moment)
    with change(SYSTEM, None) as planning:
        planning.session.add(Quota(wave_id=wave.id, weekday=weekday, slot=slot, wanted=wanted))


def counted(wave: Wave) -> list[int]:
    session().expire_all()
    return list(session().scalars(select(Quota.made).where(Quota.wave_id == wave.id)))


def test_phone_takes_along_all_that_an_open_wave_asks(phone: FlaskClient, wave: Wave, site: Site) -> None:
    quota(wave, datetime(2026, 10, 14, 17, 30, tzinfo=PLACE_ZONE))
    (found,) = taken_along(phone)
    assert (found["id"], found["site"], found["name"]) == (str(wave.id), site.name, "Förmätning")
    assert [item["name"] for item in found["definition"]["items"]][:2] == ["safe_day", "safe_evening"]
    assert found["definition"]["items"][0]["label"]["ar"] == "نهارا؟"
    assert found["quotas"] == [{"weekday": 2, "slot": "evening", "wanted": 5, "made": 0}]
    assert phone.get("/api/v1/me").json["surveys"] == 1  # type: ignore[index]


def test_what_has_not_changed_is_not_sent_again(phone: FlaskClient, wave: Wave) -> None:
    first = phone.get("/api/v1/surveys")
    again = phone.get("/api/v1/surveys", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    send(phone, made(wave))
    assert taken_along(phone)[0]["id"] == str(wave.id)


@pytest.mark.parametrize(
    "values",
    [
        {"channels": ["link", "openrosa"]},
        {"opened_at": None},
        {"closed_at": now()},
        {"closes_on": today() - timedelta(days=1)},
        {"opens_on": today() + timedelta(days=1)},
    ],
)
def test_wave_that_nobody_may_be_asked_is_not_taken_along(
    phone: FlaskClient, wave: Wave, values: dict[str, Any]
) -> None:
    plan(wave, **values)
    assert taken_along(phone) == []
    assert phone.get("/api/v1/me").json["surveys"] == 0  # type: ignore[index]


def test_wave_of_another_site_is_not_taken_along_and_not_answered(
    client: FlaskClient, outsider: Actor, wave: Wave, sign_in: SignIn
) -> None:
    sign_in(client, outsider)
    assert taken_along(client) == []
    (refused,) = send(client, made(wave))
    assert (refused["outcome"], refused["errors"][0]["code"]) == ("rejected", "not_found")
    assert session().scalar(select(Response)) is None


def test_whoever_may_only_look_takes_nothing_along(
    client: FlaskClient, wave: Wave, analyst: Actor, sign_in: SignIn
) -> None:
    sign_in(client, analyst)
    assert taken_along(client) == []
    assert send(client, made(wave))[0]["errors"][0]["code"] == "forbidden"


def test_answers_arrive_once_and_count_once(phone: FlaskClient, wave: Wave) -> None:
    quota(wave, now())
    sent = made(wave)
    assert outcomes(phone, sent, sent, made(wave)) == ["taken", "already", "taken"]
    assert outcomes(phone, sent) == ["already"]
    assert counted(wave) == [2]
    kept = session().get_one(Response, UUID(sent["id"]))
    assert (kept.channel, kept.language, kept.day) == (Channel.INTERVIEW, "ar", today())
    assert kept.answers == {"safe_day": "very_safe", "years": 3, "next_step": ["none", "small"]}
    words = session().scalars(select(ResponseText.words)).all()
    assert len(words) == 2
    assert "070" not in words[0]


def test_id_that_tells_an_order_is_kept_as_one_that_tells_none(phone: FlaskClient, wave: Wave) -> None:
    sent = made(wave, id=str(uuid1()))
    assert outcomes(phone, sent, sent) == ["taken", "already"]
    (kept,) = session().scalars(select(Response.id))
    assert str(kept) != sent["id"]
    assert kept.version == 4


def test_interview_in_another_slot_counts_in_no_other_quota(phone: FlaskClient, wave: Wave) -> None:
    quota(wave, now() + timedelta(days=1))
    assert outcomes(phone, made(wave)) == ["taken"]
    assert counted(wave) == [0]


def test_one_that_cannot_be_taken_stops_no_other(phone: FlaskClient, wave: Wave) -> None:
    quota(wave, now())
    wrong = made(wave, {"safe_day": "very_safe", "years": 300, "shoe_size": 44})
    results = send(phone, "no answers", {"id": "x"}, wrong, made(wave))
    assert [one["outcome"] for one in results] == ["rejected", "rejected", "rejected", "taken"]
    assert [one["id"] for one in results[:3]] == [None, "x", wrong["id"]]
    faults = {fault["field"]: fault for fault in results[2]["errors"]}
    assert {field: fault["code"] for field, fault in faults.items()} == {
        "years": "constraint",
        "shoe_size": "unknown",
    }
    assert faults["years"]["message"] == "Skriv ett antal år."
    assert counted(wave) == [1]


def test_made_while_open_is_taken_a_week_after_the_end_and_not_later(phone: FlaskClient, wave: Wave) -> None:
    then = datetime.combine(today() - LATE, time(12), PLACE_ZONE)
    plan(wave, opens_on=today() - timedelta(days=20), closes_on=then.date())
    late = made(wave, at=then.isoformat())
    assert outcomes(phone, late, made(wave)) == ["taken", "rejected"]
    assert session().get_one(Response, UUID(late["id"])).day == then.date()
    plan(wave, closes_on=then.date() - timedelta(days=1))
    old = made(wave, at=(then - timedelta(days=1)).isoformat())
    assert outcomes(phone, old, late) == ["rejected", "already"]


def test_made_before_somebody_closed_the_wave_is_taken(phone: FlaskClient, wave: Wave) -> None:
    plan(wave, closed_at=now() - timedelta(days=1))
    yesterday = now() - timedelta(days=1)
    assert outcomes(phone, made(wave, at=yesterday.isoformat()), made(wave)) == ["taken", "rejected"]


def test_clock_that_is_off_is_set_right_by_what_it_says_when_sending(phone: FlaskClient, wave: Wave) -> None:
    quota(wave, now() - timedelta(minutes=1))
    wrong = now() + timedelta(days=200)
    body = {
        "sent_at": wrong.isoformat(),
        "responses": [made(wave, at=(wrong - timedelta(minutes=1)).isoformat())],
    }
    answer = phone.post("/api/v1/responses", json=body)
    assert answer.json is not None
    assert answer.json["results"][0]["outcome"] == "taken"
    assert counted(wave) == [1]


def test_language_that_the_questionnaire_lacks_becomes_its_own(phone: FlaskClient, wave: Wave) -> None:
    sent = made(wave, language="xx")
    assert outcomes(phone, sent) == ["taken"]
    assert session().get_one(Response, UUID(sent["id"])).language == "sv"


def test_nobody_signed_out_or_on_a_foreign_page_sends(app: APIFlask, phone: FlaskClient, wave: Wave) -> None:
    foreign = phone.post(
        "/api/v1/responses", json={"responses": []}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    nobody = app.test_client()
    assert nobody.get("/api/v1/surveys").status_code == 401
    assert nobody.post("/api/v1/responses", json={"responses": [made(wave)]}).status_code == 401


def test_too_much_and_no_json_are_refused_as_a_whole(phone: FlaskClient, wave: Wave) -> None:
    assert phone.post("/api/v1/responses", json={"responses": [made(wave)] * 101}).status_code == 413
    assert phone.post("/api/v1/responses", json={"responses": ["x" * 5_000_000]}).status_code == 413
    assert phone.post("/api/v1/responses", data=b"{", content_type="application/json").status_code == 400
    assert phone.post("/api/v1/responses", data=b"{}").status_code == 415
    assert phone.post("/api/v1/responses", json=[]).status_code == 422


@pytest.mark.parametrize(
    ("clock", "weekday", "slot"),
    [
        ("2026-10-14T05:59", 1, Slot.NIGHT),
        ("2026-10-14T06:00", 2, Slot.MORNING),
        ("2026-10-14T10:00", 2, Slot.DAY),
        ("2026-10-14T15:59", 2, Slot.DAY),
        ("2026-10-14T16:00", 2, Slot.EVENING),
        ("2026-10-14T21:00", 2, Slot.NIGHT),
        ("2026-10-19T00:30", 6, Slot.NIGHT),
    ],
)
def test_slot_goes_by_the_clock_on_the_wall(clock: str, weekday: int, slot: Slot) -> None:
    moment = datetime.fromisoformat(clock).replace(tzinfo=PLACE_ZONE)
    assert quota_of(moment.astimezone(UTC)) == (weekday, slot)
