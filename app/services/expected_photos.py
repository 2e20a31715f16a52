"""Photos that a phone says a finding has: they are waited for until their bytes are there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select

from app.bulk_insert import BulkInsert
from app.db import Change, now
from app.models.photos import PhotoKind
from app.models.uploads import ExpectedPhoto

# Making a statement takes as long as running it.
_KNOWN = select(ExpectedPhoto.finding_id, ExpectedPhoto.sha256).where(
    ExpectedPhoto.finding_id.in_(bindparam("ids", expanding=True))
)
_EXPECT = BulkInsert(ExpectedPhoto, ("finding_id", "walk_id", "sha256"), ("kind", "at"))


def expect_photos(
    running: Change, wanted: Iterable[tuple[UUID, UUID, str]], kind: PhotoKind = PhotoKind.FINDING
) -> None:
    """Wait for photos within a change, each named by finding, walk and SHA-256; twice is once."""
    walks = {(finding_id, sha256): walk_id for finding_id, walk_id, sha256 in wanted}
    if not walks:
        return
    for row in running.connection.execute(_KNOWN, {"ids": list({finding_id for finding_id, _ in walks})}):
        walks.pop((row.finding_id, row.sha256), None)
    rows = [(finding_id, walk_id, sha256) for (finding_id, sha256), walk_id in walks.items()]
    _EXPECT.run(running.connection, rows, kind=kind, at=now())
