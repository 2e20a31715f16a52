"""Checklists in force: the version new walks get, the one an old walk was made with, and the shipped one."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, select

from app.db import change, session
from app.models.checklists import ChecklistTemplate, ChecklistVersion
from app.permissions import Actor, Permission, require
from forms.checklists import Checklist, parse_checklist, shipped_content


def current_version() -> ChecklistVersion:
    """The newest version, which new walks are made with."""
    return session().scalars(_newest()).one()


def newest_version() -> ChecklistVersion | None:
    """The newest version; None where none has been put in yet."""
    return session().scalars(_newest()).first()


def latest() -> Checklist:
    """The checklist of `current_version`."""
    return checklist_of(session().connection().execute(_NEWEST_ID).scalar_one())


def checklist_of(version_id: UUID) -> Checklist:
    """The checklist of one version. A version never changes, so it is read once per process."""
    return _read(version_id)


def ensure_shipped(actor: Actor) -> ChecklistVersion:
    """Put the shipped checklist into the database as a new version, unless the newest says the same or is by hand."""
    require(actor, Permission.ADMINISTER, None)
    content = shipped_content()
    found = newest_version()
    if found is not None and (found.by_hand or found.content == content):
        return found
    checklist = parse_checklist(content)
    with change(actor, "checklist.version_added", template=checklist.slug) as adding:
        named = select(ChecklistTemplate).where(ChecklistTemplate.slug == checklist.slug)
        template = adding.session.scalar(named)
        if template is None:
            template = ChecklistTemplate(slug=checklist.slug, name=checklist.title)
            adding.session.add(template)
        version = ChecklistVersion(template=template, number=len(template.versions) + 1, content=content)
        adding.session.add(version)
    return version


@lru_cache(maxsize=64)
def _read(version_id: UUID) -> Checklist:
    return parse_checklist(session().get_one(ChecklistVersion, version_id).content)


def _newest() -> Select[ChecklistVersion]:
    # One template so far; an operator's own one will be chosen per site.
    newest_first = (ChecklistVersion.created_at.desc(), ChecklistVersion.number.desc())
    return select(ChecklistVersion).order_by(*newest_first).limit(1)


_NEWEST_ID = _newest().with_only_columns(ChecklistVersion.id)
