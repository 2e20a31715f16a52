"""What surveys wait for: a baseline where work begins, a wave whose season has come, one that is ready to open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from app.i18n import today
from app.models.sites import Phase, Site
from app.models.surveys import Survey, Wave
from app.permissions import Actor, At, Permission
from app.services import waves
from app.services.sites import list_sites
from app.services.surveys import list_surveys, next_opening

OPENS_SOON = timedelta(days=14)
PLANNED_AHEAD = timedelta(days=60)


class DutyKind(StrEnum):
    """What is to be done."""

    BASELINE = auto()
    """The partnership at a site begins, and nobody has asked how it is before the measures."""
    PLAN = auto()
    """A day that was fixed for a wave draws near, or a year has gone since the last one: same season."""
    OPEN = auto()
    """A planned wave waits to be opened."""


@dataclass(frozen=True)
class Duty:
    """One thing to do, at a site, for a survey and wave where there are such."""

    kind: DutyKind
    site: Site
    day: date | None = None
    """By when."""
    survey: Survey | None = None
    wave: Wave | None = None


def duties(actor: Actor) -> list[Duty]:
    """What waits for this coordinator, the nearest day first; nothing for anybody else."""
    if not actor.may_somewhere(Permission.COORDINATE):
        return []
    surveys = [one for one in list_surveys(actor) if actor.may(Permission.COORDINATE, At(one.site_id))]
    found = [duty for survey in surveys if (duty := _of(survey, today())) is not None]
    found.sort(key=lambda duty: duty.day or date.max)
    surveyed = {survey.site_id for survey in surveys}
    return found + [
        Duty(DutyKind.BASELINE, site)
        for site in list_sites(actor)
        if site.phase is Phase.STARTING
        and site.id not in surveyed
        and actor.may(Permission.COORDINATE, At(site.id))
    ]


def _of(survey: Survey, day: date) -> Duty | None:
    if survey.site.phase is Phase.ENDED:
        return None
    waiting = [one for one in survey.waves if one.opened_at is None and one.closed_at is None]
    ready = next((one for one in waiting if one.opens_on - OPENS_SOON <= day), None)
    if ready is not None:
        return Duty(DutyKind.OPEN, survey.site, ready.opens_on, survey, ready)
    if waiting or any(waves.phase(one, day) is waves.Phase.OPEN for one in survey.waves):
        return None
    meant = next_opening(survey)
    if meant is not None and meant - PLANNED_AHEAD <= day:
        return Duty(DutyKind.PLAN, survey.site, meant, survey)
    return None
