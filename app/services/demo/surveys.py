"""The demo's surveys: residents asked at two sites a year ago and now, and traders asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import insert

from app.bulk_insert import BulkInsert
from app.db import Change, change
from app.i18n import PLACE_ZONE, today
from app.models.responses import Response, ResponseText
from app.models.surveys import Channel, Survey, Wave
from app.permissions import Actor
from app.services.demo.voices import WORDS, Voices
from app.services.shipped_questionnaires import ensure_questionnaires
from app.services.sites import place_names_near, site_polygon
from app.services.surveys import Fixed, create_survey, fix_plan, newest_version
from app.services.wave_openings import open_wave
from app.services.wave_plans import Slot, WavePlan, note_event, plan_wave
from app.services.waves import definition_of
from forms.questionnaire.definition import Definition
from forms.questionnaire.parts import core_rows
from forms.questionnaire.shipped import PROBLEM_ROWS, Instrument
from geo.distances import distance_m

SITE, COMPARED = "kista-centrum", "akalla-centrum"
_RESPONSES = BulkInsert(Response, ("id", "channel", "language", "day", "answers"), ("wave_id",))
_CHANNELS = (Channel.LETTER, Channel.POSTER, Channel.LINK, Channel.INTERVIEW, Channel.PAPER, Channel.OPENROSA)
_MODULES = ("trust", "background", "habits")
"""Left out, so that the demo is answered in a few minutes."""
_MARGINS = {
    "gender": {"woman": 0.495, "man": 0.5, "other": 0.005},
    "age_band": {
        "age_0_17": 0.1,
        "age_18_29": 0.22,
        "age_30_44": 0.28,
        "age_45_64": 0.25,
        "age_65_79": 0.11,
        "age_80": 0.04,
    },
}
_QUOTAS = {(1, Slot.DAY): 10, (3, Slot.EVENING): 15, (5, Slot.DAY): 15, (5, Slot.EVENING): 10}
_MADE = {(1, Slot.DAY): 10, (3, Slot.EVENING): 7, (5, Slot.DAY): 9}
_BETTER = {
    "safe_evening": 0.5,
    "problem_lighting": 0.7,
    "problem_litter": 0.3,
    "change_12_months": 0.4,
    "knows_work": 0.6,
}
"""What has become better in a year, as the logarithm of odds."""


@dataclass(frozen=True)
class _Round:
    """One wave of the demo, in days from today."""

    name: str
    opens: int
    closes: int
    answers: int = 0
    gains: Mapping[str, float] = field(default_factory=dict)
    opened: bool = True


def ask(actor: Actor) -> None:
    """Ask at the sites of the demo."""
    questionnaires = ensure_questionnaires(actor)
    resident, trader = questionnaires[Instrument.RESIDENT].id, questionnaires[Instrument.TRADER].id
    compared = create_survey(actor, COMPARED, resident)
    survey = create_survey(actor, SITE, resident)
    traders = create_survey(actor, SITE, trader)
    days = tuple(today() + timedelta(days=day) for day in (-386, -12, 353))
    measures = ("safe_evening", "problem_lighting", "change_12_months")
    for one, other in ((survey, compared.id), (compared, None)):
        fix_plan(
            actor, one.slug, Fixed(measures=measures, channel=Channel.LETTER, days=days, comparison_id=other)
        )
    fix_plan(actor, traders.slug, Fixed(measures=("safe_evening",), channel=Channel.LINK, days=()))
    before, now_asked = _Round("Förmätning", -386, -356, 320), _Round("Uppföljning 1", -12, 18, 145, _BETTER)
    first = _run(actor, survey, before)
    note_event(actor, first.id, today() - timedelta(days=371), "Bussterminalen byggdes om.")
    _run(actor, survey, now_asked)
    for asked in (before, now_asked):
        _run(actor, compared, _Round(asked.name, asked.opens, asked.closes, asked.answers * 3 // 5))
    _run(actor, traders, _Round("Förmätning", -360, -340, 46))
    _run(actor, traders, _Round("Uppföljning 1", 9, 30, opened=False))


def _run(actor: Actor, survey: Survey, asked: _Round) -> Wave:
    """Plan and open a wave as people do, then date it back, since nothing opens in the past."""
    opens, closes = (today() + timedelta(days=day) for day in (asked.opens, asked.closes))
    wave = plan_wave(actor, survey.slug, _plan(survey, asked, max(opens, today()), max(closes, today())))
    if not asked.opened:
        return wave
    open_wave(actor, wave.id)
    with change(actor, None) as running:
        wave.opens_on, wave.closes_on = opens, closes
        wave.opened_at = _morning(opens)
        if wave.number == 1:
            survey.fixed_at = _morning(opens - timedelta(days=7))
        for quota in wave.quotas:
            quota.made = _MADE.get((quota.weekday, Slot(quota.slot)), 0)
        running.session.flush()
        _answer(running, wave, asked)
    return wave


def _plan(survey: Survey, asked: _Round, opens: date, closes: date) -> WavePlan:
    version = newest_version(survey.questionnaire)
    definition = Definition.model_validate(version.definition)
    rows = [row.name for row in core_rows(definition)]
    modules = {question.module for question in definition.questions()}
    residents = any(question.name == "age_band" for question in definition.questions())
    return WavePlan(
        name=asked.name,
        opens_on=opens,
        closes_on=closes,
        version_id=version.id,
        left_out=(*rows[PROBLEM_ROWS:], *(module for module in _MODULES if module in modules)),
        channels=_CHANNELS,
        target=600 if residents else 60,
        margins=_MARGINS if residents else {},
        quotas=_QUOTAS if residents else {},
    )


def _answer(running: Change, wave: Wave, asked: _Round) -> None:
    site = wave.survey.site
    middle = site_polygon(site).centroid
    spots = sorted(
        ((one.lon, one.lat) for one in place_names_near(site)),
        key=lambda where: distance_m(middle.x, middle.y, *where),
    )
    voices = Voices(definition_of(wave.id), f"{wave.survey.slug} {wave.number}", asked.gains, spots)
    last = min(wave.closes_on, today())
    rows = list(voices.answers(asked.answers, wave.opens_on, last))
    _RESPONSES.run(running.connection, rows, wave_id=wave.id)
    if wave.survey.slug == SITE:
        texts = [
            {"id": uuid4(), "wave_id": wave.id, "item": "words", "words": one, "themes": []} for one in WORDS
        ]
        running.connection.execute(insert(ResponseText), texts)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), PLACE_ZONE)
