import fcntl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from app.db import change, close_session, session
from app.errors import ChangedMeanwhileError
from app.models.accounts import Organisation
from app.models.audit import AuditEvent
from app.models.walks import Walk
from app.permissions import SYSTEM
from tests import databases
from tests.builders import make_organisation, make_site, make_walk


def test_change_commits_with_its_event(database: Engine) -> None:
    with change(SYSTEM, "organisation.added", colour="blue") as adding:
        adding.session.add(Organisation(name="A"))
    event = session().scalars(select(AuditEvent)).one()
    assert (event.name, event.payload) == ("organisation.added", '{"colour":"blue"}')


def test_failed_change_leaves_nothing(database: Engine) -> None:
    with pytest.raises(RuntimeError), change(SYSTEM, "organisation.added") as adding:
        adding.session.add(Organisation(name="A"))
        adding.session.flush()
        raise RuntimeError
    assert session().scalars(select(Organisation)).all() == []
    assert session().scalars(select(AuditEvent)).all() == []


def test_inner_change_joins_the_outer_one(database: Engine) -> None:
    with pytest.raises(RuntimeError), change(SYSTEM, "outer"):
        with change(SYSTEM, "inner") as inner:
            inner.session.add(Organisation(name="A"))
        raise RuntimeError
    assert session().scalars(select(Organisation)).all() == []


def test_change_decides_on_fresh_rows(database: Engine) -> None:
    seen = make_organisation("A")
    assert seen.email is None

    def meanwhile() -> None:
        with change(SYSTEM, None) as changing:
            changing.session.scalars(select(Organisation)).one().email = "a@example.se"
        close_session()

    run_beside(meanwhile)
    with change(SYSTEM, None):
        assert seen.email == "a@example.se"


def test_second_of_two_writers_is_told(database: Engine) -> None:
    walk = make_walk(make_site())
    with pytest.raises(ChangedMeanwhileError), change(SYSTEM, None) as slow:
        mine = slow.session.get_one(Walk, walk.id)
        # The row as another writer left it, without waiting for a lock that SQLite would hold against it here.
        slow.session.connection().exec_driver_sql("UPDATE walks SET version = version + 1")
        mine.note = "mine"


def run_beside(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.skipif(databases.WANTED != "sqlite", reason="PostgreSQL lets writers write at once")
def test_writers_of_a_file_take_turns_across_processes(database: Engine) -> None:
    lock = Path(f"{database.url.database}.lock")

    def others_may_write() -> bool:
        # Another description of the same file is to the system what another process is.
        with lock.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    with change(SYSTEM, None):
        assert not others_may_write()
    assert others_may_write()
    with pytest.raises(RuntimeError), change(SYSTEM, None):
        raise RuntimeError
    assert others_may_write()
