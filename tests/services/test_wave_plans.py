"""Waves are planned until they open; what makes no sense is refused with its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.db import change, now
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.sites import Site
from app.models.surveys import Channel, Survey
from app.permissions import SYSTEM, Actor
from app.services.surveys import Fixed, create_survey, fix_plan, newest_version
from app.services.wave_plans import (
    Slot,
    WaveOpenedError,
    WavePlan,
    change_plan,
    note_event,
    plan_wave,
    strike_event,
)
from tests.questionnaires import make_wave


@pytest.fixture
def survey(coordinator: Actor, site: Site) -> Survey:
    return create_survey(coordinator, site.slug, make_wave(site, slug="annan").survey.questionnaire.id)


def plan(survey: Survey, **values: Any) -> WavePlan:
    usual: Mapping[str, Any] = {
        "name": "Förmätning",
        "opens_on": date(2026, 9, 1),
        "closes_on": date(2026, 9, 30),
        "version_id": newest_version(survey.questionnaire).id,
        "channels": (Channel.LINK, Channel.INTERVIEW),
    }
    return WavePlan(**{**usual, **values})


def fields(refused: pytest.ExceptionInfo[InvalidInputError]) -> set[str]:
    return {error.field for error in refused.value.errors}


def test_waves_are_numbered_and_said_twice_planned_once(coordinator: Actor, survey: Survey) -> None:
    key = uuid4()
    first = plan_wave(coordinator, survey.slug, plan(survey), key)
    assert plan_wave(coordinator, survey.slug, plan(survey), key) is first
    later = plan(survey, name="Uppföljning", opens_on=date(2027, 9, 1), closes_on=date(2027, 9, 30))
    assert plan_wave(coordinator, survey.slug, later).number == 2
    assert [wave.number for wave in survey.waves] == [1, 2]


def test_plan_can_be_changed_with_its_quotas_until_the_wave_opens(coordinator: Actor, survey: Survey) -> None:
    quotas = {(0, Slot.DAY): 5, (4, Slot.EVENING): 10, (5, Slot.DAY): 0}
    wave = plan_wave(coordinator, survey.slug, plan(survey, quotas=quotas))
    assert {(one.weekday, one.slot, one.wanted) for one in wave.quotas} == {(0, "day", 5), (4, "evening", 10)}
    changed = plan(survey, quotas={(4, Slot.EVENING): 3}, left_out=("problem_light",), target=600)
    change_plan(coordinator, wave.id, changed)
    assert [(one.weekday, one.slot, one.wanted) for one in wave.quotas] == [(4, "evening", 3)]
    assert (wave.left_out, wave.target) == (["problem_light"], 600)
    with change(SYSTEM, None):
        wave.opened_at = now()
    with pytest.raises(WaveOpenedError):
        change_plan(coordinator, wave.id, plan(survey))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "  "}),
        ("closes_on", {"closes_on": date(2026, 8, 31)}),
        ("closes_on", {"closes_on": date(2027, 8, 31)}),
        ("channels", {"channels": ()}),
        ("rows", {"left_out": ("unknown",)}),
        ("rows", {"left_out": ("problem_litter", "problem_light")}),
        ("margin_gender", {"margins": {"gender": {"woman": 0.5, "man": 0.4}}}),
        ("margin_gender", {"margins": {"gender": {"woman": 1.0, "man": 0.0}}}),
        ("version_id", {"version_id": uuid4()}),
    ],
)
def test_plan_that_makes_no_sense_is_refused(
    coordinator: Actor, survey: Survey, field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        plan_wave(coordinator, survey.slug, plan(survey, **values))
    assert fields(refused) == {field}
    assert survey.waves == []


def test_two_waves_are_never_open_at_once(coordinator: Actor, survey: Survey) -> None:
    plan_wave(coordinator, survey.slug, plan(survey))
    with pytest.raises(InvalidInputError) as refused:
        plan_wave(
            coordinator,
            survey.slug,
            plan(survey, opens_on=date(2026, 9, 30), closes_on=date(2026, 10, 2)),
        )
    assert fields(refused) == {"opens_on"}


def test_main_measures_are_asked_and_within_their_channel(coordinator: Actor, survey: Survey) -> None:
    fix_plan(coordinator, survey.slug, Fixed(measures=("safe_evening",), channel=Channel.LETTER, days=()))
    with pytest.raises(InvalidInputError) as refused:
        plan_wave(coordinator, survey.slug, plan(survey, left_out=("safe_evening",)))
    assert fields(refused) == {"channels", "modules"}


def test_events_are_noted_beside_a_wave_and_struck(coordinator: Actor, survey: Survey) -> None:
    wave = plan_wave(coordinator, survey.slug, plan(survey))
    event = note_event(coordinator, wave.id, date(2026, 9, 3), " Torget grävdes upp. ")
    assert [(one.day, one.words) for one in wave.events] == [(date(2026, 9, 3), "Torget grävdes upp.")]
    for words in ("", " ", "x" * 301):
        with pytest.raises(InvalidInputError):
            note_event(coordinator, wave.id, date(2026, 9, 3), words)
    strike_event(coordinator, wave.id, event.id)
    assert wave.events == []
    with pytest.raises(NotFoundError):
        strike_event(coordinator, wave.id, event.id)


def test_only_coordinators_plan(coordinator: Actor, field: Actor, outsider: Actor, survey: Survey) -> None:
    wave = plan_wave(coordinator, survey.slug, plan(survey))
    for actor, error in ((field, ForbiddenError), (outsider, NotFoundError)):
        with pytest.raises(error):
            plan_wave(actor, survey.slug, plan(survey))
        with pytest.raises(error):
            change_plan(actor, wave.id, plan(survey))
        with pytest.raises(error):
            note_event(actor, wave.id, date(2026, 9, 3), "x")
