"""What the public reads of a finding: a whitelist, filled in value by value; whatever is not here is not told.

No words that staff wrote for each other, no number, no organisation and nobody's name. An organisation is left out on
purpose: many owners are small firms, whose name is a person's, and which of two answers for a border is often disputed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.i18n import DEFAULT, local
from app.models.accounts import Role
from app.models.areas import PlaceName
from app.models.comments import Audience, Comment
from app.models.findings import ClosedReason, Finding, Status, VerificationMethod
from app.models.photos import Photo, PhotoKind
from app.models.publications import Publication, PublicPhoto
from app.models.remedies import StatusChange
from app.services.checklists import latest
from app.services.public_rules import original_of
from app.services.transitions import PUBLIC_WORDS
from forms.checklists import Checklist
from geo.distances import distance_m, octant
from geo.symbols import STATUS_SYMBOLS

_PLACES = 5
"""Decimals of a degree: about a metre."""
FIXES = frozenset({Status.REPORTED_FIXED, Status.VERIFIED, Status.CLOSED})
"""Of these a resident may say that they do not hold."""


@dataclass(frozen=True)
class PublicPicture:
    """A photo that may be fetched: its id stands in its address."""

    id: UUID
    width: int
    height: int


@dataclass(frozen=True)
class PublicComment:
    """What a coordinator said for everybody to read, in Swedish."""

    day: date
    role: Role | None
    words: str


@dataclass(frozen=True)
class PublicFinding:
    """Everything that the public may know of one finding."""

    id: UUID
    category: str
    """In the language asked for; nothing where the checklist does not know it."""
    item: str
    spoken: str
    """The language of category and item: Swedish where the one asked for lacks either."""
    title: str
    """Words written for the public, in Swedish; may be nothing."""
    words: str
    positive: bool
    status: str
    """The message id of its one public word."""
    symbol: str
    """Key of the symbol in geo.symbols."""
    published_at: datetime
    updated_at: datetime
    """When something that the public reads was last changed."""
    planned_on: date | None
    fixed_on: date | None
    verified_on: date | None
    verified_how: VerificationMethod | None
    reason: ClosedReason | None
    lon: float | None
    lat: float | None
    near: str
    """The nearest name on the map."""
    near_m: int
    near_octant: int
    """In which direction it lies from there: 0 north, 1 north-east … 7 north-west."""
    before: tuple[PublicPicture, ...]
    after: tuple[PublicPicture, ...]
    comments: tuple[PublicComment, ...]
    """Oldest first."""
    is_fix: bool


class Presenter:
    """Makes PublicFindings of many publications with a few queries."""

    def __init__(self, language: str, places: Sequence[PlaceName]) -> None:
        self._language, self._checklist = language, latest()
        # Plain values, so that no row is read again for each finding.
        self._places = [(place.name, place.lon, place.lat) for place in places]

    def present(self, told: Sequence[tuple[Publication, Finding]]) -> list[PublicFinding]:
        """The publications with their findings as the public reads them, in the same order."""
        originals = {finding.id: original_of(finding) for _, finding in told}
        steps = last_told({one.id for one in originals.values()})
        pictures = _pictures(originals)
        comments = _comments(originals)
        return [
            self._one(
                publication,
                finding,
                originals[finding.id],
                steps,
                pictures[finding.id],
                comments[finding.id],
            )
            for publication, finding in told
        ]

    def _one(
        self,
        publication: Publication,
        finding: Finding,
        original: Finding,
        steps: Mapping[UUID, datetime],
        pictures: Sequence[tuple[PhotoKind, PublicPicture, datetime]],
        comments: Sequence[Comment],
    ) -> PublicFinding:
        status = original.status
        changes = [publication.updated_at, *(approved for _, _, approved in pictures)]
        changes += [one.withdrawn_at or one.at for one in comments]
        if original.id in steps:
            changes.append(steps[original.id])
        near, near_m, near_octant = self._nearest(finding)
        word, symbol = _shown(original)
        spoken = _spoken(self._checklist, finding, self._language)
        return PublicFinding(
            id=finding.id,
            category=_name(self._checklist, finding.category, spoken),
            item=_item_name(self._checklist, finding.category, finding.item, spoken),
            spoken=spoken,
            title=publication.title,
            words=publication.words,
            positive=finding.positive,
            status=word,
            symbol=symbol,
            published_at=publication.published_at,
            updated_at=max(changes),
            planned_on=original.planned_on if status is Status.PLANNED else None,
            fixed_on=_day(original.reported_fixed_at) if status in FIXES else None,
            verified_on=_day(original.verified_at) if status in FIXES else None,
            verified_how=original.verified_how if status in FIXES else None,
            reason=_reason(original) if status is Status.WONT_FIX else None,
            lon=None if finding.lon is None else round(finding.lon, _PLACES),
            lat=None if finding.lat is None else round(finding.lat, _PLACES),
            near=near,
            near_m=near_m,
            near_octant=near_octant,
            before=tuple(picture for kind, picture, _ in pictures if kind is PhotoKind.FINDING),
            after=tuple(picture for kind, picture, _ in pictures if kind is not PhotoKind.FINDING),
            comments=tuple(
                PublicComment(local(one.at).date(), one.actor_role, one.words)
                for one in comments
                if one.withdrawn_at is None
            ),
            is_fix=status in FIXES and not finding.positive,
        )

    def _nearest(self, finding: Finding) -> tuple[str, int, int]:
        if finding.lon is None or finding.lat is None or not self._places:
            return "", 0, 0
        metres, name, lon, lat = min(
            (distance_m(finding.lon, finding.lat, lon, lat), name, lon, lat)
            for name, lon, lat in self._places
        )
        return name, round(metres / 10) * 10, octant(lon, lat, finding.lon, finding.lat)


def _shown(original: Finding) -> tuple[str, str]:
    word = PUBLIC_WORDS.get(original.status, PUBLIC_WORDS[Status.NEW])
    return word, STATUS_SYMBOLS[original.status].key


def _name(checklist: Checklist, category: str, language: str) -> str:
    return checklist.name(category, language) if checklist.category(category) else ""


def _item_name(checklist: Checklist, category: str, item: str, language: str) -> str:
    known = checklist.category(category)
    return checklist.item_name(category, item, language) if known and known.item(item) else ""


def _spoken(checklist: Checklist, finding: Finding, language: str) -> str:
    if language == DEFAULT:
        return language
    category = checklist.category(finding.category)
    item = category.item(finding.item) if category else None
    known = all(one.names.get(language) for one in (category, item) if one is not None)
    return language if known else DEFAULT


def _reason(finding: Finding) -> ClosedReason | None:
    known = finding.closed_reason in set(ClosedReason)
    return ClosedReason(finding.closed_reason) if known else None


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None


def last_told(finding_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When the public word of each finding last became another: what happens inside is not told, its time neither."""
    told: dict[UUID, datetime] = {}
    rows = session().execute(
        select(StatusChange.finding_id, StatusChange.before, StatusChange.after, StatusChange.at)
        .where(StatusChange.finding_id.in_(finding_ids))
        .order_by(StatusChange.number)
    )
    for finding_id, before, after, at in rows:
        if before is None or PUBLIC_WORDS.get(before) != PUBLIC_WORDS.get(after):
            told[finding_id] = at
    return told


