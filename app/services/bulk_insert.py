"""Inserting many rows of one shape: the values are made for the driver once per column, not asked for per row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.orm import DeclarativeBase


class BulkInsert:
    """An INSERT whose rows are tuples of `varying` columns; the `same` ones hold for all of them.

    A plain `execute(insert(table), rows)` spends more time on looking at each value than the database does on
    storing it.
    """

    def __init__(
        self,
        connection: Connection,
        model: type[DeclarativeBase],
        varying: Sequence[str],
        same: Mapping[str, Any],
    ) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        dialect = connection.dialect
        self._connection = connection
        compiled = insert(table).compile(dialect=dialect, column_keys=[*varying, *same])
        self._statement = str(compiled)
        processors: dict[str, Callable[[Any], Any] | None] = {
            name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in (*varying, *same)
        }
        self._made = [
            (n, process) for n, name in enumerate(varying) if (process := processors[name]) is not None
        ]
        self._tail = tuple(
            process(value) if (process := processors[name]) is not None else value
            for name, value in same.items()
        )
        names = [*varying, *same]
        order = compiled.positiontup or list(compiled.params)
        self._order = [names.index(name) for name in order]
        self._names = None if compiled.positional else order

    def run(self, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, each the values of the `varying` columns in their order."""
        ready: list[Any] = []
        for given in rows:
            row = list(given)
            for n, process in self._made:
                row[n] = process(row[n])
            row += self._tail
            values = [row[n] for n in self._order]
            ready.append(
                tuple(values) if self._names is None else dict(zip(self._names, values, strict=True))
            )
        if ready:
            self._connection.exec_driver_sql(self._statement, ready)
