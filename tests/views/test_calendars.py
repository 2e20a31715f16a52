"""Calendars: what they hold, for whom, and that an ended address opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from app.db import change, session
from app.i18n import today
from app.models.accounts import Role, User
from app.models.findings import Finding, Level, Status
from app.models.sites import Site
from app.models.walks import Walk, WalkState
from app.permissions import SYSTEM, Actor
from app.services import calendars
from app.services.walks import WalkPlan, update_walk
from tests.builders import make_finding, make_site, make_user, make_walk
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture
def walk(site: Site) -> Walk:
    planned = datetime.combine(today() + timedelta(days=10), datetime.min.time(), UTC).replace(hour=16)
    return make_walk(
        site, state=WalkState.PLANNED, planned_at=planned, started_at=None, meeting_point="XMARKX"
    )


@pytest.fixture
def finding(walk: Walk) -> Finding:
    return make_finding(
        walk,
        status=Status.SENT,
        due_on=today() + timedelta(days=20),
        title="XMARKX",
        description="XMARKX",
        place_words="XMARKX",
    )


def path(actor: Actor) -> str:
    return calendars.open_feed(actor).removeprefix("http://localhost")


def events(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "XMARKX" not in answer.text
    calendar = Calendar.from_ical(answer.data)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] in ([], ["Europe/Stockholm"])
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_calendar_holds_walks_and_due_days_without_details(
    client: FlaskClient, coordinator: Actor, walk: Walk, finding: Finding
) -> None:
    held = events(client, path(coordinator))
    mine = held[f"finding-{finding.id}@localhost"]
    assert mine["DTSTART"].dt == finding.due_on
    assert str(mine["SUMMARY"]) == f"Ska vara åtgärdad: {finding.number} Belysning"
    planned = held[f"walk-{walk.id}@localhost"]
    assert planned["DTSTART"].dt == walk.planned_at
    assert planned["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert len(held) == 2


def test_event_keeps_its_id_and_grows_in_version(client: FlaskClient, coordinator: Actor, walk: Walk) -> None:
    address = path(coordinator)
    [before] = events(client, address).values()
    update_walk(coordinator, walk.id, walk.version, WalkPlan(planned_at=walk.planned_at + timedelta(days=1)))
    [after] = events(client, address).values()
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt  # to the second
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(days=1)


@pytest.mark.parametrize(
    "hidden",
    [{"level": Level.PROTECTED}, {"status": Status.CLOSED}, {"due_on": None}, {"positive": True}],
)
def test_protected_and_settled_findings_are_left_out(
    client: FlaskClient, coordinator: Actor, finding: Finding, hidden: dict[str, object]
) -> None:
    with change(SYSTEM, None):
        for name, value in hidden.items():
            setattr(finding, name, value)
    assert not [uid for uid in events(client, path(coordinator)) if uid.startswith("finding")]


def test_each_sees_their_own_sites(client: FlaskClient, walk: Walk, finding: Finding) -> None:
    elsewhere = make_user(Role.COORDINATOR, site_id=make_site("annan", lon=18.2).id)
    assert events(client, path(elsewhere)) == {}


def test_altered_ended_and_replaced_addresses_open_nothing(client: FlaskClient, coordinator: Actor) -> None:
    first = path(coordinator)
    second = path(coordinator)
    assert client.get(second).status_code == 200
    assert client.get(first).status_code == 404
    assert client.get(second.replace(".ics", "A.ics")).status_code == 404
    with change(SYSTEM, None) as leaving:
        leaving.session.get_one(User, coordinator.user_id).active = False
    assert client.get(second).status_code == 404


def test_person_makes_and_ends_the_address_on_a_page(
    client: FlaskClient, sign_in: SignIn, coordinator: Actor
) -> None:
    sign_in(client, coordinator)
    first = page(client.post("/konto/utskick/kalender", follow_redirects=True)).select_one(".message.success")
    assert first is not None
    assert "ended" not in first.text
    again = page(client.post("/konto/utskick/kalender", follow_redirects=True)).select_one(".message.success")
    assert again is not None
    assert "Any other one has ended" in again.text
    box = page(client.get("/konto/utskick")).select_one("#calendar-address")
    assert box is not None
    address = box.text.strip().removeprefix("http://localhost")
    assert client.get(address).status_code == 200
    client.post("/konto/utskick/kalender/avsluta")
    assert client.get(address).status_code == 404
    assert page(client.get("/konto/utskick")).select_one("#calendar-address") is None


def test_mail_is_chosen_on_the_same_page(client: FlaskClient, sign_in: SignIn, coordinator: Actor) -> None:
    sign_in(client, coordinator)
    assert page(client.get("/konto/utskick")).select_one("input[name=mail-reminders][checked]") is not None
    client.post("/konto/utskick", data={"csrf_token": "sent with every form"})
    assert session().get_one(User, coordinator.user_id).reminders is False
    client.post("/konto/utskick", data={"mail-reminders": "y"})
    session().rollback()
    assert session().get_one(User, coordinator.user_id).reminders is True


def test_one_walk_is_a_file_for_those_who_may_see_it(
    client: FlaskClient, sign_in: SignIn, field: Actor, outsider: Actor, walk: Walk
) -> None:
    address = f"/vandringar/{walk.id}/vandring.ics"
    sign_in(client, field)
    assert list(events(client, address)) == [f"walk-{walk.id}@localhost"]
    sign_in(client, outsider)
    assert client.get(address).status_code == 404


def test_large_calendar_is_cut_off_at_the_nearest_days(
    client: FlaskClient, coordinator: Actor, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "MOST", 3)
    for days in range(6):
        make_finding(walk, status=Status.SENT, due_on=today() + timedelta(days=days))
    held = [one for uid, one in events(client, path(coordinator)).items() if uid.startswith("finding")]
    assert max(one["DTSTART"].dt for one in held) == today() + timedelta(days=2)
