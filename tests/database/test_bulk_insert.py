from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from app.bulk_insert import BulkInsert
from app.db import change, now, session
from app.models.accounts import Organisation
from app.models.jobs import Job, JobState
from app.permissions import SYSTEM


@pytest.mark.parametrize("count", [0, 1, 3, 20])
def test_rows_come_in_as_they_were_given_and_with_the_defaults_of_the_model(
    database: Engine, count: int
) -> None:
    given = {uuid4(): {"n": n, "word": "åäö"} for n in range(count)}
    began = now()
    insert = BulkInsert(Job, ("payload", "id"), ("kind",))
    with change(SYSTEM, None) as running:
        insert.run(running.connection, [(payload, key) for key, payload in given.items()], kind="a")
        insert.run(running.connection, [({}, UUID(int=1))], kind="b")
    rows = {row.id: row for row in session().scalars(select(Job))}
    assert {key: row.payload for key, row in rows.items() if row.kind == "a"} == given
    assert [key for key, row in rows.items() if row.kind == "b"] == [UUID(int=1)]
    for row in rows.values():
        assert (row.state, row.attempts, row.lease_until) == (JobState.WAITING, 0, None)
        assert began <= row.created_at <= now()


@pytest.mark.parametrize("count", [1, 3, 20])
def test_what_the_database_refuses_is_told_alike_of_few_rows_and_of_many(
    database: Engine, count: int
) -> None:
    rows: list[tuple[dict[str, int], UUID]] = [({"n": n}, UUID(int=n)) for n in range(count)]
    insert = BulkInsert(Job, ("payload", "id"), ("kind",))
    with pytest.raises(IntegrityError), change(SYSTEM, None) as running:
        insert.run(running.connection, [*rows, rows[0]], kind="a")
    assert session().scalars(select(Job)).all() == []


def test_one_key_for_all_rows_is_refused() -> None:
    with pytest.raises(AssertionError, match="keys of their own"):
        BulkInsert(Organisation, ("name",))
