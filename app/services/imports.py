"""Importing a register from a file: all of it in one change, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import change, session
from app.errors import N_, FieldError, InvalidInputError, invalid
from app.models.accounts import Organisation
from app.models.sites import Site
from app.permissions import Actor, Permission, require
from app.services.checklists import checklist_of, ensure_shipped
from app.services.import_columns import Known, folded
from app.services.import_ledger import Ledger
from app.services.import_registers import REGISTERS, Register, RegisterName
from app.services.import_rows import Remark, Rows, find_columns, read_rows
from geo.crs import Crs
from geo.features import FeatureFile, FileError
from geo.files import read_features


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where its own word is not enough."""

    crs: Crs | None = None
    encoding: str | None = None
    layer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our column → the file's."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Our column → the value where a row has none."""
    repair: bool = False
    skip_invalid: bool = False


@dataclass
class Report:
    """What an import came to; `imported` is False when rows were refused and so nothing was stored."""

    rows: int
    crs_title: str
    refused: list[Remark]
    repaired: list[Remark]
    unused_columns: list[str]
    imported: bool = False
    added: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def refused_rows(self) -> int:
        """How many rows were refused; one row may have several faults."""
        return len({one.number for one in self.refused})


class _RefusedError(Exception):
    """Ends the change without a trace."""


def import_file(actor: Actor, name: RegisterName, path: Path, reading: Reading) -> Report:
    """Bring one file into a register; rows known already are updated, so that it can be done again.

    All or nothing unless `reading.skip_invalid`. Raises InvalidInputError if the file cannot be used.
    """
    require(actor, Permission.ADMINISTER, None)
    register = REGISTERS[name]
    file = _read_file(path, reading)
    names = list(dict.fromkeys(column for feature in file.features for column in feature.properties))
    columns = find_columns(register, names, reading.columns, reading.fixed)
    known = Known(_organisations(), checklist_of(ensure_shipped(actor).id), _sites())
    rows = read_rows(register, file.features, columns, reading.fixed, known, repair=reading.repair)
    unused = [column for column in names if column not in columns.values()]
    report = Report(len(file.features), file.crs_title, rows.refused, rows.repaired, unused)
    try:
        with change(actor, None) as writing:
            _store(writing.session, register, rows, report)
            if rows.refused and not reading.skip_invalid:
                raise _RefusedError
            writing.record(
                f"{name}.imported",
                None,
                added=report.added,
                updated=report.updated,
                unchanged=report.unchanged,
                refused=report.refused_rows,
            )
    except _RefusedError:
        report.added = report.updated = report.unchanged = 0
    else:
        report.imported = True
    rows.refused.sort(key=lambda one: one.number)
    return report


def _read_file(path: Path, reading: Reading) -> FeatureFile:
    try:
        file = read_features(path, reading.crs, reading.encoding, reading.layer)
    except FileError as error:
        raise InvalidInputError(
            FieldError("file", error.code, error.message, tuple(error.details.items()))
        ) from error
    if not file.features:
        raise invalid("file", "no_rows", N_("The file holds no rows."))
    return file


def _organisations() -> dict[str, UUID]:
    rows = session().execute(select(Organisation.name, Organisation.id))
    return {folded(name): key for name, key in rows}


def _sites() -> dict[str, UUID]:
    rows = session().execute(select(Site.slug, Site.name, Site.id)).all()
    return {folded(word): key for slug, name, key in rows for word in (name, slug)}


def _store(database: Session, register: Register, rows: Rows, report: Report) -> None:
    """Write every fit row onto the thing it is about, or a new one; what clashes joins `rows.refused`."""
    ledger = Ledger(register, database.scalars(select(register.model)).unique())
    with database.no_autoflush:
        for row in rows.fit:
            try:
                thing = ledger.find(row)
                values = row.values if thing else {**register.when_new(row.values), **row.values}
                ledger.claim(values, thing)
            except InvalidInputError as error:
                rows.refused += [Remark(row.number, what) for what in error.errors]
                continue
            if thing is None:
                thing = register.model()
                register.assign(thing, values)
                database.add(thing)
                report.added += 1
            else:
                register.assign(thing, values)
                changed = database.is_modified(thing)
                report.updated += changed
                report.unchanged += not changed
