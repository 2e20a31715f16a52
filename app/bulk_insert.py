"""Inserting rows of one shape, one or thousands: the statement is made once, the values without asking each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import JSON, Connection, Dialect, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

_Process = Callable[[Any], Any] | None
_MANY = 8
"""Rows from which on copying them is worth its two more round trips."""


@dataclass(frozen=True)
class _Form:
    """The statement as one kind of database takes it."""

    statement: str
    copy: str
    """How PostgreSQL takes many rows at a quarter of the cost; nothing for other databases."""
    processes: dict[str, _Process]
    varying: list[tuple[int, Callable[[Any], Any]]]
    """Index of each value of a row that the driver takes in another form."""
    in_order: Callable[[list[Any]], tuple[Any, ...]]
    """The values of a row in the order of the statement."""
    names: Sequence[str] | None
    """What the driver calls them in that order; None where it goes by the order alone."""


class BulkInsert:
    """An INSERT whose rows are tuples of `varying` columns; the `same` ones hold for all rows of a run.

    What the model has a default for and neither names gets it, once a run. A plain `execute(insert(table), rows)`
    spends more time on looking at each value than the database does on storing it.
    """

    def __init__(
        self, model: type[DeclarativeBase], varying: Sequence[str], same: Sequence[str] = ()
    ) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        self._table, self._varying = table, tuple(varying)
        given = {*varying, *same}
        defaults = {
            column.name: column.default
            for column in table.columns
            if column.default is not None and column.name not in given
        }
        assert not any(column.name in defaults for column in table.primary_key), "rows need keys of their own"
        self._constant = {name: default.arg for name, default in defaults.items() if default.is_scalar}
        self._made = {name: default.arg for name, default in defaults.items() if default.is_callable}
        self._tail = (*same, *self._made, *self._constant)
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, rows: Iterable[Sequence[Any]], **same: Any) -> None:
        """Insert rows, each the values of the `varying` columns in their order."""
        varying = self._form(connection).varying
        processed = []
        for given in rows:
            row = list(given)
            for n, process in varying:
                row[n] = process(row[n])
            processed.append(row)
        self.run_made(connection, processed, **same)

    def process(self, connection: Connection, column: str) -> Callable[[Any], Any]:
        """What makes a value of a column as the driver takes it."""
        return self._form(connection).processes[column] or (lambda value: value)

    def run_made(self, connection: Connection, rows: Iterable[Iterable[Any]], **same: Any) -> None:
        """Insert rows whose values are already as the driver takes them; the `same` ones are made here."""
        form = self._form(connection)
        values = same | {name: make(None) for name, make in self._made.items()} | self._constant
        tail = [_processed(form.processes[name], values[name]) for name in self._tail]
        ready: list[Any] = [form.in_order([*row, *tail]) for row in rows]
        if form.copy and len(ready) >= _MANY:
            _copy(connection, form.copy, ready)
        elif ready:
            if form.names is not None:
                ready = [dict(zip(form.names, row, strict=True)) for row in ready]
            connection.exec_driver_sql(form.statement, ready if len(ready) > 1 else ready[0])

    def _form(self, connection: Connection) -> _Form:
        form = self._forms.get(connection.dialect.name)
        if form is None:
            form = self._forms[connection.dialect.name] = self._make_form(connection.dialect)
        return form

    def _make_form(self, dialect: Dialect) -> _Form:
        names = [*self._varying, *self._tail]
        compiled = insert(self._table).compile(dialect=dialect, column_keys=names)
        order = compiled.positiontup or list(compiled.params)
        processes = {name: _process_of(self._table.c[name].type, dialect) for name in names}
        columns = ", ".join(map(dialect.identifier_preparer.quote, order))
        return _Form(
            str(compiled),
            f"COPY {self._table.name} ({columns}) FROM STDIN" if dialect.name == "postgresql" else "",
            processes,
            [(n, made) for n, name in enumerate(self._varying) if (made := processes[name]) is not None],
            itemgetter(*(names.index(name) for name in order)),
            None if compiled.positional else order,
        )


def _process_of(kind: TypeEngine[Any], dialect: Dialect) -> _Process:
    # As text, which every driver takes: psycopg's own wrapper would be made into text again for every row.
    return json.dumps if isinstance(kind, JSON) else kind.dialect_impl(dialect).bind_processor(dialect)


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Send rows in PostgreSQL's own way; what it refuses is told as for any other statement."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _processed(process: _Process, value: Any) -> Any:
    return value if process is None else process(value)
