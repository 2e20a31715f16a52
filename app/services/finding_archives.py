"""Everything about one finding, for the archive: plain data in a fixed order, and the photos as they were received.

People stand in it by function. Addresses of mail are told by whose they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.db import change, now, session
from app.models.accounts import Contact, Organisation
from app.models.comments import Comment
from app.models.findings import Finding
from app.models.letters import Letter, Notice
from app.models.photos import Photo
from app.models.publications import Publication, PublicPhoto, ResidentReport
from app.models.remedies import Revisit
from app.permissions import Actor, Permission
from app.services.comments import conversation
from app.services.duplicates import repeats_of
from app.services.finding_audits import Event, events_of
from app.services.findings import load_finding
from app.services.followers import followers_of
from app.storage import FileCorruptError, FileMissingError, files

FORMAT = "platskollen-finding-1"
_LEFT_OUT = frozenset(
    {"search_text", "quadkey", "unit_versions", "reported_by", "fixed_by"}
    | {"walk_id", "site_id", "area_id", "responsible_id", "duplicate_of_id"}
)
"""What serves searching alone, who acted (told by function), and ids (told by name)."""
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/webp": "webp",
}


@dataclass(frozen=True)
class ArchivedPhoto:
    """One original: its name in the archive, and where the storage keeps it."""

    name: str
    sha256: str
    there: bool
    """False where the storage has lost it."""


@dataclass(frozen=True)
class Archive:
    """What is handed out: the finding, its record as plain data, its audit trail and its photos."""

    finding: Finding
    at: datetime
    record: dict[str, Any]
    events: Sequence[Event]
    photos: Sequence[ArchivedPhoto]


def take_out(actor: Actor, number: str) -> Archive:
    """Gather everything about a finding, and note in its trail that it was taken out; for coordinators."""
    finding = load_finding(actor, number, Permission.COORDINATE)
    with change(actor, "finding.archived", finding.id, photos=len(finding.photos)):
        pass
    events = events_of(actor, finding)
    photos = [
        ArchivedPhoto(_photo_name(place, one), one.sha256, files().exists(one.sha256))
        for place, one in enumerate(finding.photos, 1)
    ]
    moment = now()
    record = {
        "format": FORMAT,
        "taken_out_at": moment,
        "finding": _finding(finding),
        "walk": {"id": finding.walk_id, "started_at": finding.walk.started_at, "light": finding.walk.light},
        "history": [_step(one) for one in finding.history],
        "rechecks": [
            {"at": one.at, "result": one.result, "note": one.note, "walk": one.walk_id}
            for one in finding.rechecks
        ],
        "revisits": _revisits(finding),
        "comments": [_comment(one, name) for one, name in conversation(actor, finding)],
        "told_to_residents": _told(finding),
        "resident_reports": _resident_reports(finding),
        "letters": _letters(finding),
        "followers": len(followers_of(actor, finding)),
        "repeats": finding.duplicate_of.number if finding.duplicate_of else None,
        "repeated_by": [one.number for one in repeats_of(actor, finding)],
        "photos": [_photo(one, kept) for one, kept in zip(finding.photos, photos, strict=True)],
        "audit": [_event(one) for one in events],
    }
    return Archive(finding, moment, {name: _plain(value) for name, value in record.items()}, events, photos)


def original(photo: ArchivedPhoto) -> Iterator[bytes]:
    """The bytes of a photo as it was received; where they are damaged, the manifest differs from the record."""
    with suppress(FileCorruptError, FileMissingError):
        yield from files().open(photo.sha256).chunks


def _finding(finding: Finding) -> dict[str, Any]:
    columns = {
        column.key: getattr(finding, column.key)
        for column in Finding.__table__.columns
        if column.key not in _LEFT_OUT
    }
    return columns | {
        "site": finding.site.name,
        "area": finding.area.name if finding.area else None,
        "responsible": finding.responsible.name if finding.responsible else None,
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "number": step.number,
        "at": step.at,
        "from": step.before,
        "to": step.after,
        "by": step.actor_role,
        "organisation": step.organisation.name if step.organisation else None,
        "words": step.words,
        "given": step.given,
        "corrects": step.corrects,
    }


def _comment(comment: Comment, organisation: str) -> dict[str, Any]:
    return {
        "at": comment.at,
        "by": comment.actor_role,
        "to": comment.audience,
        "organisation": organisation or None,
        "words": comment.words,
        "withdrawn_at": comment.withdrawn_at,
    }


def _revisits(finding: Finding) -> list[dict[str, Any]]:
    rows = session().scalars(
        select(Revisit).where(Revisit.finding_id == finding.id).order_by(Revisit.created_at)
    )
    return [
        {
            "asked_at": one.created_at,
            "kind": one.kind,
            "not_before": one.not_before,
            "until": one.until,
            "words": one.words,
            "done_at": one.done_at,
        }
        for one in rows
    ]


def _told(finding: Finding) -> dict[str, Any] | None:
    """What residents were told, also where it was taken back; None where nobody ever told them."""
    told = session().get(Publication, finding.id)
    if told is None:
        return None
    approved = session().execute(
        select(Photo.sha256, PublicPhoto.approved_at)
        .join(PublicPhoto.photo)
        .where(Photo.finding_id == finding.id, PublicPhoto.approved_at.is_not(None))
        .order_by(PublicPhoto.approved_at)
    )
    return {
        "title": told.title,
        "words": told.words,
        "published_at": told.published_at,
        "withdrawn_at": told.withdrawn_at,
        "photos": [{"made_of": sha256, "approved_at": at} for sha256, at in approved],
    }


def _resident_reports(finding: Finding) -> list[dict[str, Any]]:
    query = select(ResidentReport).where(ResidentReport.finding_id == finding.id).order_by(ResidentReport.day)
    return [
        {"day": one.day, "kind": one.kind, "words": one.words, "state": one.state, "answer": one.answer}
        for one in session().scalars(query)
    ]


def _letters(finding: Finding) -> list[dict[str, Any]]:
    """What was told of the finding by mail, and to whom by function; what a server answered may quote an address."""
    contact = (
        select(Contact.function)
        .where(Contact.organisation_id == Notice.organisation_id, func.lower(Contact.email) == Notice.email)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Notice, Letter, Organisation.name, contact)
        .outerjoin(Letter, Letter.id == Notice.letter_id)
        .outerjoin(Organisation, Organisation.id == Notice.organisation_id)
        .where(Notice.finding_id == finding.id)
        .order_by(Notice.created_at, Notice.id)
    )
    return [
        {
            "noted_at": notice.created_at,
            "reason": notice.reason,
            "to": "staff" if notice.user_id else "organisation" if notice.organisation_id else "follower",
            "organisation": name,
            "function": function or ("registered address" if name else None),
            "state": letter.state if letter else "not written yet",
            "sent_at": letter.sent_at if letter else None,
        }
        for notice, letter, name, function in session().execute(query)
    ]


def _photo(photo: Photo, kept: ArchivedPhoto) -> dict[str, Any]:
    return {
        "file": kept.name if kept.there else None,
        "sha256": photo.sha256,
        "kind": photo.kind,
        "taken_at": photo.taken_at,
        "received_at": photo.received_at,
        "lon": photo.lon,
        "lat": photo.lat,
        "width": photo.width,
        "height": photo.height,
    }


def _photo_name(place: int, photo: Photo) -> str:
    return f"foton/{place:03}-{photo.kind}-{photo.sha256[:12]}.{_ENDINGS.get(photo.media_type, 'bin')}"


def _event(event: Event) -> dict[str, Any]:
    by = {"roles": event.by.roles, "organisation": event.by.organisation} if event.by else None
    return {"number": event.number, "at": event.at, "name": event.name, "by": by, "details": event.details}


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
