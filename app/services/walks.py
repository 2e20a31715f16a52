"""Walks: planned at a site, started, corrected and finished. The slice to copy when a feature is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import shapely
from sqlalchemy import ColumnElement, bindparam, select

from app.db import change, now, session
from app.errors import N_, ChangedMeanwhileError, FieldError, InvalidInputError, NotFoundError, invalid
from app.models.sites import Site
from app.models.walks import Ground, Light, Walk, WalkParticipant, WalkRole, WalkState, WalkStop, Weather
from app.permissions import Actor, At, Permission, require, visible
from app.services.checklists import current_version
from app.services.sites import load_site, site_polygon
from geo import sun
from geo.crs import PositionError, parse_position
from geo.distances import length_m


@dataclass(frozen=True)
class Participant:
    """An organisation on a walk: what it does there, and how many people come."""

    organisation_id: UUID
    role: WalkRole = WalkRole.PARTICIPANT
    people: int = 1


@dataclass(frozen=True)
class RoutePoint:
    """A point of the route, WGS84 degrees; one with a name is a stop where the group gathers."""

    lon: float
    lat: float
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class WalkPlan:
    """What is decided of a walk. Without light, that of the place at the planned time is taken."""

    planned_at: datetime
    purpose: str = ""
    meeting_point: str = ""
    light: Light | None = None
    weather: Weather | None = None
    ground: Ground | None = None
    participants: tuple[Participant, ...] = ()
    route: tuple[RoutePoint, ...] = ()


@dataclass(frozen=True)
class ReportedWalk:
    """What a report needs to know of its walk: reports come by the hundred, and a row as an object is dear."""

    id: UUID
    site_id: UUID
    checklist_id: UUID
    state: WalkState


def list_walks(actor: Actor, site: Site | None = None, limit: int = 100) -> Sequence[Walk]:
    """The walks that the actor may see, of one site or all, the latest planned first."""
    wanted = select(Walk).where(walked(), visible(actor, Permission.VIEW_SITE, site=Walk.site_id))
    if site is not None:
        wanted = wanted.where(Walk.site_id == site.id)
    return session().scalars(wanted.order_by(Walk.planned_at.desc(), Walk.id).limit(limit)).all()


def walked() -> ColumnElement[bool]:
    """Leaves out what only gathers imported cases: finished, though nobody ever started it."""
    return (Walk.state != WalkState.FINISHED) | Walk.started_at.is_not(None)


def walks_of_now(actor: Actor) -> Sequence[Walk]:
    """The walks that the actor may run and that are under way, planned from yesterday on, or finished this week.

    The next one comes first. The finished ones tell the phones of those who came along that it is over.
    """
    current = (
        (Walk.state == WalkState.ONGOING)
        | ((Walk.state == WalkState.PLANNED) & (Walk.planned_at >= now() - timedelta(days=1)))
        | ((Walk.state == WalkState.FINISHED) & (Walk.finished_at >= now() - timedelta(days=7)))
    )
    wanted = select(Walk).where(current, visible(actor, Permission.RUN_WALK, site=Walk.site_id))
    return (
        session()
        .scalars(wanted.order_by(Walk.state == WalkState.FINISHED, Walk.planned_at, Walk.id).limit(100))
        .all()
    )


def load_walk(actor: Actor, walk_id: UUID, permission: Permission = Permission.VIEW_SITE) -> Walk:
    """Load a walk for an actor who may do this at its site.

    Raises NotFoundError for an outsider, ForbiddenError for somebody who may only look.
    """
    walk = session().get(Walk, walk_id)
    if walk is None:
        raise NotFoundError
    require(actor, permission, At(walk.site_id), see=Permission.VIEW_SITE)
    return walk


_REPORTED = select(Walk.id, Walk.site_id, Walk.checklist_id, Walk.state).where(
    Walk.id == bindparam("walk_id")
)


def load_reported_walk(actor: Actor, walk_id: UUID) -> ReportedWalk:
    """What a report needs to know of a walk that the actor may report on; raises as `load_walk` does."""
    row = session().connection().execute(_REPORTED, {"walk_id": walk_id}).one_or_none()
    if row is None:
        raise NotFoundError
    walk = ReportedWalk(*row)
    require(actor, Permission.REPORT_FINDING, At(walk.site_id), see=Permission.VIEW_SITE)
    return walk


def plan_walk(actor: Actor, *, site_slug: str, plan: WalkPlan, walk_id: UUID | None = None) -> Walk:
    """Plan a walk of a site.

    `walk_id` is made by the client: said twice it gives the walk of the first time. Raises InvalidInputError,
    and ChangedMeanwhileError where that walk says something else.
    """
    site = load_site(actor, site_slug, Permission.PLAN_WALK)
    _check(plan)
    walk_id = walk_id or uuid4()
    with change(actor, None) as planning:
        if planning.session.get(Walk, walk_id) is not None:
            walk = load_walk(actor, walk_id)
            if not _says(walk, plan, site):
                raise ChangedMeanwhileError
            return walk
        walk = Walk(
            id=walk_id,
            site_id=site.id,
            checklist_id=current_version().id,
            created_by=actor.user_id,
        )
        _apply(walk, plan, site)
        planning.session.add(walk)
        planning.record("walk.planned", walk.id, site=site.id)
    return walk


def update_walk(actor: Actor, walk_id: UUID, version: int, plan: WalkPlan) -> Walk:
    """Change what is decided of a walk, or correct its conditions, based on its `version`.

    Raises ChangedMeanwhileError when it has another version by now; InvalidInputError.
    """
    _check(plan)
    walk = load_walk(actor, walk_id, Permission.PLAN_WALK)
    with change(actor, "walk.updated", walk_id):
        if walk.version != version:
            raise ChangedMeanwhileError
        _apply(walk, plan, walk.site)
    return walk


def start_walk(
    actor: Actor,
    walk_id: UUID,
    *,
    light: Light,
    weather: Weather | None = None,
    ground: Ground | None = None,
    at: datetime | None = None,
) -> Walk:
    """Start a planned walk under these conditions, now or `at`; one that is under way or finished is left as it is."""
    walk = load_walk(actor, walk_id, Permission.RUN_WALK)
    with change(actor, None) as starting:
        if walk.state is not WalkState.PLANNED:
            return walk  # a second phone joins
        walk.state, walk.started_at = WalkState.ONGOING, at or now()
        walk.light, walk.weather, walk.ground = light, weather, ground
        starting.record("walk.started", walk_id)
    return walk


def finish_walk(
    actor: Actor,
    walk_id: UUID,
    *,
    note: str = "",
    participants: tuple[Participant, ...] | None = None,
    at: datetime | None = None,
) -> Walk:
    """Finish a walk under way with a note and, where given, who came; a finished one is left as it is.

    Raises ChangedMeanwhileError where that one has another note or other participants.
    """
    walk = load_walk(actor, walk_id, Permission.RUN_WALK)
    if walk.state is WalkState.PLANNED:
        raise invalid("state", "not_started", N_("The walk has not started. Start it first."))
    if participants is not None:
        _check_participants(participants)
    with change(actor, None) as finishing:
        if walk.state is WalkState.FINISHED:
            if note not in {"", walk.note} or not (participants is None or _same(walk, participants)):
                raise ChangedMeanwhileError
            return walk
        walk.state, walk.finished_at, walk.note = WalkState.FINISHED, at or now(), note
        if participants is not None:
            _set_participants(walk, participants)
        finishing.record("walk.finished", walk_id)
    return walk


def light_at(site: Site, moment: datetime | None = None) -> Light:
    """Daylight, dusk or dark at a site at a moment, or now; by the sun alone."""
    middle = site_polygon(site).centroid
    return Light(sun.light(middle.x, middle.y, moment or now()))


def route_of(walk: Walk) -> tuple[RoutePoint, ...]:
    """The route as it was given: its points in order, the stops among them with their names."""
    line = list(shapely.from_wkb(walk.route).coords) if walk.route else []
    names = {(stop.lon, stop.lat): stop.name for stop in walk.stops}
    if not line:
        return tuple(RoutePoint(stop.lon, stop.lat, stop.name) for stop in walk.stops)
    return tuple(RoutePoint(lon, lat, names.get((lon, lat), "")) for lon, lat in line)


def _says(walk: Walk, plan: WalkPlan, site: Site) -> bool:
    """Whether a walk is as the plan has it; once started, its light is what it was, not what was planned."""
    other = Walk()
    _set_route(other, plan.route)
    light = plan.light or light_at(site, plan.planned_at)
    return (
        (walk.planned_at, walk.purpose, walk.meeting_point)
        == (plan.planned_at, plan.purpose, plan.meeting_point)
        and (walk.light == light or walk.state is not WalkState.PLANNED)
        and walk.route == other.route
        and [(one.name, one.lon, one.lat) for one in walk.stops]
        == [(one.name, one.lon, one.lat) for one in other.stops]
        and _same(walk, plan.participants)
    )


def _same(walk: Walk, participants: Sequence[Participant]) -> bool:
    """Whether these are who is on the walk, in any order."""
    here = sorted((one.organisation_id, one.role, one.people) for one in walk.participants)
    return here == sorted((one.organisation_id, one.role, one.people) for one in participants)


def _check(plan: WalkPlan) -> None:
    for number, point in enumerate(plan.route, start=1):
        try:
            parse_position(point.lon, point.lat)
        except PositionError as error:
            fault = FieldError("route", error.code, error.message, (("line", number), *error.details.items()))
            raise InvalidInputError(fault) from error
    if len(plan.route) == 1 and not plan.route[0].name:
        raise invalid("route", "too_short", N_("One point is no route. Name it as a stop, or add one more."))
    _check_participants(plan.participants)


def _check_participants(participants: Sequence[Participant]) -> None:
    if any(not 1 <= participant.people <= 500 for participant in participants):
        raise invalid("participants", "people", N_("The number of people is from 1 to 500."))


def _apply(walk: Walk, plan: WalkPlan, site: Site) -> None:
    walk.planned_at = plan.planned_at
    walk.purpose, walk.meeting_point = plan.purpose, plan.meeting_point
    walk.light = plan.light or light_at(site, walk.started_at or plan.planned_at)
    walk.weather, walk.ground = plan.weather, plan.ground
    _set_participants(walk, plan.participants)
    _set_route(walk, plan.route)


def _set_participants(walk: Walk, participants: Sequence[Participant]) -> None:
    walk.participants = [
        WalkParticipant(organisation_id=one.organisation_id, role=one.role, people=one.people)
        for one in participants
    ]


def _set_route(walk: Walk, points: Sequence[RoutePoint]) -> None:
    line = [(point.lon, point.lat) for point in points]
    walk.route = shapely.to_wkb(shapely.LineString(line)) if len(line) > 1 else None
    walk.route_m = length_m(line) if len(line) > 1 else None
    stops = [point for point in points if point.name]
    walk.stops = [
        WalkStop(number=number, name=stop.name, lon=stop.lon, lat=stop.lat)
        for number, stop in enumerate(stops, start=1)
    ]
