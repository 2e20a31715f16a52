"""Findings as they are captured: reported on a walk, told apart by number, and edited afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select

from app.db import change, now, session
from app.errors import ChangedMeanwhileError, NotFoundError
from app.models.findings import Finding, Status
from app.permissions import Actor, Permission, require, visible
from app.services import merging, places
from app.services.finding_details import NAMES, ready, search_text
from app.services.finding_details import FindingDetails as FindingDetails
from app.services.finding_details import details_of as details_of
from app.services.finding_reports import insert_reports, prepare_reports
from app.services.photos import Upload, attach
from app.services.walks import load_reported_walk
from geo.tiles import quadkey


def load_finding(actor: Actor, name: str | UUID, permission: Permission = Permission.VIEW_FINDING) -> Finding:
    """Load a finding for an actor who may do this with it: by its number in any case of letters, or by its id.

    Raises NotFoundError for an outsider, ForbiddenError for somebody who may only look.
    """
    named = Finding.id == name if isinstance(name, UUID) else Finding.number == name.upper()
    finding = session().scalar(select(Finding).where(named))
    if finding is None:
        raise NotFoundError
    require(actor, permission, finding, see=Permission.VIEW_FINDING)
    return finding


def find_seen(actor: Actor, number: str) -> Finding | None:
    """The finding of this number, where there is one that the actor may see."""
    return session().scalar(select(Finding).where(Finding.number == number.upper(), seen_by(actor)))


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The findings that the actor may see, as a condition of a query: what `load_finding` asks of one."""
    return visible(
        actor,
        Permission.VIEW_FINDING,
        site=Finding.site_id,
        responsible=Finding.responsible_id,
        level=Finding.level,
        finding=Finding.id,
    )


def standing() -> ColumnElement[bool]:
    """The findings that stand, whatever became of them: all but the pins that were set by mistake."""
    return Finding.status != Status.WITHDRAWN


def counted() -> ColumnElement[bool]:
    """The findings that a walk counts: those that stand and repeat no other."""
    return Finding.status.not_in((Status.WITHDRAWN, Status.DUPLICATE))


def report_finding(
    actor: Actor,
    walk_id: UUID,
    details: FindingDetails,
    photos: Sequence[Upload] = (),
    finding_id: UUID | None = None,
    *,
    at: datetime | None = None,
) -> Finding:
    """Report a finding on a walk under way or finished, seen now or `at`; returns it with its number.

    `finding_id` is made by the client: said twice it gives the finding of the first time, unchanged but for
    photos it did not have. Without a position of its own it takes that of the first photo that has one.
    Raises InvalidInputError.
    """
    walk = load_reported_walk(actor, walk_id)
    details = ready(details, walk, photos)
    prepared = prepare_reports(actor, [(finding_id or uuid4(), walk, details, at or now())])
    with change(actor, None) as running:
        [reported] = insert_reports(running, prepared)
        if reported.walk_id != walk_id:
            raise ChangedMeanwhileError
        finding = running.session.get_one(Finding, reported.finding_id)
        attach(running, finding, photos)
    return finding


def update_finding(actor: Actor, number: str, version: int, details: FindingDetails) -> Finding:
    """Change what is said of a finding, based on its `version`.

    Raises ChangedMeanwhileError when it has another version by now and other details; InvalidInputError.
    """
    finding = load_finding(actor, number, Permission.EDIT_FINDING)
    details = ready(details, finding.walk)
    with change(actor, None) as running:
        before = details_of(finding)
        changed = [name for name in NAMES if getattr(details, name) != getattr(before, name)]
        if not changed:
            return finding  # the second half of a double click
        if finding.version != version:
            raise ChangedMeanwhileError
        apply_details(finding, details)
        merging.settle_units(running, finding, changed, version)
        running.record("finding.updated", finding.id, fields=changed)
    return finding


def add_photos(actor: Actor, number: str, photos: Sequence[Upload]) -> Finding:
    """Give a finding further photos."""
    finding = load_finding(actor, number, Permission.EDIT_FINDING)
    with change(actor, "finding.photos_added", finding.id, photos=len(photos)) as running:
        attach(running, finding, photos)
    return finding


def refresh_search_text(finding: Finding) -> None:
    """Gather the words that a search looks through; to be called whenever one of them changes."""
    others = (finding.case_number, finding.fault_number, finding.work_order)
    finding.search_text = search_text(finding.number, details_of(finding), *others)


def apply_details(finding: Finding, details: FindingDetails) -> None:
    """Write details that are ready onto a finding, with what follows from where it is."""
    area_id = key = None
    if details.lon is not None and details.lat is not None:
        # Asked before anything is written: reading the map may write what waits, and one edit would be two versions.
        area_id, key = places.locate(details.lon, details.lat).area_id, quadkey(details.lon, details.lat)
    for name, value in asdict(details).items():
        setattr(finding, name, value)
    finding.area_id, finding.quadkey = area_id, key
    refresh_search_text(finding)
