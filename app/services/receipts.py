"""What the server has of a walk, so that a phone never takes something for sent that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.db import session
from app.models.findings import Finding, Status
from app.models.photos import Photo
from app.models.uploads import ExpectedPhoto
from app.permissions import Actor
from app.services.findings import seen_by
from app.services.walks import load_walk


@dataclass(frozen=True)
class Receipt:
    """How many findings of a walk are here, how many photos were announced and came, and which are missing."""

    findings: int
    photos_expected: int
    photos_received: int
    missing: list[str]


def make_receipt(actor: Actor, walk_id: UUID) -> Receipt:
    """Tell what is here of a walk that the actor may see; what was withdrawn is not waited for.

    Raises NotFoundError for an outsider.
    """
    walk = load_walk(actor, walk_id)
    kept = Finding.status != Status.WITHDRAWN
    counted = or_(seen_by(actor), Finding.reported_by == actor.user_id)
    findings = select(func.count()).where(Finding.walk_id == walk.id, kept, counted)
    expected = session().execute(
        select(ExpectedPhoto.sha256, Photo.id.is_not(None))
        .join(Finding, Finding.id == ExpectedPhoto.finding_id)
        .outerjoin(
            Photo,
            and_(Photo.finding_id == ExpectedPhoto.finding_id, Photo.sha256 == ExpectedPhoto.sha256),
        )
        .where(ExpectedPhoto.walk_id == walk.id, kept)
    )
    came = [(sha256, bool(arrived)) for sha256, arrived in expected]
    return Receipt(
        findings=session().scalar(findings) or 0,
        photos_expected=len(came),
        photos_received=sum(arrived for _, arrived in came),
        missing=sorted({sha256 for sha256, arrived in came if not arrived}),
    )
