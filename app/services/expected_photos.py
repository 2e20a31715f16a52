"""Photos that a phone says a finding has: they are waited for until their bytes are there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert, select

from app.db import Change, now
from app.models.photos import PhotoKind
from app.models.uploads import ExpectedPhoto


def expect_photos(
    running: Change, wanted: Iterable[tuple[UUID, UUID, str]], kind: PhotoKind = PhotoKind.FINDING
) -> None:
    """Wait for photos within a change, each named by finding, walk and SHA-256; twice is once."""
    walks = {(finding_id, sha256): walk_id for finding_id, walk_id, sha256 in wanted}
    if not walks:
        return
    columns = (ExpectedPhoto.finding_id, ExpectedPhoto.sha256)
    known = running.session.execute(
        select(*columns).where(ExpectedPhoto.finding_id.in_({finding_id for finding_id, _ in walks}))
    )
    for row in known:
        walks.pop((row.finding_id, row.sha256), None)
    if walks:
        rows = [
            {"finding_id": finding_id, "walk_id": walk_id, "sha256": sha256, "kind": kind, "at": now()}
            for (finding_id, sha256), walk_id in walks.items()
        ]
        running.session.connection().execute(insert(ExpectedPhoto), rows)
