"""What surveys wait for: a coordinator is reminded of the season, and of places that nobody has asked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import change, now
from app.i18n import today
from app.models.accounts import Role, User
from app.models.sites import Phase, Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM, Actor
from app.services.staff_mail import reader_of_week
from app.services.survey_duties import DutyKind, duties
from app.services.surveys import Fixed, create_survey, fix_plan, newest_version
from tests.builders import email_of, make_site, make_user
from tests.questionnaires import make_wave

MONDAY = date(2026, 6, 1)


@pytest.fixture
def survey(coordinator: Actor, site: Site) -> Survey:
    elsewhere = make_site("akalla-centrum", lon=17.91)
    return create_survey(coordinator, site.slug, make_wave(elsewhere).survey.questionnaire.id)


def plan(survey: Survey, starts: int, *, opened: bool = False, days: int = 20) -> Wave:
    """A wave that begins so many days from today, whatever a service would say of a day in the past."""
    with change(SYSTEM, None) as planning:
        wave = Wave(
            survey=survey,
            number=len(survey.waves) + 1,
            name="Omgång",
            opens_on=today() + timedelta(days=starts),
            closes_on=today() + timedelta(days=starts + days),
            version_id=newest_version(survey.questionnaire).id,
            channels=[Channel.LINK.value],
            opened_at=now() if opened else None,
        )
        planning.session.add(wave)
    return wave


def kinds(actor: Actor) -> list[tuple[DutyKind, str]]:
    return [(duty.kind, duty.site.slug) for duty in duties(actor)]


def test_nothing_waits_where_nothing_is_due(coordinator: Actor, survey: Survey) -> None:
    assert kinds(coordinator) == []


def test_planned_wave_is_to_be_opened_two_weeks_ahead_and_not_before(
    coordinator: Actor, survey: Survey
) -> None:
    wave = plan(survey, 15)
    assert kinds(coordinator) == []
    with change(SYSTEM, None):
        wave.opens_on = today() + timedelta(days=14)
    assert kinds(coordinator) == [(DutyKind.OPEN, "kista-centrum")]
    with change(SYSTEM, None):
        wave.opened_at = now()
    assert kinds(coordinator) == []


def test_day_that_was_fixed_is_to_be_planned_for_two_months_ahead(coordinator: Actor, survey: Survey) -> None:
    days = (today() + timedelta(days=61), today() + timedelta(days=400))
    fix_plan(coordinator, survey.slug, Fixed(measures=(), channel=None, days=days))
    assert kinds(coordinator) == []
    fix_plan(coordinator, survey.slug, Fixed(measures=(), channel=None, days=(days[0] - timedelta(days=1),)))
    assert kinds(coordinator) == [(DutyKind.PLAN, "kista-centrum")]
    plan(survey, 55)
    assert kinds(coordinator) == [], "it is planned, and not yet to be opened"


def test_next_wave_is_asked_for_in_the_same_season(coordinator: Actor, survey: Survey) -> None:
    wave = plan(survey, -300, opened=True)
    assert kinds(coordinator) == []
    with change(SYSTEM, None):
        wave.opens_on, wave.closes_on = (
            today() - timedelta(days=310),
            today() - timedelta(days=290),
        )
    assert [(duty.kind, duty.day) for duty in duties(coordinator)] == [
        (DutyKind.PLAN, today() + timedelta(days=55))
    ]


def test_nothing_waits_while_a_wave_is_open_or_the_partnership_has_ended(
    coordinator: Actor, survey: Survey, site: Site
) -> None:
    plan(survey, -400, opened=True, days=420)
    assert kinds(coordinator) == []
    plan(survey, 5)
    assert kinds(coordinator) == [(DutyKind.OPEN, "kista-centrum")]
    with change(SYSTEM, None):
        site.phase = Phase.ENDED
    assert kinds(coordinator) == []


def test_place_that_starts_up_wants_a_baseline(coordinator: Actor, survey: Survey) -> None:
    husby = make_site("husby-centrum", lon=17.92, phase=Phase.STARTING)
    assert kinds(coordinator) == [(DutyKind.BASELINE, "husby-centrum")]
    create_survey(coordinator, husby.slug, survey.questionnaire_id)
    assert kinds(coordinator) == []


def test_only_coordinators_of_the_site_are_reminded(
    field: Actor, analyst: Actor, owner: Actor, survey: Survey, site: Site
) -> None:
    plan(survey, 5)
    there = make_site("bromsten", lon=17.9)
    for actor in (field, analyst, owner, make_user(Role.COORDINATOR, site_id=there.id)):
        assert kinds(actor) == []
    assert kinds(make_user(Role.COORDINATOR, site_id=site.id)) == [(DutyKind.OPEN, "kista-centrum")]


def test_weekly_letter_comes_also_when_only_a_survey_waits(coordinator: Actor, survey: Survey) -> None:
    assert reader_of_week(email_of(coordinator), MONDAY) is None
    plan(survey, 5)
    reader = reader_of_week(email_of(coordinator), MONDAY)
    assert isinstance(reader, User)
    assert reader.id == coordinator.user_id
