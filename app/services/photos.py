"""Photos of findings: taken in by hash, made small by a job, and shown only through their finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID, uuid4

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from app import imaging
from app.bulk_insert import BulkInsert
from app.db import Change, change, session
from app.errors import FieldError, InvalidInputError, NotFoundError
from app.i18n import PLACE_ZONE
from app.imaging import Inspected, PhotoRefusedError
from app.jobs import enqueue, job
from app.models.findings import Finding
from app.models.photos import Photo, PhotoKind
from app.permissions import SYSTEM, Actor, Permission, require
from app.storage import StoredFile, files
from config import settings

NOTE_LIFE = timedelta(days=7)
"""How long a form that is shown again can still bring the photos that it noted."""


@dataclass(frozen=True)
class Upload:
    """A photo that is inspected and stored, but belongs to no finding yet."""

    sha256: str
    media_type: str
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Derivative:
    """One size of a photo, opened for sending; always a JPEG."""

    sha256: str
    file: StoredFile


def check_photo(data: bytes) -> Inspected:
    """Tell what a photo is; raises InvalidInputError at `photos` when it cannot be taken."""
    try:
        return imaging.inspect(data)
    except PhotoRefusedError as error:
        raise InvalidInputError(
            FieldError("photos", error.code, error.message, tuple(error.values.items()))
        ) from error


def take_in(data: bytes) -> Upload:
    """Check a photo and store its bytes; raises InvalidInputError as `check_photo` does.

    The bytes are durable before any row names them. What no row ever names is swept (`app.services.file_sweeps`).
    """
    seen = check_photo(data)
    return as_upload(seen, files().put(data))


def as_upload(seen: Inspected, sha256: str) -> Upload:
    """The photo that was inspected and stored under `sha256`."""
    taken_at = seen.taken_at
    if taken_at is not None and taken_at.tzinfo is None:
        taken_at = taken_at.replace(tzinfo=PLACE_ZONE)  # the camera's own clock shows the time of the place
    return Upload(sha256, seen.media_type, seen.width, seen.height, taken_at, seen.lon, seen.lat)


def attach(
    running: Change, finding: Finding, uploads: Iterable[Upload], kind: PhotoKind = PhotoKind.FINDING
) -> list[UUID]:
    """Give photos to a finding within a change and have their sizes made; one that is there is left out."""
    known = set(running.session.scalars(select(Photo.sha256).where(Photo.finding_id == finding.id)))
    added: list[UUID] = []
    for upload in uploads:
        if upload.sha256 in known:
            continue
        known.add(upload.sha256)
        added.append(add_photo(running, finding.id, upload, kind))
    return added


# Made once, and no object: photos come by the hundred, and nobody looks at them in the change that takes them in.
_OF_UPLOAD = tuple(field.name for field in fields(Upload))
_ADD = BulkInsert(Photo, ("id", "finding_id", "kind", "received_from", *_OF_UPLOAD))
_values_of = attrgetter(*_OF_UPLOAD)


def add_photo(running: Change, finding_id: UUID, upload: Upload, kind: PhotoKind) -> UUID:
    """Give a finding one photo that it does not have, within a change, and have its sizes made; returns its id."""
    photo_id = uuid4()
    row = (photo_id, finding_id, kind, running.actor.user_id, *_values_of(upload))
    _ADD.run(running.connection, [row])
    enqueue(running, "photo.derivatives", photo_id=str(photo_id))
    return photo_id


@job("photo.derivatives")
def make_derivatives(photo_id: str) -> None:
    """Make and store the sizes of a photo that people are shown; nothing to do when they are there.

    Of one that cannot be decoded it is written down why, for people to see; its original stays as it came.
    """
    photo = session().get_one(Photo, UUID(photo_id))
    if photo.sizes or photo.fault:
        return
    try:
        made = imaging.derivatives(files().get(photo.sha256))
    except PhotoRefusedError as error:
        with change(SYSTEM, "photo.derivatives_failed", photo.id, code=error.code):
            photo.fault = error.code
        return
    sizes = {str(edge): files().put(data) for edge, data in made.items()}
    with change(SYSTEM, "photo.derivatives_made", photo.id):
        photo.sizes = sizes


def open_photo(actor: Actor, number: str, photo_id: UUID, edge: int) -> Derivative:
    """Open one size of a photo of a finding that the actor may see.

    Raises NotFoundError for everybody else, for a size there is none of, and while the sizes are being made.
    """
    photo = session().get(Photo, photo_id)
    if photo is None or photo.finding.number != number.upper():
        raise NotFoundError
    require(actor, Permission.VIEW_FINDING, photo.finding)
    sha256 = photo.sizes.get(str(edge))
    if sha256 is None:
        raise NotFoundError
    return Derivative(sha256, files().open(sha256))


def keep(actor: Actor, upload: Upload) -> str:
    """A signed note of a stored photo, for a form that is shown again; only the same person can use it."""
    taken_at = upload.taken_at.isoformat() if upload.taken_at else None
    return _notes(actor).dumps(
        [upload.sha256, upload.media_type, upload.width, upload.height, taken_at, upload.lon, upload.lat]
    )


def kept(actor: Actor, note: str) -> Upload | None:
    """The photo of a note that `keep` gave this actor some days ago at most; None for any other."""
    try:
        said = _notes(actor).loads(note, max_age=int(NOTE_LIFE.total_seconds()))
    except BadSignature:
        return None
    sha256, media_type, width, height, taken_at, lon, lat = said
    moment = datetime.fromisoformat(taken_at) if taken_at else None
    return Upload(sha256, media_type, width, height, moment, lon, lat)


def _notes(actor: Actor) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret, salt=f"kept-photo-{actor.user_id}")
