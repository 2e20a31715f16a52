"""Revisits: asked for at a finding, proposed to the walk that suits, settled by the walk that looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.i18n import today
from app.models.findings import Finding, Status
from app.models.remedies import RecheckResult, Revisit, RevisitKind
from app.models.sites import Site
from app.models.walks import Light, Walk, WalkState
from app.permissions import Actor
from app.services import revisits
from app.services.rechecks import recheck
from app.services.revisits import ask, proposed_for, season
from app.services.to_do import tasks
from tests.builders import make_finding, make_site, make_walk
from tests.views.pages import page

NOW_MONTH = (today().month, today().month)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def finding(walk: Walk) -> Finding:
    return make_finding(walk, status=Status.SENT)


def planned(site: Site, light: Light, days: int = 1) -> Walk:
    moment = datetime.combine(today() + timedelta(days=days), datetime.min.time(), UTC).replace(hour=12)
    return make_walk(site, state=WalkState.PLANNED, planned_at=moment, light=light)


def waiting(actor: Actor) -> int:
    return next((task.count for task in tasks(actor) if task.name == "revisit"), 0)


def done() -> list[bool]:
    session().rollback()
    return [
        one.done_at is not None for one in session().scalars(select(Revisit).order_by(Revisit.created_at))
    ]


@pytest.mark.parametrize(
    ("months", "day", "expected"),
    [
        ((11, 3), date(2026, 6, 1), (date(2026, 11, 1), date(2027, 3, 31))),
        ((11, 3), date(2027, 1, 15), (date(2026, 11, 1), date(2027, 3, 31))),
        ((11, 3), date(2026, 12, 31), (date(2026, 11, 1), date(2027, 3, 31))),
        ((5, 8), date(2026, 9, 1), (date(2027, 5, 1), date(2027, 8, 31))),
        ((12, 12), date(2026, 12, 31), (date(2026, 12, 1), date(2026, 12, 31))),
        ((2, 2), date(2028, 2, 29), (date(2028, 2, 1), date(2028, 2, 29))),
        ((1, 12), date(2026, 6, 1), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_season_is_the_one_that_is_or_comes_next(
    months: tuple[int, int], day: date, expected: tuple[date, date]
) -> None:
    assert season(*months, day) == expected


def test_spot_for_the_dark_is_proposed_to_a_walk_in_the_dark_and_settled_there(
    site: Site, finding: Finding, coordinator: Actor, field: Actor
) -> None:
    ask(field, finding.number, RevisitKind.DARK, "Syns bara när lamporna är tända")
    assert waiting(coordinator) == waiting(field) == 1
    assert [one.finding_id for one in proposed_for(field, planned(site, Light.DARK))] == [finding.id]
    assert proposed_for(field, planned(site, Light.DAY)) == []

    recheck(field, make_walk(site, light=Light.DAY).id, finding.number, RecheckResult.REMAINS)
    assert done() == [False]
    recheck(field, make_walk(site, light=Light.DARK).id, finding.number, RecheckResult.NOT_FOUND)
    assert done() == [False]
    recheck(field, make_walk(site, light=Light.DARK).id, finding.number, RecheckResult.REMAINS)
    assert done() == [True]
    assert waiting(coordinator) == 0


def test_spot_of_a_season_is_proposed_and_settled_within_it(
    site: Site, finding: Finding, coordinator: Actor
) -> None:
    later = (today().month + 3) % 12 + 1
    ask(coordinator, finding.number, RevisitKind.SEASON, months=(later, later))
    assert waiting(coordinator) == 0  # its time has not come
    assert proposed_for(coordinator, planned(site, Light.DAY)) == []
    first = session().scalars(select(Revisit)).one().not_before
    in_season = planned(site, Light.DAY, days=(first - today()).days + 2)
    assert len(proposed_for(coordinator, in_season)) == 1
    recheck(coordinator, make_walk(site).id, finding.number, RecheckResult.REMAINS)
    assert done() == [False]

    ask(coordinator, finding.number, RevisitKind.SEASON, months=NOW_MONTH)
    recheck(coordinator, make_walk(site).id, finding.number, RecheckResult.REMAINS)
    assert done() == [False, True]


def test_other_sites_and_outsiders_see_nothing(finding: Finding, coordinator: Actor, outsider: Actor) -> None:
    ask(coordinator, finding.number, RevisitKind.DARK)
    assert proposed_for(coordinator, planned(make_site("annan", lon=18.2), Light.DARK)) == []
    assert waiting(outsider) == 0
    with pytest.raises(NotFoundError):
        ask(outsider, finding.number, RevisitKind.DARK)


def test_only_those_who_check_may_ask_and_once(
    finding: Finding, coordinator: Actor, owner: Actor, analyst: Actor
) -> None:
    with pytest.raises(ForbiddenError):
        ask(analyst, finding.number, RevisitKind.DARK)
    with pytest.raises(NotFoundError):
        ask(owner, finding.number, RevisitKind.DARK)  # not with that organisation
    key = uuid4()
    for _ in range(2):
        ask(coordinator, finding.number, RevisitKind.DARK, revisit_id=key)
    assert done() == [False]


@pytest.mark.parametrize(
    ("kind", "words", "months"),
    [
        (RevisitKind.DARK, "x" * 501, None),
        (RevisitKind.SEASON, "", None),
        (RevisitKind.SEASON, "", (0, 13)),
    ],
)
def test_what_cannot_be_taken_is_refused(
    finding: Finding, coordinator: Actor, kind: RevisitKind, words: str, months: tuple[int, int] | None
) -> None:
    with pytest.raises(InvalidInputError):
        ask(coordinator, finding.number, kind, words, months=months)


def test_coordinator_takes_back_what_waits_and_nothing_else(
    site: Site, walk: Walk, finding: Finding, coordinator: Actor, field: Actor
) -> None:
    row = ask(coordinator, finding.number, RevisitKind.DARK)
    with pytest.raises(ForbiddenError):
        revisits.drop(field, finding.number, row.id)
    with pytest.raises(NotFoundError):
        revisits.drop(coordinator, make_finding(walk).number, row.id)
    revisits.drop(coordinator, finding.number, row.id)
    assert done() == []


def test_pages_ask_show_and_propose(
    client: FlaskClient,
    sign_in: Callable[[FlaskClient, Actor], None],
    site: Site,
    finding: Finding,
    field: Actor,
    analyst: Actor,
) -> None:
    sign_in(client, field)
    address = f"/brister/{finding.number}/aterbesok"
    assert client.post(address, data={"revisit-kind": "never"}).status_code == 422
    data = {
        "revisit-kind": "dark",
        "revisit-first_month": "11",
        "revisit-last_month": "3",
        "revisit-words": "<b>",
    }
    client.post(address, data=data)
    assert "After dark" in page(client.get(f"/brister/{finding.number}")).text
    assert "To look at again, after dark or in season" in page(client.get("/")).text
    assert finding.number in page(client.get("/brister?status=revisits")).text
    walk = planned(site, Light.DARK)
    assert "To look at again on this walk" in page(client.get(f"/vandringar/{walk.id}")).text
    assert finding.number in page(client.get("/vandringar/ny?plats=kista-centrum")).select("main")[0].decode()
    sign_in(client, analyst)
    assert client.post(address, data=data).status_code == 403
