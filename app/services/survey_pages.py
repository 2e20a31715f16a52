"""What the page of a survey needs to know before anybody answers: the wave that is asked, its site, its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import shapely
from sqlalchemy import bindparam, select

from app.db import session
from app.i18n import today
from app.models.questionnaires import Questionnaire
from app.models.sites import Site
from app.models.surveys import Survey, Wave
from app.services.sites import place_names_near, site_polygon
from app.services.waves import Phase, phase, to_answer


@dataclass(frozen=True)
class Round:
    """One wave, as its page needs it; read anew for each request, so it is a plain row and no object."""

    id: UUID
    number: int
    opens_on: date
    closes_on: date
    opened_at: datetime | None
    closed_at: datetime | None
    channels: list[str]
    slug: str
    site_id: UUID
    site_slug: str
    site_name: str


@dataclass(frozen=True)
class OpenSurvey:
    """A questionnaire that anybody may answer today."""

    slug: str
    title: str
    site_name: str
    closes_on: date


# Of tables, not of classes: an object's ways cost more than the row, on every page that somebody answers.
_wave, _survey, _site, _asked = (model.__table__.c for model in (Wave, Survey, Site, Questionnaire))
_ROUNDS = (
    select(
        _wave.id,
        _wave.number,
        _wave.opens_on,
        _wave.closes_on,
        _wave.opened_at,
        _wave.closed_at,
        _wave.channels,
        _survey.slug,
        _site.id,
        _site.slug,
        _site.name,
    )
    .select_from(Wave.__table__)
    .join(Survey.__table__, _survey.id == _wave.survey_id)
    .join(Site.__table__, _site.id == _survey.site_id)
)
_OF_ONE = _ROUNDS.where(_survey.slug == bindparam("slug")).order_by(_wave.number)
_BY_ID = _ROUNDS.where(_wave.id == bindparam("id"))
_WITH_TITLE = (
    _ROUNDS.add_columns(_asked.title)
    .join(Questionnaire.__table__, _asked.id == _survey.questionnaire_id)
    .order_by(_site.name, _survey.slug)
)
_BY_LETTER_ALONE = {"letter", "interview", "paper", "openrosa"}


def load_round(slug: str, day: date) -> Round:
    """The wave of a survey that concerns whoever opens its page on a day: the open one, else the next, else the last.

    Raises NotFoundError where there is no such survey, or it has no wave yet.
    """
    rows = session().connection().execute(_OF_ONE, {"slug": slug}).all()
    return to_answer([Round(*row) for row in rows], day)


@lru_cache(maxsize=256)
def known_round(wave_id: UUID) -> Round | None:
    """An opened wave as it was when a process first met it: only `closed_at` may be another since.

    For whoever is half-way, since it costs nothing. Whoever begins and whoever sends is held against `load_round`.
    """
    row = session().connection().execute(_BY_ID, {"id": wave_id}).one_or_none()
    return Round(*row) if row else None


def list_open_surveys() -> Sequence[OpenSurvey]:
    """The questionnaires that are open today to whoever has the address, by site."""
    rows = session().execute(_WITH_TITLE).all()
    day = today()
    return [
        OpenSurvey(found.slug, row[-1], found.site_name, found.closes_on)
        for row in rows
        if phase(found := Round(*row[:-1]), day) is Phase.OPEN and set(found.channels) - _BY_LETTER_ALONE
    ]


def spots_of(site_id: UUID) -> tuple[tuple[str, str], ...]:
    """The named places in and round a site, "lat lon" and name: who cannot use a map chooses from them."""
    site = session().get_one(Site, site_id)
    return tuple((f"{one.lat:.5f} {one.lon:.5f}", one.name) for one in place_names_near(site))


def ground_of(site_id: UUID) -> str:
    """The ground of a site as GeoJSON, to a metre or so: what the map of a questionnaire shows."""
    polygon = site_polygon(session().get_one(Site, site_id))
    return str(shapely.to_geojson(shapely.set_precision(polygon, 0.00001)))
