"""Findings as they are captured: reported on a walk, told apart by number, and edited afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select

from app.db import change, now, session
from app.errors import N_, ChangedMeanwhileError, FieldError, InvalidInputError, NotFoundError, invalid
from app.i18n import local
from app.models.findings import Finding, Severity, Status
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import Actor, At, Permission, require, visible
from app.services import places
from app.services.checklists import checklist_of
from app.services.finding_numbers import lock_series, take_number
from app.services.photos import Upload, attach
from app.services.walks import load_walk
from geo.crs import PositionError, parse_position
from geo.tiles import quadkey


@dataclass(frozen=True, kw_only=True)
class FindingDetails:
    """What is said of a finding by those who saw it. Position in WGS84 degrees, or words, or both."""

    category: str
    item: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    place_words: str = ""
    asset_number: str = ""
    title: str = ""
    description: str = ""
    size: str = ""
    proposal: str = ""
    severity: Severity | None = None
    unsafe_day: int | None = None
    unsafe_evening: int | None = None
    positive: bool = False
    hate: bool = False


def load_finding(actor: Actor, number: str, permission: Permission = Permission.VIEW_FINDING) -> Finding:
    """Load a finding by its readable number, in any case of letters, for an actor who may do this with it.

    Raises NotFoundError for an outsider, ForbiddenError for somebody who may only look.
    """
    finding = session().scalar(select(Finding).where(Finding.number == number.upper()))
    if finding is None:
        raise NotFoundError
    require(actor, permission, finding, see=Permission.VIEW_FINDING)
    return finding


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The findings that the actor may see, as a condition of a query: what `load_finding` asks of one."""
    return visible(
        actor,
        Permission.VIEW_FINDING,
        site=Finding.site_id,
        responsible=Finding.responsible_id,
        level=Finding.level,
    )


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
    walk = load_walk(actor, walk_id, Permission.REPORT_FINDING)
    if walk.state is WalkState.PLANNED:
        raise invalid("walk_id", "not_started", N_("The walk has not started. Start it first."))
    details = _completed(details, walk, photos)
    _check(details, walk)
    finding_id = finding_id or uuid4()
    moment = at or now()
    with change(actor, None) as running:
        site = _site_of(actor, details, walk)
        series = lock_series(running.session, site, local(moment).year)
        # Only now that the series is ours does a twin sent at the same moment show.
        twin = running.session.get(Finding, finding_id)
        if twin is not None:
            if twin.walk_id != walk.id:
                raise ChangedMeanwhileError
            attach(running, twin, photos)
            return twin
        finding = Finding(
            id=finding_id,
            number=take_number(series, site),
            walk_id=walk.id,
            site_id=site.id,
            reported_by=actor.user_id,
            reported_at=moment,
        )
        _apply(finding, details)
        running.session.add(finding)
        running.session.add(
            StatusChange(
                finding_id=finding_id,
                number=1,
                at=moment,
                after=Status.NEW,
                actor_id=actor.user_id,
                actor_role=actor.role_at(At(site.id), Permission.REPORT_FINDING),
            )
        )
        running.session.flush()
        attach(running, finding, photos)
        running.record("finding.reported", finding_id, walk=walk.id, category=details.category)
    return finding


def update_finding(actor: Actor, number: str, version: int, details: FindingDetails) -> Finding:
    """Change what is said of a finding, based on its `version`.

    Raises ChangedMeanwhileError when it has another version by now and other details; InvalidInputError.
    """
    finding = load_finding(actor, number, Permission.EDIT_FINDING)
    details = _completed(details, finding.walk)
    _check(details, finding.walk)
    with change(actor, None) as running:
        before = details_of(finding)
        names = (field.name for field in fields(FindingDetails))
        changed = [name for name in names if getattr(details, name) != getattr(before, name)]
        if not changed:
            return finding  # the second half of a double click
        if finding.version != version:
            raise ChangedMeanwhileError
        _apply(finding, details)
        running.record("finding.updated", finding.id, fields=changed)
    return finding


