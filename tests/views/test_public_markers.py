"""A marker in every text column of every table appears in no public byte, but for the few that are written for it.

The columns come from the models' metadata: a new field is covered by itself, and so is a new table.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)

from app.db import Base, Change, UTCDateTime, change, now, session
from app.models.areas import PlaceName
from app.models.findings import ClosedReason, Finding, Status, VerificationMethod
from app.models.publications import PublicPhoto
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import SYSTEM, Actor
from app.services import public_photos, public_walks, publications
from tests.builders import make_finding, make_walk
from tests.services.test_public_photos import PORTRAIT, add_photo, run_jobs

MARK = "MARK-"
TOLD = {
    "publications.title",
    "publications.words",
    "public_walks.words",
    "place_names.name",
    "sites.name",
    "sites.slug",
    "surveys.slug",
    "questionnaires.title",
}
"""Written for the public, or names of places."""
NEEDED = {
    "photos.sha256",
    "photos.sizes",
    "public_photos.sha256",
    "public_photos.faces",
    "public_photos.boxes",
    "checklist_versions.content",
}
"""Without these there is nothing to show: names of files, boxes, and the checklist's own words."""
CODES = {"findings.category", "findings.item", "findings.closed_reason"}
"""Told by the word for the code; without a known code, most findings are only counted."""
UNALTERABLE = {"audit_events", "audit_seals"}
"""The database itself refuses to change them."""


def is_text(column: Column[Any]) -> bool:
    if column.primary_key or column.foreign_keys or isinstance(column.type, Enum):
        return False
    return isinstance(column.type, String | JSON)


def marked(column: Column[Any], number: int) -> Any:
    words = f"{MARK}{column.table.name}.{column.name}-{number}"
    return {words: words} if isinstance(column.type, JSON) else words


def some_value(running: Change, column: Column[Any]) -> Any:
    """Something that the column takes; a foreign key names a row that is there."""
    for key in column.foreign_keys:
        found = running.connection.execute(select(key.column).limit(1)).scalar()
        if found is None:
            fill(running, key.column.table)
            found = running.connection.execute(select(key.column).limit(1)).scalar()
        return found
    kind = column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    made: list[tuple[type[Any], Any]] = [
        (UTCDateTime, datetime.now(UTC)),
        (Uuid, uuid4()),
        (Boolean, False),
        (Integer, 1),
        (Float, 1.0),
        (Date, date(2026, 1, 1)),
        (LargeBinary, b""),
        (JSON, {}),
        (String, uuid4().hex),
    ]
    return next(value for known, value in made if isinstance(kind, known))


def fill(running: Change, table: Table) -> None:
    """Put one row into a table that has none; it cannot name another row of its own table."""
    filled = [
        column
        for column in table.columns
        if all(key.column.table is not table for key in column.foreign_keys)
    ]
    running.connection.execute(
        insert(table).values({column.name: some_value(running, column) for column in filled})
    )


def mark_everything(kept: set[str]) -> int:
    """Write markers into every row of every table, but for the columns that are kept; returns into how many columns."""
    columns = 0
    with change(SYSTEM, None) as running:
        for table in Base.metadata.sorted_tables:
            if table.name in UNALTERABLE:
                continue
            keys = list(table.primary_key.columns)
            if running.connection.execute(select(*keys).limit(1)).first() is None:
                fill(running, table)
            texts = [
                column
                for column in table.columns
                if is_text(column) and f"{table.name}.{column.name}" not in kept
            ]
            columns += len(texts)
            rows = running.connection.execute(select(*keys)).all() if texts else []
            for number, row in enumerate(rows):
                same = [key == value for key, value in zip(keys, row, strict=True)]
                running.connection.execute(
                    update(table).where(*same).values({text.name: marked(text, number) for text in texts})
                )
    session().expire_all()
    return columns


