"""Photos for the public: faces are found by a worker, more is covered by hand, a coordinator approves each one.

The file that residents fetch is a new one of its own; the photo itself stays where only staff and owners reach it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app import blurring
from app.blurring import Box
from app.db import change, now, session
from app.errors import N_, ChangedMeanwhileError, NotFoundError, invalid
from app.imaging import EDGES
from app.jobs import enqueue, job
from app.models.photos import Photo
from app.models.publications import PublicPhoto
from app.permissions import SYSTEM, Actor, Permission
from app.services.findings import load_finding
from app.services.photos import Derivative
from app.services.public_sites import load_live
from app.storage import files

EDGE = sorted(EDGES)[-2]
"""The size that residents see, longest edge in pixels."""
MOST_BOXES = 40


@dataclass(frozen=True)
class Wanted:
    """A photo of a finding and what has been made of it for the public, if anything."""

    photo: Photo
    public: PublicPhoto | None


def wanted_photos(actor: Actor, number: str) -> list[Wanted]:
    """Every photo of a finding with what the public gets of it."""
    finding = load_finding(actor, number, Permission.COORDINATE)
    made = {
        one.photo_id: one
        for one in session().scalars(
            select(PublicPhoto).join(PublicPhoto.photo).where(Photo.finding_id == finding.id)
        )
    }
    return [Wanted(photo, made.get(photo.id)) for photo in finding.photos]


def load_wanted(actor: Actor, number: str, photo_id: UUID) -> Wanted:
    """One of them; NotFoundError for a photo of another finding."""
    for one in wanted_photos(actor, number):
        if one.photo.id == photo_id:
            return one
    raise NotFoundError


def ask_for_photo(actor: Actor, number: str, photo_id: UUID) -> None:
    """Have a photo made ready for a coordinator to look at; a worker looks for faces. Once is enough."""
    found = load_wanted(actor, number, photo_id)
    if str(EDGE) not in found.photo.sizes:
        raise invalid("photo", "no_sizes", N_("The photo is still being made ready. Try again in a while."))
    with change(actor, "photo.asked_for_public", photo_id) as running:
        if running.session.get(PublicPhoto, photo_id) is None:
            running.session.add(PublicPhoto(photo_id=photo_id))
            enqueue(running, "public_photo.find_faces", photo_id=str(photo_id))


@job("public_photo.find_faces")
def find_faces(photo_id: str) -> None:
    """Look for faces in a photo and make the blurred file; nothing to do when that is done, or no longer wanted."""
    public = session().get(PublicPhoto, UUID(photo_id))
    if public is None or public.sha256 is not None:
        return
    source = files().get(public.photo.sizes[str(EDGE)])
    finder = blurring.face_finder()
    faces = blurring.find_faces(source, finder) if finder else []
    made = blurring.blur(source, faces)
    sha256 = files().put(made.data)
    with change(SYSTEM, "photo.faces_blurred", public.photo_id, faces=len(faces)):
        public.sha256, public.width, public.height = sha256, made.width, made.height
        public.faces, public.searched, public.made_at = faces, finder is not None, now()


def blur_boxes(
    actor: Actor, number: str, photo_id: UUID, faces: Sequence[Box], boxes: Sequence[Box]
) -> PublicPhoto:
    """Make the blurred file anew with these boxes; what was approved before must be approved again.

    `faces` are those of the machine that are kept. Raises InvalidInputError for what is no box.
    """
    found = load_wanted(actor, number, photo_id)
    public = found.public
    if public is None or public.sha256 is None:
        raise NotFoundError
    known = {tuple(face) for face in public.faces}
    if len(boxes) > MOST_BOXES or not all(map(blurring.is_box, boxes)) or not set(faces) <= known:
        raise invalid(
            "boxes",
            "not_a_box",
            N_("A box must lie within the photo: numbers from 0 to 100, and a width and height."),
        )
    made = blurring.blur(files().get(found.photo.sizes[str(EDGE)]), [*faces, *boxes])
    sha256 = files().put(made.data)
    with change(actor, "photo.blurred", photo_id, faces=len(faces), boxes=len(boxes)):
        public.faces, public.boxes = [list(one) for one in faces], [list(one) for one in boxes]
        public.sha256, public.width, public.height = sha256, made.width, made.height
        public.made_at, public.approved_at = now(), None
    return public


def approve(actor: Actor, number: str, photo_id: UUID, sha256: str) -> None:
    """Let the public see the very file that was looked at; ChangedMeanwhileError when it is another by now."""
    public = load_wanted(actor, number, photo_id).public
    if public is None or public.sha256 is None:
        raise NotFoundError
    with change(actor, None) as running:
        if public.sha256 != sha256:
            raise ChangedMeanwhileError
        if public.approved_at is None:
            public.approved_at = now()
            running.record("photo.approved", photo_id)


def take_back(actor: Actor, number: str, photo_id: UUID) -> None:
    """Take a photo back from the public, at once and for good; its blurred file is swept."""
    public = load_wanted(actor, number, photo_id).public
    if public is None:
        return
    with change(actor, "photo.taken_back", photo_id) as running:
        running.session.delete(public)


def open_blurred(actor: Actor, number: str, photo_id: UUID) -> Derivative:
    """The blurred file for whoever is to approve it."""
    return _opened(load_wanted(actor, number, photo_id).public)


def open_public(slug: str, photo_id: UUID) -> Derivative:
    """The blurred file for anybody, while it is approved and its finding is a point on the public page."""
    public = session().get(PublicPhoto, photo_id)
    if public is None or public.approved_at is None:
        raise NotFoundError
    load_live(slug, public.photo.finding_id)
    return _opened(public)


def _opened(public: PublicPhoto | None) -> Derivative:
    if public is None or public.sha256 is None:
        raise NotFoundError
    return Derivative(public.sha256, files().open(public.sha256))
