from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from app.audit import seal, verify
from app.db import change, close_session, session
from app.models.audit import AuditEvent, AuditSeal
from app.permissions import SYSTEM


def make_events(count: int) -> None:
    for number in range(count):
        with change(SYSTEM, "thing.done", uuid4(), number=number):
            pass


def test_sealed_chain_is_whole(database: Engine) -> None:
    make_events(3)
    assert seal(SYSTEM) == 3
    make_events(2)
    assert seal(SYSTEM) == 2
    assert list(verify()) == []
    assert session().scalars(select(AuditSeal.events).order_by(AuditSeal.number)).all() == [3, 2]


def test_erasing_a_payload_keeps_the_chain_whole(database: Engine) -> None:
    make_events(2)
    seal(SYSTEM)
    with change(SYSTEM, None) as erasing:
        erasing.session.execute(update(AuditEvent).values(payload=None, salt=None))
    assert list(verify()) == []


@pytest.mark.parametrize("values", [{"name": "thing.undone"}, {"actor_id": uuid4()}, {"payload": "{}"}])
def test_database_refuses_to_alter_an_event(database: Engine, values: dict[str, object]) -> None:
    make_events(1)
    with pytest.raises(DBAPIError), change(SYSTEM, None) as altering:
        altering.session.execute(update(AuditEvent).values(**values))


def test_database_refuses_to_delete_an_event(database: Engine) -> None:
    make_events(1)
    with pytest.raises(DBAPIError), change(SYSTEM, None) as deleting:
        deleting.session.execute(delete(AuditEvent))


def test_verify_names_a_seal_that_was_tampered_with(database: Engine) -> None:
    make_events(2)
    seal(SYSTEM)
    make_events(1)
    seal(SYSTEM)
    close_session()
    with database.begin() as connection:
        if database.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_events_kept")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_events_kept ON audit_events")
        connection.execute(update(AuditEvent).where(AuditEvent.id == 1).values(name="thing.undone"))
    assert list(verify()) == ["seal 1 does not match its events"]
