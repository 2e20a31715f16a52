"""Surveys: which there are, creating one at a site, and what is fixed of it before its baseline opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import change, now, session
from app.errors import N_, NotFoundError, PlatskollenError, invalid
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import Actor, At, Permission, require, visible
from app.services.sites import load_site
from forms.questionnaire.definition import Definition, Question

MOST_MEASURES = 3
"""With 25 items at 5 % one false change is near certain; of three it is not."""
_SAME_DAY = timedelta(days=45)
"""A wave this near to a day that was fixed is the one meant by it."""
_YEAR = timedelta(days=365)
_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PlanFixedError(PlatskollenError):
    """The baseline has opened, so what is compared with it stands."""

    code = "survey_plan_fixed"
    status = 409
    title = N_("This was fixed when the baseline opened")
    message = N_(
        "Main measures, channel and days are chosen before anybody answers, so that nobody picks the change they like."
    )


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """What is decided before the baseline: only these items, within this channel, may be called a change."""

    measures: tuple[str, ...]
    channel: Channel | None
    days: tuple[date, ...]
    """On which waves are to open, the baseline first."""
    comparison_id: UUID | None = None


def list_surveys(actor: Actor, site: Site | None = None) -> Sequence[Survey]:
    """The surveys at the sites that the actor may see, of one site or all, by site and address."""
    wanted = (
        select(Survey)
        .join(Survey.site)
        .where(visible(actor, Permission.VIEW_SITE, site=Survey.site_id))
        .order_by(Site.name, Survey.slug)
        .options(joinedload(Survey.site), joinedload(Survey.questionnaire), selectinload(Survey.waves))
    )
    if site is not None:
        wanted = wanted.where(Survey.site_id == site.id)
    return session().scalars(wanted).unique().all()


def load_survey(actor: Actor, slug: str, permission: Permission = Permission.VIEW_SITE) -> Survey:
    """Load a survey by its address for an actor who may do this at its site.

    Raises NotFoundError for an outsider, ForbiddenError for somebody who may only look.
    """
    survey = session().scalar(select(Survey).where(Survey.slug == slug))
    if survey is None:
        raise NotFoundError
    require(actor, permission, At(survey.site_id), see=Permission.VIEW_SITE)
    return survey


def list_questionnaires() -> Sequence[Questionnaire]:
    """The questionnaires that a survey can ask, by title."""
    return session().scalars(select(Questionnaire).order_by(Questionnaire.title)).all()


def newest_version(questionnaire: Questionnaire) -> QuestionnaireVersion:
    """The wording that new waves ask."""
    return questionnaire.versions[-1]


def create_survey(actor: Actor, site_slug: str, questionnaire_id: UUID, address: str = "") -> Survey:
    """Create a survey at a site; without an `address`, the site's own or one made of it.

    Raises InvalidInputError, and NotFoundError or ForbiddenError as load_site does.
    """
    site = load_site(actor, site_slug, Permission.COORDINATE)
    questionnaire = session().get(Questionnaire, questionnaire_id)
    if questionnaire is None:
        raise invalid("questionnaire", "unknown", N_("Choose a questionnaire."))
    wanted = address.strip().lower()
    if wanted and not (_ADDRESS.fullmatch(wanted) and len(wanted) <= 60):
        raise invalid("address", "form", N_("Write small letters a to z, digits and hyphens, at most 60."))
    with change(actor, None) as creating:
        taken = set(session().scalars(select(Survey.slug)))
        if wanted in taken:
            raise invalid("address", "taken", N_("Another survey has this address. Choose another."))
        survey = Survey(
            slug=wanted or next(one for one in _addresses(site, questionnaire) if one not in taken),
            site=site,
            questionnaire=questionnaire,
        )
        creating.session.add(survey)
        creating.session.flush()
        creating.record("survey.created", survey.id, site=site.id, questionnaire=questionnaire.id)
    return survey


def is_fixed(survey: Survey) -> bool:
    """Whether the baseline has opened: from then on its plan stands."""
    return any(wave.opened_at is not None for wave in survey.waves)


def fix_plan(actor: Actor, slug: str, fixed: Fixed) -> Survey:
    """Decide what may be called a change; it can be decided anew until the baseline opens.

    Raises PlanFixedError after that, InvalidInputError.
    """
    survey = load_survey(actor, slug, Permission.COORDINATE)
    with change(actor, None) as fixing:
        if is_fixed(survey):
            raise PlanFixedError
        _check(actor, survey, fixed)
        survey.main_measures = list(dict.fromkeys(fixed.measures))
        survey.main_channel = fixed.channel
        survey.planned = sorted(day.isoformat() for day in set(fixed.days))
        survey.comparison_id = fixed.comparison_id
        survey.fixed_at = now()
        fixing.record(
            "survey.plan_fixed",
            survey.id,
            measures=survey.main_measures,
            channel=fixed.channel,
            days=survey.planned,
            comparison=fixed.comparison_id,
        )
    return survey


def asked_by(survey: Survey) -> Definition:
    """Everything that the newest wording of its questionnaire can ask."""
    return Definition.model_validate(newest_version(survey.questionnaire).definition)


def measurable(survey: Survey) -> list[Question]:
    """The questions with good answers to count: any of them can be a main measure."""
    return [one for one in asked_by(survey).questions() if any(choice.good for choice in one.choices)]


def comparable_with(actor: Actor, survey: Survey) -> list[Survey]:
    """The surveys that ask the same at other sites."""
    return [
        one
        for one in list_surveys(actor)
        if one.questionnaire_id == survey.questionnaire_id and one.site_id != survey.site_id
    ]


def opening_days(survey: Survey) -> list[date]:
    """The days on which its waves are to open, as they were fixed."""
    return [date.fromisoformat(day) for day in survey.planned]


def next_opening(survey: Survey) -> date | None:
    """The day on which the next wave is to open: as it was fixed, else a year after the last one."""
    last = max((wave.opens_on for wave in survey.waves), default=None)
    for day in opening_days(survey):
        if last is None or day > last + _SAME_DAY:
            return day
    return None if last is None else last + _YEAR


def load_wave(actor: Actor, wave_id: UUID, permission: Permission = Permission.VIEW_SITE) -> Wave:
    """Load a wave, like load_survey."""
    wave = session().get(Wave, wave_id)
    if wave is None:
        raise NotFoundError
    require(actor, permission, At(wave.survey.site_id), see=Permission.VIEW_SITE)
    return wave


def _check(actor: Actor, survey: Survey, fixed: Fixed) -> None:
    if len(set(fixed.measures)) > MOST_MEASURES:
        raise invalid("measures", "too_many", N_("Choose at most three main measures."))
    if not set(fixed.measures) <= {question.name for question in measurable(survey)}:
        raise invalid("measures", "unknown", N_("Choose among the questions of the questionnaire."))
    if fixed.measures and fixed.channel is None:
        raise invalid("channel", "missing", N_("Choose the channel within which the measures are followed."))
    others = {one.id for one in comparable_with(actor, survey)}
    if fixed.comparison_id is not None and fixed.comparison_id not in others:
        raise invalid("comparison", "unknown", N_("Choose a survey that asks the same at another place."))


def _addresses(site: Site, questionnaire: Questionnaire) -> list[str]:
    """Addresses to try: the site's own, then with what the questionnaire is about, then with a number."""
    about = questionnaire.slug.partition("-")[2] or questionnaire.slug
    return [site.slug, f"{site.slug}-{about}", *(f"{site.slug}-{about}-{n}" for n in range(2, 1000))]
