"""What machines are answered: the shapes that the OpenAPI document promises. Nothing is checked by them at run time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.models.accounts import Role
from app.models.findings import Severity, Status
from app.models.photos import PhotoKind
from app.models.remedies import RecheckResult
from app.models.walks import Ground, Light, WalkRole, WalkState, Weather

Position = tuple[float, float]
"""Longitude and latitude, WGS84."""


class _Answer(BaseModel):
    # A field that the document does not name is a fault of the document: tests find it.
    model_config = ConfigDict(extra="forbid")


class Fault(_Answer):
    """One thing that could not be taken."""

    field: str
    code: str
    message: str


class Problem(_Answer):
    """RFC 9457; `type` is a stable name, the words are in the language of whoever asks."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


class Current(_Answer):
    """How a finding stands now; its fields are told where an edit met another."""

    number: str
    version: int
    status: Status
    id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    place_words: str | None = None
    asset_number: str | None = None
    category: str | None = None
    item: str | None = None
    title: str | None = None
    description: str | None = None
    severity: Severity | None = None
    unsafe_day: int | None = None
    unsafe_evening: int | None = None
    size: str | None = None
    positive: bool | None = None
    hate: bool | None = None


class Result(_Answer):
    """What became of one operation."""

    id: str | None
    outcome: Literal["applied", "duplicate", "conflict", "rejected", "forbidden"]
    original: Literal["applied", "conflict", "rejected", "forbidden"] | None = None
    version: int | None
    errors: list[Fault]
    current: Current | None


class SyncAnswer(_Answer):
    """One result per operation, in order."""

    server_time: datetime
    results: list[Result]


class Receipt(_Answer):
    """What the server has of a walk, and the hashes of the photos that were announced and have not come."""

    findings: int
    photos_expected: int
    photos_received: int
    missing: list[str]


class SiteName(_Answer):
    """A site with a point within it."""

    slug: str
    name: str
    centre: Position


class WalkOfNow(_Answer):
    """A walk under way, planned from yesterday on, or finished this week."""

    id: UUID
    slug: str
    site: str
    state: WalkState
    planned_at: datetime
    started_at: datetime | None
    meeting_point: str
    purpose: str
    light: Light | None


class Basemap(_Answer):
    """The basemap in force; `url` is a template with {z}, {x} and {y}, empty where there is no basemap."""

    kind: Literal["pmtiles", "xyz", "none"]
    url: str
    version: str
    maxzoom: int
    attribution: str


class BasemapToTake(Basemap):
    """The basemap with the tiles of the surroundings; `bytes` is null where another host has them."""

    tiles: list[tuple[int, int, int]]
    bytes: int | None


class Stop(_Answer):
    """A stop of a walk."""

    number: int
    name: str
    lon: float
    lat: float


class WhoComes(_Answer):
    """An organisation on a walk; never a person."""

    organisation_id: UUID
    name: str
    role: WalkRole
    people: int


class Walk(_Answer):
    """A walk."""

    id: UUID
    state: WalkState
    version: int
    planned_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    purpose: str
    meeting_point: str
    light: Light | None
    weather: Weather | None
    ground: Ground | None
    note: str
    route: list[Position]
    stops: list[Stop]
    participants: list[WhoComes]


class SiteGround(_Answer):
    """A site with its polygon (GeoJSON) and its middle."""

    slug: str
    name: str
    code: str
    polygon: dict[str, Any]
    centre: Position


class Item(_Answer):
    """A point of a category; `acute`: whoever chooses it is shown that it cannot wait, and may say otherwise."""

    slug: str
    name: str
    name_en: str
    acute: bool


class Category(_Answer):
    """A category of the checklist."""

    slug: str
    name: str
    name_en: str
    icon: str
    positive: bool
    active: bool
    """Whether new findings may be of it."""
    items: list[Item]
    help: str
    help_en: str


class Checklist(_Answer):
    """The version of the checklist that the walk uses."""

    version: int
    categories: list[Category]


class Me(_Answer):
    """Who is signed in."""

    user_id: UUID
    language: str
    roles: list[Role]
    sites: list[SiteName]
    checklist: Checklist | None
    """The version that a walk nobody planned is made with."""
    walks: list[WalkOfNow]
    surveys: int
    """Open questionnaires that this person may ask on the spot."""


class PhotoTaken(_Answer):
    """A photo of a finding; `thumb` is the address of its small size, null while there is none."""

    sha256: str
    kind: PhotoKind
    thumb: str | None


class FindingTaken(_Answer):
    """A finding that is taken along; `seen`: the days on which it was noted or found remaining."""

    id: UUID
    number: str
    version: int
    walk_id: UUID
    mine_walk: bool
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    place_words: str
    asset_number: str
    category: str
    item: str
    title: str
    description: str
    severity: Severity | None
    unsafe_day: int | None
    unsafe_evening: int | None
    size: str
    positive: bool
    hate: bool
    status: Status
    seen: list[date]
    recheck: RecheckResult | None
    by_me: bool
    photos: list[PhotoTaken]


class ConflictOpen(_Answer):
    """Two people said different things of one part of a finding, and nobody has chosen yet."""

    id: UUID
    finding_id: UUID
    unit: str
    mine: dict[str, Any]
    theirs: dict[str, Any]
    version: int
    at: datetime


class Organisation(_Answer):
    """An organisation."""

    id: UUID
    name: str


class Place(_Answer):
    """A name that people use."""

    name: str
    lon: float
    lat: float


class Surroundings(_Answer):
    """Water and borders, as GeoJSON."""

    water: dict[str, Any]
    boundaries: dict[str, Any]


class Previous(_Answer):
    """The last walk of the same route."""

    findings: int
    day: date


class Bundle(_Answer):
    """All that a phone needs without a network; `walk` is null where nobody planned one."""

    walk: Walk | None
    site: SiteGround
    checklist: Checklist
    findings: list[FindingTaken]
    conflicts: list[ConflictOpen]
    organisations: list[Organisation]
    places: list[Place]
    context: Surroundings
    basemap: BasemapToTake
    previous: Previous | None


class FindingOnMap(_Answer):
    """What a map says of a finding."""

    number: str
    category: str
    item: str
    title: str
    status: Status
    severity: Severity | None
    positive: bool


class Cluster(_Answer):
    """How many findings lie there."""

    count: int


class PointGeometry(_Answer):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: Position


class PointFeature(_Answer):
    """A finding, or a cluster."""

    type: Literal["Feature"]
    geometry: PointGeometry
    properties: FindingOnMap | Cluster


class FindingsOfTile(_Answer):
    """GeoJSON of points, or of clusters where there are too many."""

    type: Literal["FeatureCollection"]
    features: list[PointFeature]


ANSWERS: tuple[type[BaseModel], ...] = (
    Problem,
    SyncAnswer,
    Receipt,
    Me,
    Basemap,
    Bundle,
    FindingsOfTile,
)
"""Each has a place of its own in the document."""