def add_photos(actor: Actor, number: str, photos: Sequence[Upload]) -> Finding:
    """Give a finding further photos."""
    finding = load_finding(actor, number, Permission.EDIT_FINDING)
    with change(actor, "finding.photos_added", finding.id, photos=len(photos)) as running:
        attach(running, finding, photos)
    return finding


def details_of(finding: Finding) -> FindingDetails:
    """What is said of a finding, as it stands."""
    return FindingDetails(**{field.name: getattr(finding, field.name) for field in fields(FindingDetails)})


def refresh_search_text(finding: Finding) -> None:
    """Gather the words that a search looks through; to be called whenever one of them changes."""
    words = (
        finding.number,
        finding.title,
        finding.description,
        finding.place_words,
        finding.asset_number,
        finding.case_number,
        finding.fault_number,
        finding.work_order,
    )
    finding.search_text = "\n".join(word for word in words if word).casefold()


def _completed(details: FindingDetails, walk: Walk, photos: Sequence[Upload] = ()) -> FindingDetails:
    """The details with what follows from them: a photo's position, and that a good thing is positive."""
    category = checklist_of(walk.checklist_id).category(details.category)
    if category is not None and category.positive:
        details = replace(details, positive=True)
    taken = next((photo for photo in photos if photo.lon is not None), None)
    if details.lon is None and details.lat is None and taken is not None:
        details = replace(details, lon=taken.lon, lat=taken.lat, accuracy_m=None)
    return details


def _check(details: FindingDetails, walk: Walk) -> None:
    faults: list[FieldError] = []
    category = checklist_of(walk.checklist_id).category(details.category)
    if category is None:
        faults.append(FieldError("category", "unknown", N_("Choose what it is about.")))
    elif details.item and category.item(details.item) is None:
        faults.append(FieldError("item", "unknown", N_("Choose one of the points of the category, or none.")))
    if details.lon is not None and details.lat is not None:
        try:
            parse_position(details.lon, details.lat)
        except PositionError as error:
            faults.append(FieldError("lat", error.code, error.message, tuple(error.details.items())))
    elif details.lon is not None or details.lat is not None:
        faults.append(FieldError("lat", "half", N_("A position needs both latitude and longitude.")))
    elif not details.place_words.strip():
        faults.append(FieldError("place_words", "missing", N_("Set the pin or describe the place in words.")))
    if details.accuracy_m is not None and details.accuracy_m < 0:
        faults.append(FieldError("accuracy_m", "negative", N_("The accuracy is a number of metres from 0.")))
    faults += [
        FieldError(scale, "outside", N_("Choose a number from 1 to 5."))
        for scale in ("unsafe_day", "unsafe_evening")
        if (felt := getattr(details, scale)) is not None and not 1 <= felt <= 5
    ]
    if faults:
        raise InvalidInputError(*faults)


def _site_of(actor: Actor, details: FindingDetails, walk: Walk) -> Site:
    """The site whose ground it is, where the actor may report there; else that of the walk."""
    if details.lon is None or details.lat is None:
        return walk.site
    site_id = places.locate(details.lon, details.lat).site_id
    # Who is trusted with one site only would otherwise lose sight of what they noted across its border.
    if site_id is None or not actor.may(Permission.REPORT_FINDING, At(site_id)):
        return walk.site
    return session().get_one(Site, site_id)


def _apply(finding: Finding, details: FindingDetails) -> None:
    for name, value in asdict(details).items():
        setattr(finding, name, value)
    if details.lon is None or details.lat is None:
        finding.area_id = finding.quadkey = None
    else:
        finding.area_id = places.locate(details.lon, details.lat).area_id
        finding.quadkey = quadkey(details.lon, details.lat)
    refresh_search_text(finding)
