"""Existing cases from a file into findings: judged into a staging table first, then stored in short changes.

Nothing is stored while a row is refused. A case is known again by where it came from and its id there, so the same
file may come twice and a broken import is simply begun again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select

from app.db import session, tidy
from app.errors import N_, FieldError, InvalidInputError, invalid
from app.models.accounts import Organisation
from app.models.findings import Finding
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.permissions import Actor, Permission, require
from app.services import places
from app.services.case_making import CaseMaker, Made
from app.services.case_store import CaseStore
from app.services.checklists import checklist_of, ensure_shipped
from app.services.finding_mapping import FindingMapping
from app.services.finding_rows import CaseRow, RowReader, place_rows
from app.services.import_columns import Known, folded
from app.services.import_rows import Remark
from app.services.import_staging import Staging
from geo.features import FileError
from geo.streams import stream_rows

MOST_TOLD = 200
"""Refused rows that are named; the others are counted."""
_BATCH = 2000


@dataclass
class CaseReport:
    """What an import came to; `imported` is False when rows were refused, or in a dry run."""

    rows: int = 0
    refused: int = 0
    told: list[Remark] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    imported: bool = False
    added: int = 0
    """In a dry run: what would be."""
    updated: int = 0
    """Known before, open then and closed at the source by now."""
    known: int = 0
    """Known before and left as they are."""

    def refuse(self, line: int, faults: list[FieldError]) -> None:
        """Count a refused row, and name it while there are few."""
        self.refused += 1
        if self.refused <= MOST_TOLD:
            self.told += [Remark(line, fault) for fault in faults]


def import_findings(
    actor: Actor, path: Path, mapping: FindingMapping, *, dry_run: bool = False, skip_invalid: bool = False
) -> CaseReport:
    """Bring the cases of a CSV file in as findings; raises InvalidInputError if the file cannot be used.

    All rows or none unless `skip_invalid`. Memory does not grow with the file, and no change holds the database
    for long: `case_store` sees to it.
    """
    require(actor, Permission.ADMINISTER, None)
    report = CaseReport()
    checklist = ensure_shipped(actor)
    known = Known(_organisations(), checklist_of(checklist.id))
    store = CaseStore(actor, mapping.source, checklist.id)
    with TemporaryDirectory(prefix="platskollen-") as folder, closing(Staging(Path(folder))) as staging:
        try:
            _stage(path, mapping, known, store.maker(), staging, report)
        except FileError as error:
            told = FieldError("file", error.code, error.message, tuple(error.details.items()))
            raise InvalidInputError(told) from error
        report.told.sort(key=lambda remark: remark.number)
        if report.refused and not skip_invalid and not dry_run:
            return report
        for batch in staging.batches(lambda: store.size):
            if dry_run:
                known_here = store.count_known([external_id for external_id, _ in batch])
                report.known += known_here
                report.added += len(batch) - known_here
            else:
                added, updated = store.store([(external_id, Made.of(plain)) for external_id, plain in batch])
                report.added += added
                report.updated += updated
                report.known += len(batch) - added - updated
        report.imported = not dry_run
    if report.added and not dry_run:
        tidy(Finding.__tablename__, StatusChange.__tablename__)
    return report


def _stage(
    path: Path,
    mapping: FindingMapping,
    known: Known,
    maker: CaseMaker,
    staging: Staging,
    report: CaseReport,
) -> None:
    """Judge every row of the file; what is fit goes into the staging table, the rest into the report."""
    rows = stream_rows(path, mapping.encoding)
    header = next(rows, None)
    if header is None:
        raise FileError("empty_file", N_("The file is empty."))
    names = [name.strip() for name in header[1]]
    reader = RowReader(mapping, names, known)
    report.unused_columns = reader.unused()
    fallback = _site_named(mapping.site) if mapping.site else None
    for batch in _batches(reader.read(line, cells) for line, cells in rows):
        report.rows += len(batch)
        place_rows(batch, mapping)
        _locate(batch, fallback)
        fit = [row for row in batch if not row.faults]
        for row in batch:
            if row.faults:
                report.refuse(row.line, row.faults)
        for line, earlier in staging.add(
            (row.line, row.external_id, row.reported_at.timestamp(), made.plain())
            for row, made in zip(fit, maker.make(fit), strict=True)
        ):
            message = N_("Row %(earlier)s is about the same thing; only one of them can be right.")
            report.refuse(line, [FieldError("external_id", "repeated", message, (("earlier", earlier),))])


def _locate(rows: list[CaseRow], fallback: UUID | None) -> None:
    """Give each fit row its site and area."""
    fit = [row for row in rows if not row.faults]
    for row, where in zip(
        fit,
        places.locate_all([(row.columns["lon"], row.columns["lat"]) for row in fit]),
        strict=True,
    ):
        site_id = where.site_id or fallback
        if site_id is None:
            message = N_("It lies at no site. Say with --site which one such cases belong to.")
            row.faults.append(FieldError("site", "no_site", message))
        row.columns |= {"site_id": site_id, "area_id": where.area_id}


def _batches(rows: Iterator[CaseRow]) -> Iterator[list[CaseRow]]:
    batch: list[CaseRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _organisations() -> dict[str, UUID]:
    return {folded(name): key for name, key in session().execute(select(Organisation.name, Organisation.id))}


def _site_named(slug: str) -> UUID:
    found = session().scalar(select(Site.id).where(Site.slug == slug.lower()))
    if found is None:
        raise invalid("site", "unknown", N_("There is no site called %(name)s."), name=slug)
    return found
