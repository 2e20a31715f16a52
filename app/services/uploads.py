"""Photos on their way from a phone (tus): received in parts, checked as a whole, and kept exactly once.

A photo that comes in one piece needs no row. Of any other, what has arrived lies in parts in the storage, so that
any web node can go on, and the row says how far; it says "complete" in the very transaction that makes the photo.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from app import imaging
from app.db import Change, change, now, session
from app.errors import NotFoundError
from app.imaging import MAX_BYTES, PhotoRefusedError
from app.models.findings import Finding, Level
from app.models.photos import Photo, PhotoKind
from app.models.uploads import ExpectedPhoto, Upload
from app.permissions import SYSTEM, Actor, At, Permission, require
from app.services import photos
from app.services.upload_errors import (
    HashMismatchError,
    LongerThanAnnouncedError,
    NotAPhotoError,
    PhotoTooLargeError,
    WrongOffsetError,
)
from app.storage import FileCorruptError, FileMissingError, StorageUnavailableError, files

LIFE = timedelta(days=7)
"""How long an upload waits for its next part."""
_GRACE = timedelta(hours=1)  # longer than any request that still works on it
_SWEPT_AT_ONCE = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Announced:
    """What a phone says of a photo before it sends it; `length` in bytes, `details` as it gave them."""

    finding_id: UUID
    sha256: str
    length: int
    details: Mapping[str, str]


@dataclass(frozen=True)
class Progress:
    """How far an upload is; complete when offset and length are the same: then its photo is kept."""

    id: UUID
    offset: int
    length: int
    expires_at: datetime

    @property
    def complete(self) -> bool:
        """Whether the photo is kept."""
        return self.offset == self.length


def start_upload(actor: Actor, announced: Announced, data: bytes | None = None) -> Progress:
    """Begin an upload, with its first bytes where they came along; the whole of it makes the photo at once.

    Bytes that come along take up an unfinished upload of the same photo, so that what a broken creation left behind
    is of use. Raises NotFoundError where the actor may not add to the finding, PhotoTooLargeError,
    LongerThanAnnouncedError, HashMismatchError or NotAPhotoError.
    """
    place = _place(actor, announced)
    if announced.length > MAX_BYTES:
        raise PhotoTooLargeError
    if data is not None and len(data) > announced.length:
        raise LongerThanAnnouncedError
    if data is not None and len(data) == announced.length:
        _complete(actor, announced, place, data)
        return Progress(uuid4(), announced.length, announced.length, now() + LIFE)
    begun = _find_begun(actor, announced) if data else None
    if begun is not None:
        more = (data or b"")[begun.offset :]
        return receive_part(actor, begun.id, begun.offset, more) if more else begun
    return _begin(actor, announced, data or b"")


def see_upload(actor: Actor, upload_id: UUID) -> Progress:
    """How far an upload of the actor's own is; raises NotFoundError, also once it has expired."""
    return _progress(_load(actor, upload_id))


def receive_part(actor: Actor, upload_id: UUID, offset: int, data: bytes, announced: int = 0) -> Progress:
    """Keep what arrived of an upload from `offset` on; `announced` is how many bytes the request said it has.

    Raises NotFoundError, WrongOffsetError where `offset` is not where the upload stands or somebody else was faster,
    LongerThanAnnouncedError, and at the end HashMismatchError or NotAPhotoError, which drop the upload.
    """
    row = _load(actor, upload_id)
    end = offset + len(data)
    if offset != row.offset:
        raise WrongOffsetError
    if max(end, offset + announced) > row.length:
        raise LongerThanAnnouncedError
    if not data:
        return _progress(row)
    if end == row.length:
        return _finish(actor, row, data)
    length, parts = row.length, [*row.parts, offset]
    files().put_part(upload_id, offset, data)
    with change(actor, None) as moving:
        expires_at = _move(moving, upload_id, offset, end, parts)
    return Progress(upload_id, end, length, expires_at)


def drop_upload(actor: Actor, upload_id: UUID) -> None:
    """Forget an upload of the actor's own with all its parts; a photo that it has become stays."""
    _load(actor, upload_id)
    _drop(upload_id)


