"""The database: engine, the session of the running request or job, and `change()`, the one place that commits."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from app.errors import ChangedMeanwhileError

if TYPE_CHECKING:
    from app.permissions import Actor


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody can tell later which one it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime()}  # noqa: RUF012  SQLAlchemy reads it from the class


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


_turns: AbstractContextManager[object] = nullcontext()
"""Taken by whoever writes: see `_Turns`. PostgreSQL lets writers write at once."""
_goes_on = False
"""Whether a transaction that has read may write: PostgreSQL shows each statement what is committed by then."""
STATEMENTS = 2_000
"""How many kinds of statements stay compiled, a few kilobytes each: more than there are."""
_FRESH_S = 5
_current: ContextVar[Session | None] = ContextVar("session", default=None)
_sessions: sessionmaker[Session] = sessionmaker(expire_on_commit=True)


def connect(url: str) -> Engine:
    """Open the database at `url` and make it the one that sessions use.

    SQLite runs in WAL mode and fully synchronous: what was acknowledged survives a power cut. Errors never quote
    the values of a statement: they end in logs, and may be what somebody wrote.
    """
    global _turns, _goes_on
    dispose()
    path = make_url(url).database
    alone = url.startswith("sqlite") and path not in {None, "", ":memory:"}
    _turns = _Turns(Path(f"{path}.lock")) if alone else nullcontext()
    engine = _engine(url)
    _goes_on = engine.dialect.name == "postgresql"
    _sessions.configure(bind=engine)
    return engine


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    """The engine of an address; whoever opens it again finds the statements that it has compiled."""
    create = partial(create_engine, url, hide_parameters=True, query_cache_size=STATEMENTS)
    if url.startswith("sqlite"):
        engine = create(connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        # Not as an event: every statement would then look for listeners, at a tenth of what a request costs.
        engine.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign, assignment]
    else:
        # Whatever the server's own default is: `_goes_on` relies on it.
        engine = create(pool_size=10, max_overflow=10, isolation_level="READ COMMITTED")
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _refuse_dead)
    return engine


class _Turns:
    """Writers of one SQLite file, one after another: threads by a lock, processes by a lock on a file beside it.

    SQLite itself would let those who wait sleep and ask again, ever longer, and whoever asks first gets in.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._file is None:
                self._file = self._path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_fault: object) -> None:
        assert self._file is not None
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Let go of the file; the next writer opens it again."""
        with self._threads:
            if self._file is not None:
                self._file.close()
                self._file = None


def dispose() -> None:
    """Let go of every connection, e.g. before other processes take over."""
    close_session()
    bound = _sessions.kw.get("bind")
    if bound is not None:
        bound.dispose()
    if isinstance(_turns, _Turns):
        _turns.close()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


def _refuse_dead(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    # As the pool's own "pre-ping", but not for what answered a moment ago: asking costs a small request a tenth.
    used = record.info.get("used")
    if used is not None and monotonic() - used > _FRESH_S:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.OperationalError as error:
            raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would begin lazily and deferred; `_begin_sqlite` decides instead.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA mmap_size=268435456")


def _begin_sqlite(connection: PoolProxiedConnection) -> None:
    # A deferred transaction that turns to writing can fail at once with "database is locked".
    connection.cursor().execute("BEGIN IMMEDIATE" if _change.get() else "BEGIN")


def session() -> Session:
    """The session of the running request, job or command; opened when first asked for."""
    current = _current.get()
    if current is None:
        current = _sessions()
        _current.set(current)
    return current


def tells_order() -> bool:
    """Whether the database can be asked in which order rows were written, and which of them together."""
    return session().get_bind().dialect.name == "postgresql"


def close_session() -> None:
    """End the running session and drop what was not committed."""
    current = _current.get()
    if current is not None:
        current.close()
        _current.set(None)


class Change:
    """One change under way: the session to write in, and what the audit trail will say of it."""

    connection: Connection
    """That of the session, for statements made once whose rows nobody needs as objects."""

    def __init__(self, database: Session, actor: Actor) -> None:
        self.session = database
        self.actor = actor
        self.committed: list[Any] = []

    def record(self, name: str, subject: UUID | None, **payload: Any) -> None:
        """Add an audit event, e.g. `record("finding.reported", finding.id, walk=walk.id)`."""
        self.record_all(name, [(subject, payload)])

    def record_all(self, name: str, events: Iterable[tuple[UUID | None, dict[str, Any]]]) -> None:
        """Add an audit event `name` for each subject and payload."""
        from app.audit import append

        append(self.connection, self.actor, name, events)


_change: ContextVar[Change | None] = ContextVar("change", default=None)


@contextmanager
def change(actor: Actor, name: str | None, subject: UUID | None = None, **payload: Any) -> Iterator[Change]:
    """Make one change and commit it together with its audit event `name`; the only place that commits.

    What the session had read is read anew inside the write transaction, so a decision never rests on a stale
    row. A change inside a change joins it. `name` None leaves no event: sealing itself, and what must stay
    untraced. Raises ChangedMeanwhileError when somebody else changed the same row first.
    """
    outer = _change.get()
    if outer is not None:
        yield outer
        if name is not None:
            outer.record(name, subject, **payload)
        return
    database = session()
    assert not [*database.new, *database.dirty, *database.deleted], "written outside a change()"
    if _goes_on:
        database.expire_all()
    else:
        database.commit()  # ends the reading transaction and expires what it read
    running = Change(database, actor)
    with _turns:
        token = _change.set(running)
        try:
            running.connection = database.connection()  # begins the write transaction, or goes on
            yield running
            if name is not None:
                running.record(name, subject, **payload)
            database.flush()
            database.commit()
        except StaleDataError as error:
            database.rollback()
            raise ChangedMeanwhileError from error
        except BaseException:
            database.rollback()
            raise
        finally:
            _change.reset(token)
    for announce in running.committed:
        announce()


def tidy(*tables: str) -> None:
    """Let PostgreSQL look at tables into which much has just come, which it would do by itself some minutes later.

    Until then it plans as if they were empty, and looks up in the table what an index already says. Readers and
    writers go on meanwhile. SQLite needs none of it.
    """
    engine: Engine = _sessions.kw["bind"]
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                quoted = engine.dialect.identifier_preparer.quote(table)
                connection.exec_driver_sql(f"VACUUM (ANALYZE) {quoted}")
