from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from app import jobs
from app.db import change, now, session
from app.models.jobs import Job, JobState
from app.permissions import SYSTEM

done: list[str] = []


@jobs.job("test.note")
def note(words: str) -> None:
    done.append(words)


@jobs.job("test.fail")
def fail() -> None:
    raise RuntimeError("secret words")


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


def the_job() -> Job:
    return session().scalars(select(Job)).one()


def test_job_runs_once(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.note", words="hello")
    assert jobs.run(job_id)
    assert not jobs.run(job_id)
    assert done == ["hello"]
    assert the_job().state is JobState.DONE


def test_job_of_a_change_that_failed_is_never_run(database: Engine) -> None:
    with pytest.raises(RuntimeError), change(SYSTEM, None) as asking:
        jobs.enqueue(asking, "test.note", words="hello")
        raise RuntimeError
    assert jobs.run_due() == 0
    assert done == []


def test_job_of_a_dead_worker_is_taken_over_after_its_lease(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.note", words="hello")
    with change(SYSTEM, None) as dying:
        dying.session.execute(
            update(Job).values(state=JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
        )
    assert not jobs.run(job_id)
    with change(SYSTEM, None) as expiring:
        expiring.session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    assert jobs.due() == [job_id]
    assert jobs.run(job_id)


def test_failing_job_waits_longer_each_time_and_is_given_up(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.fail")
    waits = []
    for _attempt in range(jobs.MOST_ATTEMPTS):
        moment = now()
        assert jobs.run(job_id)
        waits.append(the_job().not_before - moment)
        with change(SYSTEM, None) as hurrying:
            hurrying.session.execute(update(Job).values(not_before=now() - timedelta(seconds=1)))
    assert waits[:-1] == sorted(waits[:-1])
    assert the_job().state is JobState.FAILED
    assert the_job().last_error == "RuntimeError"  # the kind only: words may hold what somebody wrote
    assert jobs.due() == []
