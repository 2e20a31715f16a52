"""What phones send: the shape of a sync request and of each operation's data, for checking and for the document."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from app.errors import N_, FieldError
from app.models.findings import Severity
from app.models.remedies import RecheckResult
from app.models.walks import Ground, Light, WalkRole, Weather
from app.services.walks import Participant

MOST_OPERATIONS = 500
MOST_POINTS = 5000
"""Of a track: some eight hours at one point each six seconds."""


def _whole(value: Any) -> Any:
    """In JSON 1.0 is an integer as well as 1 is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Short = Annotated[str, StringConstraints(max_length=300)]
Words = Annotated[str, StringConstraints(max_length=5000)]
Place = Annotated[str, StringConstraints(max_length=500)]
Slug = Annotated[str, StringConstraints(max_length=40)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
# The limits of these are told here and held by the service, which knows what a swapped pair looks like.
Longitude = Annotated[Number, Field(json_schema_extra={"minimum": -180, "maximum": 180})]
Latitude = Annotated[Number, Field(json_schema_extra={"minimum": -90, "maximum": 90})]
Metres = Annotated[Number, Field(json_schema_extra={"minimum": 0})]
Felt = Annotated[int, Field(strict=True, ge=1, le=5), BeforeValidator(_whole)]
Version = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1), BeforeValidator(_whole)]
People = Annotated[int, Field(strict=True, ge=1, le=500), BeforeValidator(_whole)]
Flag = Annotated[bool, Field(strict=True)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Photos = Annotated[list[Sha256], Field(max_length=100)]
Moment = Annotated[
    str,
    StringConstraints(max_length=64),
    Field(description="RFC 3339. A time that cannot be read or believed becomes the time of receipt."),
]
Point = tuple[Longitude, Latitude]


class _Data(BaseModel):
    # A field that the server does not know is told, rather than dropped without a word.
    model_config = ConfigDict(extra="forbid")


class WhoCame(_Data):
    """An organisation on a walk."""

    organisation_id: UUID
    role: WalkRole = WalkRole.PARTICIPANT
    people: People = 1


Participants = Annotated[list[WhoCame], Field(max_length=100)]


class WalkStart(_Data):
    """`walk.start`: starts a planned walk or one that nobody planned; joins one that is under way."""

    site: Slug
    light: Light | None = None
    weather: Weather | None = None
    ground: Ground | None = None
    participants: Participants = []


class WalkUpdate(_Data):
    """`walk.update`: what is left out stays as it is."""

    light: Light | None = None
    weather: Weather | None = None
    ground: Ground | None = None
    note: Words = ""
    participants: Participants = []
    track: Annotated[list[Point], Field(max_length=MOST_POINTS)] = []


class WalkFinish(_Data):
    """`walk.finish`."""

    note: Words = ""
    participants: Participants = []


class _Said(_Data):
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Metres | None = None
    place_words: Place = ""
    asset_number: Short = ""
    item: Slug = ""
    title: Short = ""
    description: Words = ""
    severity: Severity | None = None
    unsafe_day: Felt | None = None
    unsafe_evening: Felt | None = None
    size: Short = ""
    positive: Flag = False
    hate: Flag = False
    photos: Photos = []


class FindingReport(_Said):
    """`finding.report`: a position or words for the place are needed."""

    walk_id: UUID
    category: Slug


class FindingUpdate(_Said):
    """`finding.update`: what is left out stays as it is."""

    category: Slug = ""


class FindingWithdraw(_Data):
    """`finding.withdraw`: a pin set by mistake, or one that repeats another."""

    duplicate_of: UUID | None = None


class FindingRecheck(_Data):
    """`finding.recheck`: what a walk saw at the spot of an earlier finding."""

    walk_id: UUID
    result: RecheckResult
    photos: Photos = []
    note: Words = ""


DATA: dict[str, type[_Data]] = {
    "walk.start": WalkStart,
    "walk.update": WalkUpdate,
    "walk.finish": WalkFinish,
    "finding.report": FindingReport,
    "finding.update": FindingUpdate,
    "finding.withdraw": FindingWithdraw,
    "finding.recheck": FindingRecheck,
}
_READERS: dict[str, TypeAdapter[_Data]] = {name: TypeAdapter(kind) for name, kind in DATA.items()}


class Frame(BaseModel):
    """What every operation has; `data` is read by its type."""

    id: UUID
    actor: UUID | None = None
    type: Annotated[str, StringConstraints(max_length=40)]
    object_id: UUID
    base_version: Version | None = None
    at: Moment
    data: dict[str, Any] = {}


class Envelope(BaseModel):
    """A request; each operation is read by itself, so that one that cannot be read stops no other."""

    device_id: UUID
    sent_at: Moment
    operations: list[Any]


def read_data(kind: str, data: dict[str, Any]) -> tuple[dict[str, Any] | None, tuple[FieldError, ...]]:
    """What was given of an operation's data, as plain values; or what is wrong with it."""
    reader = _READERS.get(kind)
    if reader is None:
        return None, (FieldError("type", "unknown", N_("The server does not know this kind of operation.")),)
    try:
        read = reader.validate_python(data)
    except ValidationError as error:
        return None, faults_of(error)
    values = {name: getattr(read, name) for name in read.model_fields_set}
    if "participants" in values:
        values["participants"] = tuple(
            Participant(one.organisation_id, one.role, one.people) for one in values["participants"]
        )
    return values, ()


def faults_of(error: ValidationError) -> tuple[FieldError, ...]:
    """What pydantic found, as the catalogue of errors says it; never what was sent."""
    found = error.errors(include_url=False, include_input=False)
    return tuple(
        FieldError(".".join(map(str, fault["loc"])), fault["type"], *_words(fault)) for fault in found[:20]
    )


def _words(fault: Any) -> tuple[str, tuple[tuple[str, Any], ...]]:
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return N_("This is missing."), ()
        case "extra_forbidden":
            return N_("The server does not know this field."), ()
        case "string_too_long":
            return N_("At most %(most)s characters."), (("most", limits["max_length"]),)
        case "enum":
            return N_("This is none of the values one can choose."), ()
    return N_("This does not have the form that it should."), ()
