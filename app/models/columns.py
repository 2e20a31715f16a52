"""Column kinds that several tables share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Enum, Integer
from sqlalchemy.orm import mapped_column

from app.db import now

Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
"""A primary key that a client may make itself, so that every write is safe to send twice."""

ChangedAt = Annotated[datetime, mapped_column(default=now, onupdate=now, index=True)]
"""When a row was last written: tells a process that what it keeps of the table in memory is old."""

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A growing number given by the database (SQLite only counts up plain INTEGER keys)."""


def choice(kind: type[StrEnum], name: str | None = None) -> Enum:
    """A column holding one of the values of `kind`, checked by the database too.

    `name` tells the checks apart where a table has two columns of one kind.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name or kind.__name__.lower(),
        values_callable=_values,
    )


def _values(kind: Any) -> list[str]:
    return [member.value for member in kind]