def with_exif(data: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = f"{MARK}exif"
    target = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.save(target, "JPEG", exif=exif, comment=f"{MARK}comment".encode())
    return target.getvalue()


@pytest.fixture
def told(site: Site, coordinator: Actor) -> Finding:
    """A site of which everything is told that can be; returns a fix with a photo."""
    walk = make_walk(site)
    with change(SYSTEM, None) as naming:
        naming.session.add(PlaceName(name="Torget", lon=17.942, lat=59.404))
    fixed = make_finding(
        walk,
        category="skrap",
        item="dumpning",
        status=Status.VERIFIED,
        reported_fixed_at=now() - timedelta(days=2),
        verified_at=now(),
        verified_how=VerificationMethod.PHOTO,
    )
    others = [
        make_finding(walk, category="trafik", status=Status.WONT_FIX, closed_reason=ClosedReason.OTHER),
        make_finding(walk, category="underlag", status=Status.PLANNED, planned_on=date(2026, 7, 1)),
        make_finding(walk, category="klotter", status=Status.DUPLICATE, duplicate_of_id=fixed.id),
        make_finding(walk, category="positivt", item="ljust", positive=True),
        make_finding(walk, category="ordning", item="buller"),
        make_finding(walk, category="belysning"),
        make_finding(walk, category="klotter", hate=True),
        make_finding(walk, category="an-operators-own", item="its-own", status=Status.CLOSED),
    ]
    for one in [fixed, *others]:
        publications.publish(coordinator, one.number, "Titel för alla", "Ord för alla")
    planned = make_walk(site, state=WalkState.PLANNED, planned_at=now() + timedelta(days=3))
    public_walks.announce(coordinator, planned.id, "Vandring för alla")
    photo = add_photo(fixed, with_exif(PORTRAIT))
    photo_id = photo.id
    public_photos.ask_for_photo(coordinator, fixed.number, photo_id)
    run_jobs(fixed)
    sha256 = session().get_one(PublicPhoto, photo_id).sha256
    public_photos.approve(coordinator, fixed.number, photo_id, str(sha256))
    return fixed


def public_answers(client: FlaskClient, finding_id: UUID, photo_id: UUID) -> dict[str, bytes]:
    """Every public answer with its headers, by address."""
    site = "/plats/kista-centrum"
    addresses = [
        "/",
        "/?lang=en",
        site,
        f"{site}?lang=en",
        f"{site}/atom.xml",
        f"{site}/atom.xml?lang=en",
        f"{site}/{finding_id}/haller-inte",
        f"{site}/{finding_id}/haller-inte?lang=en",
        f"{site}/tack",
        f"{site}/foton/{photo_id}.jpg",
        f"{site}/foton/{finding_id}.jpg",
        "/plats/finns-inte",
    ]
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in {200, 404}, f"{address}: {answer.status_code}"
        found[address] = str(answer.headers).encode() + answer.data
    refused = client.post(f"{site}/{finding_id}/haller-inte", data={})
    assert refused.status_code == 422
    found["POST"] = str(refused.headers).encode() + refused.data
    return found


@pytest.mark.parametrize(("codes", "articles"), [(CODES, 5), (set(), 2)])
def test_no_internal_word_is_in_a_public_byte(
    client: FlaskClient, told: Finding, codes: set[str], articles: int
) -> None:
    finding_id, photo_id = told.id, told.photos[0].id
    assert mark_everything(TOLD | NEEDED | codes) > 80
    answers = public_answers(client, finding_id, photo_id)
    page = answers["/plats/kista-centrum"].decode()
    # So that the test cannot pass on an empty page:
    for words in ("Titel för alla", "Ord för alla", "Vandring för alla", "Torget", f"/foton/{photo_id}.jpg"):
        assert words in page, words
    assert page.count("<article") == articles
    assert answers[f"/plats/kista-centrum/foton/{photo_id}.jpg"].rstrip().endswith(b"\xff\xd9")
    leaks = {
        address: data[max(0, data.index(MARK.encode()) - 60) : data.index(MARK.encode()) + 80]
        for address, data in answers.items()
        if MARK.encode() in data
    }
    assert leaks == {}


def test_what_is_told_names_columns_that_exist() -> None:
    known = {
        f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
    }
    assert known >= TOLD | NEEDED | CODES
