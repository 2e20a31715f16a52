from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import jobs
from app.db import change, now, session
from app.models.audit import AuditEvent
from app.models.jobs import Job, JobState
from app.models.letters import Letter, LetterState
from app.permissions import SYSTEM, Actor
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
HOME = "/installningar/jobb"


@pytest.fixture
def at_work(client: FlaskClient, admin: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, admin)
    return client


def make_job(kind: str = "letter.mail", payload: dict[str, Any] | None = None, **values: Any) -> UUID:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, kind, **(payload or {"letter_id": str(uuid4())}))
        asking.session.execute(update(Job).where(Job.id == job_id).values(**values))
    return job_id


def state(job_id: UUID) -> JobState:
    session().rollback()
    return session().get_one(Job, job_id).state


def test_page_says_that_nothing_is_stuck(at_work: FlaskClient) -> None:
    make_job(not_before=now())
    shown = page(at_work.get(HOME))
    assert shown.select_one(".empty") is not None
    assert "Background jobs" in page(at_work.get("/installningar")).get_text()


def test_page_shows_each_way_of_being_stuck_and_nothing_of_whom_it_is_about(at_work: FlaskClient) -> None:
    ago = now() - timedelta(minutes=20)
    secret = {"letter_id": "XSECRETX"}
    make_job(payload=secret, state=JobState.FAILED, attempts=8, last_error="ConnectionRefusedError")
    make_job(payload=secret, state=JobState.RUNNING, attempts=1, lease_until=ago)
    make_job(payload=secret, attempts=2, not_before=now() + timedelta(minutes=1), last_error="OSError")
    make_job(payload=secret, not_before=ago)
    make_job(payload=secret, state=JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
    shown = page(at_work.get(HOME))
    rows = [row.get_text(" ", strip=True) for row in shown.select("#main .rows li")]
    assert len(rows) == 4
    assert "not tried any more" in rows[0]
    assert "8 attempts" in rows[0]
    assert "ConnectionRefusedError" in rows[0]
    assert "takes it over" in rows[1]
    assert "tried again" in rows[2]
    assert "Is one running?" in rows[3]
    assert "XSECRETX" not in str(shown)


def test_failed_job_is_tried_again_and_its_step_is_audited(at_work: FlaskClient, admin: Actor) -> None:
    job_id = make_job(state=JobState.FAILED, attempts=8)
    assert at_work.post(f"{HOME}/{job_id}/forsok-igen").location == HOME
    assert state(job_id) is JobState.WAITING
    assert jobs.due() == [job_id]
    [event] = session().scalars(select(AuditEvent).where(AuditEvent.subject_id == job_id))
    assert (event.name, event.actor_id) == ("job.tried_again", admin.user_id)


def test_letter_that_is_given_up_is_shown_as_not_arrived_and_never_sent(at_work: FlaskClient) -> None:
    with change(SYSTEM, None) as writing:
        letter = Letter(email="fel@bostad.example", day=now().date())
        writing.session.add(letter)
    key = letter.id
    job_id = make_job(payload={"letter_id": str(key)}, state=JobState.FAILED, attempts=8)
    at_work.post(f"{HOME}/{job_id}/ge-upp")
    assert state(job_id) is JobState.GIVEN_UP
    assert session().get_one(Letter, key).state is LetterState.REFUSED
    at_work.post(f"{HOME}/{job_id}/forsok-igen")
    assert state(job_id) is JobState.GIVEN_UP


def test_job_that_is_running_is_left_alone_and_said_so(at_work: FlaskClient) -> None:
    job_id = make_job(state=JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
    for step in ("ge-upp", "forsok-igen"):
        shown = page(at_work.post(f"{HOME}/{job_id}/{step}", follow_redirects=True))
        assert "Nothing was changed" in shown.get_text()
    assert state(job_id) is JobState.RUNNING


def test_job_that_is_not_there_is_not_found(at_work: FlaskClient) -> None:
    page(at_work.post(f"{HOME}/{uuid4()}/ge-upp"), 404)
    page(at_work.post(f"{HOME}/inte-ett-id/ge-upp"), 404)


def test_nobody_but_administrators_sees_or_steps(
    app: APIFlask, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor, sign_in: SignIn
) -> None:
    job_id = make_job(state=JobState.FAILED)
    for who in (coordinator, field, owner, analyst):
        client = app.test_client()
        sign_in(client, who)
        page(client.get(HOME), 403)
        page(client.post(f"{HOME}/{job_id}/ge-upp"), 403)
        page(client.post(f"{HOME}/{job_id}/forsok-igen"), 403)
    assert state(job_id) is JobState.FAILED