def sweep_uploads() -> int:
    """Forget uploads that expired, with their parts; returns how many."""
    expired = select(Upload.id).where(Upload.expires_at < now() - _GRACE).order_by(Upload.expires_at)
    found = list(session().scalars(expired.limit(_SWEPT_AT_ONCE)))
    for upload_id in found:
        _forget(upload_id)
    return len(found)


# Built once: putting a statement together costs as much as running it.
_PLACE = (
    select(
        Finding.site_id,
        Finding.responsible_id,
        Finding.level,
        Finding.reported_by,
        ExpectedPhoto.kind,
        Photo.id,
    )
    .outerjoin(
        ExpectedPhoto,
        and_(ExpectedPhoto.finding_id == Finding.id, ExpectedPhoto.sha256 == bindparam("sha256")),
    )
    .outerjoin(Photo, and_(Photo.finding_id == Finding.id, Photo.sha256 == bindparam("sha256")))
    .where(Finding.id == bindparam("finding_id"))
)


@dataclass(frozen=True)
class _Place:
    kind: PhotoKind
    has_photo: bool


def _place(actor: Actor, announced: Announced) -> _Place:
    """What the photo is of, and whether it is there already; NotFoundError unless the actor may add to the finding."""
    values = {"finding_id": announced.finding_id, "sha256": announced.sha256}
    found = session().execute(_PLACE, values).one_or_none()
    if found is None:
        raise NotFoundError
    site_id, responsible_id, level, reported_by, kind, photo_id = found
    # Whoever reported it still delivers its photos after somebody at the desk has made it protected.
    level = Level.INTERNAL if reported_by == actor.user_id else level
    require(actor, Permission.EDIT_FINDING, At(site_id, responsible_id, level))
    return _Place(kind or PhotoKind.FINDING, photo_id is not None)


def _find_begun(actor: Actor, announced: Announced) -> Progress | None:
    row = session().scalar(
        select(Upload)
        .where(
            Upload.finding_id == announced.finding_id,
            Upload.actor_id == actor.user_id,
            Upload.sha256 == announced.sha256,
            Upload.length == announced.length,
            Upload.offset < Upload.length,
            Upload.expires_at > now(),
        )
        .order_by(Upload.offset.desc())
        .limit(1)
    )
    return _progress(row) if row is not None else None


def _begin(actor: Actor, announced: Announced, data: bytes) -> Progress:
    upload_id, expires_at = uuid4(), now() + LIFE
    if data:
        files().put_part(upload_id, 0, data)
    try:
        with change(actor, None) as beginning:
            beginning.session.add(
                Upload(
                    id=upload_id,
                    finding_id=announced.finding_id,
                    actor_id=actor.user_id,
                    sha256=announced.sha256,
                    length=announced.length,
                    offset=len(data),
                    parts=[0] if data else [],
                    details=dict(announced.details),
                    expires_at=expires_at,
                )
            )
    except BaseException:
        with suppress(StorageUnavailableError):
            files().delete_parts(upload_id)
        raise
    return Progress(upload_id, len(data), announced.length, expires_at)


def _load(actor: Actor, upload_id: UUID) -> Upload:
    row = session().get(Upload, upload_id)
    if row is None or row.actor_id != actor.user_id or row.expires_at <= now():
        raise NotFoundError
    return row


def _progress(row: Upload) -> Progress:
    return Progress(row.id, row.offset, row.length, row.expires_at)


