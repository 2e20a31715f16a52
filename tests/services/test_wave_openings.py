"""What a wave asks is frozen when it opens: without what was left out, with the measures since the wave before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from app.db import change, now, session
from app.errors import ForbiddenError, NotFoundError
from app.i18n import today
from app.models.audit import AuditEvent
from app.models.checklists import ChecklistVersion
from app.models.findings import Finding, Level, Status
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM, Actor
from app.services.checklists import current_version, ensure_shipped
from app.services.noticed_measures import measures_since
from app.services.shipped_questionnaires import ensure_questionnaires
from app.services.surveys import create_survey, newest_version
from app.services.wave_openings import (
    WaveNotOpenError,
    WaveOverError,
    close_wave,
    measures_asked,
    open_wave,
    to_be_asked,
)
from app.services.wave_plans import WaveOpenedError, WavePlan, change_plan, plan_wave
from app.services.waves import Phase, definition_of, phase
from forms.checklist_measures import measures
from forms.checklists import parse_checklist, shipped_content
from forms.questionnaire.shipped import Instrument
from tests.builders import make_finding, make_walk

LANGUAGES = ("sv", "sv-latt", "en", "ar", "so")


@pytest.fixture
def survey(coordinator: Actor, site: Site) -> Survey:
    questionnaire = ensure_questionnaires(SYSTEM)[Instrument.RESIDENT]
    return create_survey(coordinator, site.slug, questionnaire.id)


def plan(survey: Survey, starts: int = 0, **values: Any) -> WavePlan:
    usual: Mapping[str, Any] = {
        "name": "Omgång",
        "opens_on": today() + timedelta(days=starts),
        "closes_on": today() + timedelta(days=starts + 20),
        "version_id": newest_version(survey.questionnaire).id,
        "left_out": ("problem_snow", "map", "words"),
        "channels": (Channel.LINK,),
    }
    return WavePlan(**{**usual, **values})


def fixed(site: Site, category: str, item: str, **values: Any) -> Finding:
    usual = {"status": Status.VERIFIED, "verified_at": now(), "category": category, "item": item}
    return make_finding(make_walk(site), **{**usual, **values})


def test_wave_asks_what_was_not_left_out_and_its_version_is_frozen(
    coordinator: Actor, survey: Survey
) -> None:
    wave = open_wave(coordinator, plan_wave(coordinator, survey.slug, plan(survey)).id)
    names = {question.name for question in definition_of(wave.id).questions()}
    assert {"safe_evening", "problem_litter", "clean"} <= names
    assert not names & {"problem_snow", "place_safe", "place_unsafe", "words", "noticed"}
    assert phase(wave, today()) is Phase.OPEN
    assert wave.version.frozen_at is not None
    assert wave.xform is not None
    assert "problem_snow" not in wave.xform


def test_opened_wave_stands(coordinator: Actor, survey: Survey) -> None:
    wave = open_wave(coordinator, plan_wave(coordinator, survey.slug, plan(survey)).id)
    before = wave.definition
    with pytest.raises(WaveOpenedError):
        open_wave(coordinator, wave.id)
    with pytest.raises(WaveOpenedError):
        change_plan(coordinator, wave.id, plan(survey, left_out=()))
    assert wave.definition == before


def test_wave_opens_by_itself_on_its_first_day_and_today_if_that_is_past(
    coordinator: Actor, survey: Survey
) -> None:
    late = plan_wave(coordinator, survey.slug, plan(survey, starts=-5))
    assert open_wave(coordinator, late.id).opens_on == today()
    soon = open_wave(coordinator, plan_wave(coordinator, survey.slug, plan(survey, starts=30)).id)
    assert phase(soon, today()) is Phase.PLANNED
    assert phase(soon, today() + timedelta(days=30)) is Phase.OPEN


def test_wave_whose_last_day_has_passed_is_not_opened(coordinator: Actor, survey: Survey) -> None:
    wave = plan_wave(coordinator, survey.slug, plan(survey, starts=-30))
    with pytest.raises(WaveOverError):
        open_wave(coordinator, wave.id)


def test_wave_is_closed_once_and_only_after_it_opened(coordinator: Actor, survey: Survey) -> None:
    wave = plan_wave(coordinator, survey.slug, plan(survey))
    with pytest.raises(WaveNotOpenError):
        close_wave(coordinator, wave.id)
    open_wave(coordinator, wave.id)
    assert phase(close_wave(coordinator, wave.id), today()) is Phase.CLOSED
    with pytest.raises(WaveNotOpenError):
        close_wave(coordinator, wave.id)


def test_only_coordinators_open_and_close(
    coordinator: Actor, analyst: Actor, outsider: Actor, survey: Survey
) -> None:
    wave = plan_wave(coordinator, survey.slug, plan(survey))
    for step in (open_wave, close_wave):
        with pytest.raises(ForbiddenError):
            step(analyst, wave.id)
        with pytest.raises(NotFoundError):
            step(outsider, wave.id)


def test_opening_is_on_record(coordinator: Actor, survey: Survey) -> None:
    wave = open_wave(coordinator, plan_wave(coordinator, survey.slug, plan(survey)).id)
    events = session().query(AuditEvent).filter_by(subject_id=wave.id).order_by(AuditEvent.id)
    assert [event.name for event in events] == ["wave.planned", "wave.opened"]


def test_baseline_asks_for_no_measures_and_the_next_wave_for_those_since(
    coordinator: Actor, survey: Survey, site: Site
) -> None:
    old = now() - timedelta(days=60)
    fixed(site, "belysning", "slackt", verified_at=old)
    first = plan_wave(coordinator, survey.slug, plan(survey))
    assert measures_asked(to_be_asked(first)) == []
    open_wave(coordinator, first.id)
    fixed(site, "skrap", "dumpning")
    following = plan_wave(coordinator, survey.slug, plan(survey, starts=30))
    asked = measures_asked(to_be_asked(following))
    assert [choice.name for choice in asked] == ["skrap_dumpning"]
    open_wave(coordinator, following.id)
    fixed(site, "klotter", "fasad")
    assert measures_asked(to_be_asked(following)) == asked


def test_measures_are_in_public_words_and_nothing_that_the_public_may_not_know(site: Site) -> None:
    fixed(site, "belysning", "slackt", title="Hemlig rubrik", verified_at=now())
    fixed(site, "belysning", "slackt")
    fixed(site, "ordning", "narkotika")
    fixed(site, "klotter", "fasad", hate=True)
    fixed(site, "skrap", "dumpning", level=Level.PROTECTED)
    fixed(site, "trafik", "mopeder", status=Status.REPORTED_FIXED)
    fixed(site, "positivt", "", positive=True)
    (choice,) = measures_since(site.id, now() - timedelta(days=1), LANGUAGES)
    assert choice.name == "belysning_slackt"
    assert choice.label["sv"].startswith("Trasiga lampor är lagade (")
    assert choice.label["en"].startswith("Broken lamps have been repaired (")
    assert str(today().year) in choice.label["sv"]
    assert tuple(choice.label) == LANGUAGES
    assert choice.unreviewed == ("sv-latt", "en", "ar", "so")


def test_measures_are_the_most_frequent_kinds(site: Site) -> None:
    for item in ("slackt", "skymd", "svag", "saknas"):
        fixed(site, "belysning", item)
    for item in ("nedskrapning", "dumpning", "full-papperskorg", "atervinning", "skadedjur"):
        fixed(site, "skrap", item)
    for item in ("bank", "ruta", "racke", "skylt", "las", "brand"):
        fixed(site, "skadegorelse", item)
        fixed(site, "skadegorelse", item)
    names = [choice.name for choice in measures_since(site.id, now() - timedelta(days=1), LANGUAGES)]
    assert len(names) == 12
    assert sum(name.startswith("skadegorelse") for name in names) == 6


def test_measures_of_another_site_are_not_asked_for(coordinator: Actor, site: Site, outsider: Actor) -> None:
    elsewhere = session().query(Site).filter_by(slug="bortom").one()
    fixed(elsewhere, "belysning", "slackt")
    assert measures_since(site.id, now() - timedelta(days=1), LANGUAGES) == []


def test_wave_of_a_day_is_open_that_day(coordinator: Actor, survey: Survey) -> None:
    day: date = today()
    wave: Wave = plan_wave(coordinator, survey.slug, plan(survey, opens_on=day, closes_on=day))
    assert phase(open_wave(coordinator, wave.id), day) is Phase.OPEN
    assert phase(wave, day + timedelta(days=1)) is Phase.CLOSED


def test_kind_of_an_operators_own_goes_by_its_names(site: Site, admin: Actor) -> None:
    ensure_shipped(SYSTEM)
    content = shipped_content()
    content["categories"][0] |= {"slug": "egen", "names": {"sv": "Egen sak", "en": "Own thing"}}
    with change(SYSTEM, None) as adding:
        newest = current_version()
        adding.session.add(
            ChecklistVersion(template_id=newest.template_id, number=99, content=content, by_hand=True)
        )
    fixed(site, "egen", "slackt")
    fixed(site, "okand", "")
    (choice,) = measures_since(site.id, now() - timedelta(days=1), LANGUAGES)
    month = choice.label["sv"].partition(" (")[2]
    assert choice.label["sv"] == f"Åtgärdat: egen sak, släckt ({month}"
    assert choice.label["en"].startswith("Fixed: own thing, out (")
    assert "ar" not in choice.label


def test_every_point_that_may_be_shown_has_words_of_what_was_done() -> None:
    checklist = parse_checklist(shipped_content())
    points = {
        (category.slug, item.slug)
        for category in checklist.categories
        if not (category.positive or category.restricted)
        for item in category.items
    }
    assert measures().keys() == points
    assert all(all(words.values()) for words in measures().values())
