"""Planning, starting, correcting and finishing walks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.db import session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import Organisation
from app.models.audit import AuditEvent
from app.models.sites import Site
from app.models.walks import Ground, Light, Walk, WalkRole, WalkState, Weather
from app.permissions import Actor
from app.services.walks import (
    Participant,
    RoutePoint,
    WalkPlan,
    finish_walk,
    list_walks,
    load_walk,
    plan_walk,
    route_of,
    start_walk,
    update_walk,
)
from tests.builders import make_walk

NOVEMBER_EVENING = datetime(2026, 11, 13, 17, 0, tzinfo=UTC)
PLAN = WalkPlan(planned_at=NOVEMBER_EVENING, purpose="Mörkervandring")
ROUTE = (
    RoutePoint(17.9421, 59.4037, "Torget"),
    RoutePoint(17.9430, 59.4040),
    RoutePoint(17.9440, 59.4037, "Busstorget"),
)


def test_a_planned_walk_gets_its_light_from_the_sun(field: Actor, site: Site) -> None:
    make_walk(site)  # brings the checklist
    walk = plan_walk(field, site_slug="kista-centrum", plan=PLAN)
    assert (walk.state, walk.light) == (WalkState.PLANNED, Light.DARK)
    chosen = plan_walk(field, site_slug="kista-centrum", plan=replace(PLAN, light=Light.DUSK))
    assert chosen.light == Light.DUSK


def test_route_and_stops_come_back_as_they_were_given(field: Actor, site: Site) -> None:
    make_walk(site)
    walk = plan_walk(field, site_slug=site.slug, plan=replace(PLAN, route=ROUTE))
    assert route_of(walk) == ROUTE
    assert [(stop.number, stop.name) for stop in walk.stops] == [(1, "Torget"), (2, "Busstorget")]
    assert walk.route_m == pytest.approx(127, abs=5)


def test_participants_are_organisations_with_role_and_number(
    field: Actor, site: Site, organisation: Organisation
) -> None:
    make_walk(site)
    came = (Participant(organisation.id, WalkRole.LEADER, 3),)
    walk = plan_walk(field, site_slug=site.slug, plan=replace(PLAN, participants=came))
    (participant,) = walk.participants
    assert (participant.organisation.name, participant.role, participant.people) == (
        organisation.name,
        WalkRole.LEADER,
        3,
    )


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"route": (RoutePoint(59.4037, 17.9421, "Torget"),)}, ("route", "swapped")),
        ({"route": (RoutePoint(17.9421, 59.4037),)}, ("route", "too_short")),
        ({"participants": (Participant(uuid4(), people=0),)}, ("participants", "people")),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    field: Actor, site: Site, wrong: dict[str, object], fault: tuple[str, str]
) -> None:
    before = session().scalar(select(func.count()).select_from(Walk))
    with pytest.raises(InvalidInputError) as caught:
        plan_walk(field, site_slug=site.slug, plan=replace(PLAN, **wrong))  # type: ignore[arg-type]
    (found,) = caught.value.errors
    assert (found.field, found.code) == fault
    assert session().scalar(select(func.count()).select_from(Walk)) == before


def test_the_same_id_twice_plans_one_walk(field: Actor, site: Site) -> None:
    make_walk(site)
    key = uuid4()
    first = plan_walk(field, site_slug=site.slug, plan=PLAN, walk_id=key)
    assert plan_walk(field, site_slug=site.slug, plan=PLAN, walk_id=key).id == first.id
    with pytest.raises(ChangedMeanwhileError):
        plan_walk(field, site_slug=site.slug, plan=replace(PLAN, purpose="Annat"), walk_id=key)
    events = select(func.count()).select_from(AuditEvent).where(AuditEvent.name == "walk.planned")
    assert session().scalar(events) == 1


def test_the_same_id_with_another_route_light_or_participants_is_told(
    field: Actor, site: Site, organisation: Organisation
) -> None:
    make_walk(site)
    key, along = uuid4(), (Participant(organisation.id, people=2), Participant(organisation.id, people=1))
    plan = replace(PLAN, route=(*ROUTE, ROUTE[0]), participants=along)
    plan_walk(field, site_slug=site.slug, plan=plan, walk_id=key)
    assert plan_walk(field, site_slug=site.slug, plan=plan, walk_id=key).id == key
    others = (
        replace(plan, route=ROUTE),
        replace(plan, light=Light.DUSK),
        replace(plan, participants=along[:1]),
    )
    for other in others:
        with pytest.raises(ChangedMeanwhileError):
            plan_walk(field, site_slug=site.slug, plan=other, walk_id=key)


def test_who_may_plan(outsider: Actor, owner: Actor, analyst: Actor, site: Site) -> None:
    for stranger in (outsider, owner):
        with pytest.raises(NotFoundError):
            plan_walk(stranger, site_slug=site.slug, plan=PLAN)
    with pytest.raises(ForbiddenError):
        plan_walk(analyst, site_slug=site.slug, plan=PLAN)


def test_starting_notes_the_conditions_and_a_second_phone_joins(field: Actor, site: Site) -> None:
    walk_id = make_walk(site, state=WalkState.PLANNED, started_at=None).id
    walk = start_walk(field, walk_id, light=Light.DUSK, weather=Weather.RAIN, ground=Ground.WET)
    assert (walk.state, walk.light, walk.weather, walk.ground) == ("ongoing", "dusk", "rain", "wet")
    started = walk.started_at
    again = start_walk(field, walk_id, light=Light.DARK)
    assert (again.started_at, again.light) == (started, Light.DUSK)


def test_an_outsider_cannot_start_or_finish(outsider: Actor, site: Site) -> None:
    walk_id = make_walk(site).id
    with pytest.raises(NotFoundError):
        start_walk(outsider, walk_id, light=Light.DAY)
    with pytest.raises(NotFoundError):
        finish_walk(outsider, walk_id)


def test_a_correction_is_based_on_a_version(field: Actor, coordinator: Actor, site: Site) -> None:
    walk = make_walk(site)
    seen = walk.version
    assert update_walk(field, walk.id, seen, replace(PLAN, ground=Ground.ICE)).ground == Ground.ICE
    with pytest.raises(ChangedMeanwhileError):
        update_walk(coordinator, walk.id, seen, replace(PLAN, ground=Ground.BARE))
    assert load_walk(field, walk.id).ground == Ground.ICE


def test_finishing_keeps_the_note_and_who_came(field: Actor, site: Site, organisation: Organisation) -> None:
    walk_id = make_walk(site).id
    walk = finish_walk(
        field, walk_id, note="Bra samtal.", participants=(Participant(organisation.id, people=4),)
    )
    assert (walk.state, walk.note, walk.participants[0].people) == (WalkState.FINISHED, "Bra samtal.", 4)
    finished = walk.finished_at
    assert finish_walk(field, walk_id, note=walk.note).finished_at == finished
    with pytest.raises(ChangedMeanwhileError):
        finish_walk(field, walk_id, note="Annat")
    same, other = (Participant(organisation.id, people=4),), (Participant(organisation.id, people=5),)
    assert finish_walk(field, walk_id, note=walk.note, participants=same).finished_at == finished
    with pytest.raises(ChangedMeanwhileError):
        finish_walk(field, walk_id, note=walk.note, participants=other)


def test_a_walk_that_never_started_is_not_finished(field: Actor, site: Site) -> None:
    with pytest.raises(InvalidInputError):
        finish_walk(field, make_walk(site, state=WalkState.PLANNED, started_at=None).id)


def test_the_list_holds_what_one_may_see_latest_first(field: Actor, outsider: Actor, site: Site) -> None:
    early = make_walk(site, planned_at=datetime(2025, 5, 1, tzinfo=UTC))
    late = make_walk(site, planned_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert [walk.id for walk in list_walks(field, site)] == [late.id, early.id]
    assert list(list_walks(outsider)) == []