def _move(moving: Change, upload_id: UUID, seen: int, offset: int, parts: list[int]) -> datetime:
    """Move the offset on from where it was seen, unless somebody else has meanwhile; returns the new expiry."""
    expires_at = now() + LIFE
    moved = moving.session.scalar(
        update(Upload)
        .where(Upload.id == upload_id, Upload.offset == seen, Upload.expires_at > now())
        .values(offset=offset, parts=parts, expires_at=expires_at)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise WrongOffsetError
    return expires_at


def _stands(actor: Actor, upload_id: UUID, offset: int) -> bool:
    """Whether an upload is still where it was seen, by what is committed now rather than when the request began."""
    with change(actor, None) as looking:
        now_at = looking.session.scalar(select(Upload.offset).where(Upload.id == upload_id))
    return now_at == offset


def _finish(actor: Actor, row: Upload, data: bytes) -> Progress:
    """Make the photo of an upload whose last bytes are `data`; where it cannot become one, drop it."""
    upload_id = row.id
    announced = Announced(row.finding_id, row.sha256, row.length, dict(row.details))
    place = _place(actor, announced)
    seen = row.offset
    try:
        whole = files().read_parts(upload_id, row.parts, seen) + data
        _complete(actor, announced, place, whole, (upload_id, seen))
    except FileMissingError as error:
        if not _stands(actor, upload_id, seen):
            raise WrongOffsetError from error  # somebody else was faster, and took the parts away
        _drop(upload_id)
        raise NotFoundError from error
    except (HashMismatchError, NotAPhotoError):
        _drop(upload_id)
        raise
    try:
        files().delete_parts(upload_id)
    except StorageUnavailableError:
        _log.warning("the parts of upload %s stay until it expires", upload_id)
    return see_upload(actor, upload_id)


def _complete(
    actor: Actor,
    announced: Announced,
    place: _Place,
    data: bytes,
    closing: tuple[UUID, int] | None = None,
) -> None:
    """Check the whole, store it and write its photo, once; `closing` is the upload and where it was seen to stand."""
    try:
        seen = imaging.identify(data)
    except PhotoRefusedError as error:
        # Bytes garbled on the way look like no photo either; those are worth sending again.
        same = hashlib.sha256(data).hexdigest() == announced.sha256
        raise (NotAPhotoError if same else HashMismatchError) from error
    try:
        files().put(data, announced.sha256)
    except FileCorruptError as error:
        raise HashMismatchError from error
    upload = _with_details(photos.as_upload(seen, announced.sha256), announced.details)
    if not place.has_photo and _write(actor, announced, place.kind, upload, closing):
        return
    if closing is not None:
        with change(actor, None) as ending:
            _move(ending, closing[0], closing[1], announced.length, [])


def _write(
    actor: Actor,
    announced: Announced,
    kind: PhotoKind,
    upload: photos.Upload,
    closing: tuple[UUID, int] | None,
) -> bool:
    """Write the photo and end its upload in one transaction; False when a twin of it was faster."""
    try:
        with change(actor, None) as keeping:
            if closing is not None:
                _move(keeping, closing[0], closing[1], announced.length, [])
            photo_id = photos.add_photo(keeping, announced.finding_id, upload, kind)
            keeping.record("photo.received", announced.finding_id, photo=photo_id, kind=kind)
    except IntegrityError:
        wanted = (Photo.finding_id == announced.finding_id, Photo.sha256 == announced.sha256)
        if session().scalar(select(Photo.id).where(*wanted)) is None:
            raise
        return False
    return True


def _drop(upload_id: UUID) -> None:
    # First nobody can go on with it, then its parts go, then the row: cut off anywhere, the sweep does the rest.
    with change(SYSTEM, None) as ending:
        ending.session.execute(
            update(Upload)
            .where(Upload.id == upload_id)
            .values(expires_at=datetime.fromtimestamp(0, UTC))
            .execution_options(synchronize_session=False)
        )
    _forget(upload_id)


def _forget(upload_id: UUID) -> None:
    files().delete_parts(upload_id)
    with change(SYSTEM, None) as forgetting:
        forgetting.session.execute(
            delete(Upload).where(Upload.id == upload_id).execution_options(synchronize_session=False)
        )


def _with_details(upload: photos.Upload, details: Mapping[str, str]) -> photos.Upload:
    """The photo with what the phone said of it; what makes no sense is passed over, never a reason to refuse."""
    taken_at = _moment(details.get("taken_at", ""))
    if taken_at is not None:
        upload = replace(upload, taken_at=taken_at)
    lon, lat = _number(details, "lon", 180), _number(details, "lat", 90)
    if lon is not None and lat is not None:
        accuracy_m = _number(details, "accuracy_m", 1e7)
        upload = replace(upload, lon=lon, lat=lat, accuracy_m=accuracy_m if (accuracy_m or 0) >= 0 else None)
    return upload


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _number(details: Mapping[str, str], name: str, most: float) -> float | None:
    try:
        found = float(details.get(name, ""))
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) <= most else None
