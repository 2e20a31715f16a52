"""What the residents of the demo are told: a handful of findings at three sites, some with photos before and after."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from app.db import change, now, session
from app.models.findings import FIXED, Finding, Level, Status
from app.models.photos import Photo, PhotoKind
from app.models.publications import Publication, PublicPhoto
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services import public_photos, public_walks, publications
from app.services.checklists import latest
from app.services.photos import make_derivatives
from app.services.public_rules import counted_as

_POINTS = {"kista-centrum": 9, "rinkeby-torg": 5, "tensta-centrum": 4}
_COUNTED = 4
"""Of each site; they are shown as a number."""
_WITH_PHOTOS = 1
"""More would let the demo start later: looking for faces takes most of a second a photo."""
_WALK = "Alla är välkomna att följa med. Vi går i ungefär en timme."


def tell(actor: Actor) -> None:
    """Publish the handful, show photos of the fixes, and announce the walks that are planned there."""
    for slug, points in _POINTS.items():
        found = _told_at(slug, points)
        for finding in found:
            publications.publish(actor, finding.number, "", "")
        fixed = [one for one in found if one.status in FIXED and counted_as(one, latest()) is None]
        if slug == "kista-centrum":
            for finding in [one for one in fixed if _before_and_after(one)][:_WITH_PHOTOS]:
                publications.publish(actor, finding.number, finding.title, "")
                _show_photos(actor, finding)
    _date_back(actor)
    ahead = (
        select(Walk.id)
        .join(Walk.site)
        .where(Site.slug.in_(_POINTS), Walk.state == WalkState.PLANNED, Walk.planned_at > now())
    )
    for walk_id in session().scalars(ahead).all():
        public_walks.announce(actor, walk_id, _WALK)


def _told_at(slug: str, points: int) -> list[Finding]:
    """Some that are shown by themselves, of as many statuses as there are, and some that are only counted."""
    all_there = session().scalars(
        select(Finding)
        .join(Finding.site)
        .where(
            Site.slug == slug,
            Finding.level != Level.PROTECTED,
            Finding.status.not_in([Status.WITHDRAWN, Status.DUPLICATE]),
        )
        .order_by(Finding.reported_at.desc(), Finding.number)
    )
    shown: list[Finding] = []
    counted: list[Finding] = []
    checklist = latest()
    for finding in all_there:
        (shown if counted_as(finding, checklist) is None else counted).append(finding)
    order: dict[Status, int] = {}

    def rank(finding: Finding) -> tuple[int, bool]:
        order[finding.status] = order.get(finding.status, -1) + 1
        return order[finding.status], finding.status not in FIXED

    return sorted(shown, key=rank)[:points] + counted[:_COUNTED]


def _before_and_after(finding: Finding) -> bool:
    return {PhotoKind.FINDING} < {photo.kind for photo in finding.photos}


def _show_photos(actor: Actor, finding: Finding) -> None:
    for photo in finding.photos:
        make_derivatives(str(photo.id))
        public_photos.ask_for_photo(actor, finding.number, photo.id)
        public_photos.find_faces(str(photo.id))
        made = session().get_one(PublicPhoto, photo.id)
        public_photos.approve(actor, finding.number, photo.id, str(made.sha256))


def _date_back(actor: Actor) -> None:
    """Let each have been told the day after its last step, and not all of them today."""
    last_step = select(StatusChange.finding_id, func.max(StatusChange.at).label("at")).group_by(
        StatusChange.finding_id
    )
    moments = {row.finding_id: row.at for row in session().execute(last_step)}
    with change(actor, None) as dating:
        for finding_id in dating.session.scalars(select(Publication.finding_id)).all():
            told = min(now(), moments.get(finding_id, now()) + timedelta(days=1))
            dating.session.execute(
                update(Publication)
                .where(Publication.finding_id == finding_id)
                .values(published_at=told, updated_at=told),
                execution_options={"synchronize_session": False},
            )
        for photo_id, finding_id in dating.session.execute(
            select(PublicPhoto.photo_id, Photo.finding_id).join(PublicPhoto.photo)
        ).all():
            told = min(now(), moments.get(finding_id, now()) + timedelta(days=1))
            dating.session.execute(
                update(PublicPhoto).where(PublicPhoto.photo_id == photo_id).values(approved_at=told),
                execution_options={"synchronize_session": False},
            )