def _comments(finding_ids: Iterable[UUID]) -> defaultdict[UUID, list[Comment]]:
    found: defaultdict[UUID, list[Comment]] = defaultdict(list)
    query = (
        select(Comment)
        .where(Comment.finding_id.in_(finding_ids), Comment.audience == Audience.PUBLIC)
        .order_by(Comment.at, Comment.id)
    )
    for one in session().scalars(query):
        found[one.finding_id].append(one)
    return found


def _pictures(
    finding_ids: Iterable[UUID],
) -> defaultdict[UUID, list[tuple[PhotoKind, PublicPicture, datetime]]]:
    found: defaultdict[UUID, list[tuple[PhotoKind, PublicPicture, datetime]]] = defaultdict(list)
    rows = session().execute(
        select(
            Photo.finding_id,
            Photo.kind,
            PublicPhoto.photo_id,
            PublicPhoto.width,
            PublicPhoto.height,
            PublicPhoto.approved_at,
        )
        .join(PublicPhoto.photo)
        .where(
            Photo.finding_id.in_(finding_ids),
            PublicPhoto.approved_at.is_not(None),
            PublicPhoto.sha256.is_not(None),
        )
        .order_by(Photo.received_at, Photo.id)
    )
    for finding_id, kind, photo_id, width, height, approved_at in rows:
        assert approved_at is not None
        found[finding_id].append((kind, PublicPicture(photo_id, width or 0, height or 0), approved_at))
    return found
