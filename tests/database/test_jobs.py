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


def lose(attempts: int = 1) -> None:
    """As when a worker died with the job in its hands, and the lease has run out since."""
    gone = now() - timedelta(seconds=1)
    with change(SYSTEM, None) as losing:
        losing.session.execute(
            update(Job).values(state=JobState.RUNNING, lease_until=gone, attempts=attempts)
        )


def test_job_that_kills_every_worker_is_given_up(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        jobs.enqueue(asking, "test.note", words="hello")
    lose(jobs.MOST_ATTEMPTS - 1)
    assert jobs.sweep() == 1
    lose(jobs.MOST_ATTEMPTS)
    assert jobs.sweep() == 0
    assert (the_job().state, the_job().last_error) == (JobState.FAILED, jobs.LOST)


@jobs.job("test.slow")
def outlive_the_lease() -> None:
    """Hangs until somebody else has taken the job over and finished it."""
    if not done:
        done.append("slow")
        lose()
        assert jobs.run(the_job().id)


def test_worker_that_hung_does_not_speak_for_the_one_who_took_over(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.slow")
    jobs.run(job_id)
    assert (the_job().state, the_job().attempts) == (JobState.DONE, 2)


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.FAILED])
def test_job_is_tried_again_or_given_up_by_a_person(database: Engine, state: JobState) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.note", words="hello")
    later = now() + timedelta(hours=1)
    with change(SYSTEM, None) as failing:
        failing.session.execute(update(Job).values(state=state, attempts=8, not_before=later))
    assert not jobs.run(job_id)
    with change(SYSTEM, None) as trying:
        assert jobs.try_again(trying, job_id)
    assert jobs.run(job_id)
    with change(SYSTEM, None) as late:
        assert not jobs.give_up(late, job_id)
        late.session.execute(update(Job).values(state=state))
        assert jobs.give_up(late, job_id)
    assert jobs.due() == []
    assert the_job().state is JobState.GIVEN_UP


def test_job_under_way_is_left_to_its_worker(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        job_id = jobs.enqueue(asking, "test.note", words="hello")
    with change(SYSTEM, None) as holding:
        holding.session.execute(
            update(Job).values(state=JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
        )
        assert not jobs.try_again(holding, job_id)
        assert not jobs.give_up(holding, job_id)


def test_what_was_done_long_ago_is_forgotten(database: Engine) -> None:
    with change(SYSTEM, None) as asking:
        old, new = (jobs.enqueue(asking, "test.note", words=words) for words in ("old", "new"))
    jobs.run(old)
    jobs.run(new)
    with change(SYSTEM, None) as ageing:
        aged = now() - jobs.KEPT_FOR - timedelta(days=1)
        ageing.session.execute(update(Job).where(Job.id == old).values(done_at=aged))
    assert jobs.forget_done() == 1
    assert the_job().id == new
