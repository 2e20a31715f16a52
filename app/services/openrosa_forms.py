"""The questionnaires of open waves as forms for OpenRosa clients such as ODK Collect.

Each wave is a form of its own, `<survey>-<number of the wave>`: two places may ask the same questionnaire at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from sqlalchemy import bindparam, select

from app.db import session
from app.errors import NotFoundError
from app.i18n import today
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import Actor, At, Permission, require, visible
from app.services.waves import Phase, definition_of, phase

OFFERING = (Channel.OPENROSA, Channel.INTERVIEW)
"""A wave that asks by one of these channels is a form here; the first is what its answers count as."""
_FORM_ID = re.compile(r"(?P<slug>.{1,200})-(?P<number>[1-9]\d{0,5})")
_ROOT = re.compile(r"<instance>\s*<[^\s>]+(?P<attributes>[^>]*)>")
_TITLE = re.compile(r"(<h:title>)[^<]*(</h:title>)")


@dataclass(frozen=True)
class OpenForm:
    """One questionnaire that may be filled in."""

    form_id: str
    name: str
    version: str
    md5: str
    xml: bytes


@dataclass(frozen=True)
class FormWave:
    """What is needed of a wave to offer its form, and to take what was filled in."""

    id: UUID
    number: int
    opens_on: date
    closes_on: date
    opened_at: datetime | None
    closed_at: datetime | None
    channels: list[str]
    slug: str
    """Of its survey."""
    site_id: UUID
    site: str


# Asked before every submission: columns only, in one statement.
_WAVES = (
    select(
        Wave.id,
        Wave.number,
        Wave.opens_on,
        Wave.closes_on,
        Wave.opened_at,
        Wave.closed_at,
        Wave.channels,
        Survey.slug,
        Survey.site_id,
        Site.name.label("site"),
    )
    .join(Wave.survey)
    .join(Survey.site)
    .where(Wave.opened_at.is_not(None), Wave.xform.is_not(None))
)
_NAMED = _WAVES.where(Survey.slug == bindparam("slug"), Wave.number == bindparam("number"))


def list_forms(actor: Actor, form_id: str | None = None) -> Sequence[OpenForm]:
    """The forms of the waves that are open where the actor may interview; one alone, if asked for by id."""
    seen = visible(actor, Permission.INTERVIEW, site=Survey.site_id)
    waiting = _WAVES.where(seen, Wave.closed_at.is_(None)).order_by(Survey.slug, Wave.number)
    waves = (FormWave(**row._mapping) for row in session().execute(waiting))
    forms = [_form(wave) for wave in waves if _is_offered(wave)]
    return [form for form in forms if form_id in {None, form.form_id}]


def load_form(actor: Actor, form_id: str) -> OpenForm:
    """One form; NotFoundError where there is none to be filled in now, or not by this actor."""
    wave = load_wave(actor, form_id)
    if not _is_offered(wave):
        raise NotFoundError
    return _form(wave)


def load_wave(actor: Actor, form_id: str) -> FormWave:
    """What is needed of the wave that a form is of; NotFoundError, or ForbiddenError for who may not interview."""
    named = _FORM_ID.fullmatch(form_id)
    if named is None:
        raise NotFoundError
    wanted = {"slug": named["slug"], "number": int(named["number"])}
    row = session().connection().execute(_NAMED, wanted).one_or_none()
    if row is None:
        raise NotFoundError
    wave = FormWave(**row._mapping)
    require(actor, Permission.INTERVIEW, At(wave.site_id), see=Permission.VIEW_SITE)
    return wave


def _is_offered(wave: FormWave) -> bool:
    return phase(wave, today()) is Phase.OPEN and any(one in wave.channels for one in OFFERING)


def _form(wave: FormWave) -> OpenForm:
    definition = definition_of(wave.id)
    language = definition.languages[0]
    name = f"{wave.site}: {definition.title.get(language) or definition.name}"
    form_id = f"{wave.slug}-{wave.number}"
    xml = _xml(wave.id, form_id, name)
    return OpenForm(
        form_id, name, version_of(wave.id), hashlib.md5(xml, usedforsecurity=False).hexdigest(), xml
    )


def version_of(wave_id: UUID) -> str:
    """The version of a wave's form."""
    return definition_of(wave_id).version or "1"


@lru_cache(maxsize=64)
def _xml(wave_id: UUID, form_id: str, name: str) -> bytes:
    """The XForm of an opened wave under the id of the wave; it is frozen, so it is made once per process."""
    xform = session().scalar(select(Wave.xform).where(Wave.id == wave_id))
    assert xform is not None
    root = _ROOT.search(xform)
    assert root is not None
    others = re.sub(r"\s(?:id|version)=(\"[^\"]*\"|'[^']*')", "", root["attributes"])
    said = f" id={quoteattr(form_id)} version={quoteattr(version_of(wave_id))}{others}"
    begin, end = root.span("attributes")
    named = _TITLE.sub(
        lambda match: match[1] + escape(name) + match[2], xform[:begin] + said + xform[end:], count=1
    )
    return named.encode()
