"""What is said of a finding by those who saw it: completed, checked, and written onto the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from app.errors import N_, FieldError, InvalidInputError, invalid
from app.models.findings import Finding, Severity
from app.models.walks import Walk, WalkState
from app.services.checklists import checklist_of
from app.services.photos import Upload
from app.services.walks import ReportedWalk
from geo.crs import PositionError, parse_position


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


NAMES = tuple(field.name for field in fields(FindingDetails))


def details_of(finding: Finding) -> FindingDetails:
    """What is said of a finding, as it stands."""
    return FindingDetails(**{name: getattr(finding, name) for name in NAMES})


def ready(
    details: FindingDetails, walk: Walk | ReportedWalk, photos: Sequence[Upload] = ()
) -> FindingDetails:
    """The details of a finding of a walk, completed with what follows from them; raises InvalidInputError."""
    if walk.state is WalkState.PLANNED:
        raise invalid("walk_id", "not_started", N_("The walk has not started. Start it first."))
    details = _completed(details, walk, photos)
    _check(details, walk)
    return details


def search_text(number: str, details: FindingDetails, *others: str) -> str:
    """The words that a search looks through, in folded case."""
    words = (
        number,
        details.title,
        details.description,
        details.place_words,
        details.asset_number,
        *others,
    )
    return "\n".join(word for word in words if word).casefold()


def _completed(
    details: FindingDetails, walk: Walk | ReportedWalk, photos: Sequence[Upload]
) -> FindingDetails:
    """The details with what follows from them: a photo's position, and that a good thing is positive."""
    category = checklist_of(walk.checklist_id).category(details.category)
    if category is not None and category.positive:
        details = replace(details, positive=True)
    taken = next((photo for photo in photos if photo.lon is not None), None)
    if details.lon is None and details.lat is None and taken is not None:
        details = replace(details, lon=taken.lon, lat=taken.lat, accuracy_m=None)
    return details


def _check(details: FindingDetails, walk: Walk | ReportedWalk) -> None:
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
