"""Surveys: who may create one, and what stands of it once its baseline has opened."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import change, now
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import Role
from app.models.questionnaires import Questionnaire
from app.models.sites import Site
from app.models.surveys import Channel, Survey
from app.permissions import SYSTEM, Actor
from app.services.survey_previews import is_preview, preview_address
from app.services.surveys import (
    Fixed,
    PlanFixedError,
    comparable_with,
    create_survey,
    fix_plan,
    list_surveys,
    load_survey,
    measurable,
)
from tests.builders import make_site, make_user
from tests.questionnaires import make_wave

FIXED = Fixed(measures=("safe_evening",), channel=Channel.LETTER, days=(date(2026, 9, 1), date(2027, 9, 1)))


@pytest.fixture
def questionnaire(site: Site) -> Questionnaire:
    return make_wave(site, slug="annan").survey.questionnaire


@pytest.fixture
def survey(coordinator: Actor, site: Site, questionnaire: Questionnaire) -> Survey:
    return create_survey(coordinator, site.slug, questionnaire.id)


def test_first_survey_of_a_site_has_its_address_and_the_next_another(
    coordinator: Actor, survey: Survey, questionnaire: Questionnaire, site: Site
) -> None:
    assert survey.slug == site.slug
    assert create_survey(coordinator, site.slug, questionnaire.id).slug.startswith(f"{site.slug}-")


def test_address_that_is_taken_or_no_address_is_refused(
    coordinator: Actor, survey: Survey, questionnaire: Questionnaire, site: Site
) -> None:
    for address in (survey.slug, "å", "a b", "-", "a" * 61, "../x"):
        with pytest.raises(InvalidInputError):
            create_survey(coordinator, site.slug, questionnaire.id, address)


def test_only_coordinators_create_and_outsiders_are_told_of_nothing(
    field: Actor, analyst: Actor, outsider: Actor, owner: Actor, survey: Survey, questionnaire: Questionnaire
) -> None:
    for actor in (field, analyst):
        with pytest.raises(ForbiddenError):
            create_survey(actor, "kista-centrum", questionnaire.id)
        with pytest.raises(ForbiddenError):
            fix_plan(actor, survey.slug, FIXED)
        assert survey in list_surveys(actor)
    for actor in (outsider, owner):
        with pytest.raises(NotFoundError):
            load_survey(actor, survey.slug)
        assert list_surveys(actor) == []


def test_plan_is_fixed_and_can_be_fixed_anew_until_the_baseline_opens(
    coordinator: Actor, survey: Survey
) -> None:
    fix_plan(coordinator, survey.slug, FIXED)
    assert (survey.main_measures, survey.main_channel) == (["safe_evening"], Channel.LETTER)
    assert survey.planned == ["2026-09-01", "2027-09-01"]
    fix_plan(coordinator, survey.slug, Fixed(measures=("safe_day",), channel=Channel.LINK, days=()))
    assert survey.main_measures == ["safe_day"]
    assert survey.fixed_at is not None


def test_plan_stands_once_the_baseline_has_opened(coordinator: Actor, site: Site) -> None:
    opened = make_wave(site).survey
    with pytest.raises(PlanFixedError):
        fix_plan(coordinator, opened.slug, FIXED)
    assert opened.main_measures == []


def test_measures_have_good_answers_and_are_three_at_most(coordinator: Actor, survey: Survey) -> None:
    assert [question.name for question in measurable(survey)] == ["safe_day", "safe_evening"]
    for measures in (("years",), ("unknown",), ("a", "b", "c", "d")):
        with pytest.raises(InvalidInputError):
            fix_plan(coordinator, survey.slug, Fixed(measures=measures, channel=Channel.LINK, days=()))
    with pytest.raises(InvalidInputError):
        fix_plan(coordinator, survey.slug, Fixed(measures=("safe_day",), channel=None, days=()))


def test_comparison_asks_the_same_at_another_place(
    admin: Actor, survey: Survey, questionnaire: Questionnaire
) -> None:
    there = create_survey(admin, make_site("akalla-centrum", lon=17.91).slug, questionnaire.id)
    elsewhere = make_wave(make_site("husby-centrum", lon=17.92)).survey
    assert comparable_with(admin, survey) == [there]
    plan = Fixed(measures=(), channel=None, days=(), comparison_id=there.id)
    assert fix_plan(admin, survey.slug, plan).comparison_id == there.id
    for other in (elsewhere, survey):
        with pytest.raises(InvalidInputError):
            fix_plan(admin, survey.slug, Fixed(measures=(), channel=None, days=(), comparison_id=other.id))


def test_coordinator_of_one_site_compares_with_no_survey_that_they_may_not_see(
    admin: Actor, survey: Survey, questionnaire: Questionnaire, site: Site
) -> None:
    there = create_survey(admin, make_site("akalla-centrum", lon=17.91).slug, questionnaire.id)
    here_only = make_user(Role.COORDINATOR, site_id=site.id)
    with pytest.raises(InvalidInputError):
        fix_plan(here_only, survey.slug, Fixed(measures=(), channel=None, days=(), comparison_id=there.id))


def test_preview_opens_its_own_survey_only(survey: Survey) -> None:
    path, _, token = preview_address(survey).partition("?prov=")
    assert path == f"/enkat/{survey.slug}"
    assert is_preview(survey.slug, token)
    assert not is_preview("annan", token)
    assert not any(is_preview(survey.slug, wrong) for wrong in ("", "x", token[:-1], token + "x", "\0å"))


def test_wave_opened_by_hand_fixes_the_plan(coordinator: Actor, survey: Survey) -> None:
    wave = make_wave(survey.site, slug="baslinje")
    with change(SYSTEM, None):
        wave.survey = survey
        wave.opened_at = now()
    with pytest.raises(PlanFixedError):
        fix_plan(coordinator, survey.slug, FIXED)
