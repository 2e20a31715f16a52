"""Files that belong to nothing are swept; what a photo names, or may yet name, stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from app import jobs
from app.db import now, session
from app.models.photos import Photo
from app.models.sites import Site
from app.permissions import Actor
from app.services.file_sweeps import (
    ASIDE_FOR,
    UNNAMED_FOR,
    WRITING_FOR,
    FileSweep,
    settle_aside,
    sweep_drawer,
    sweep_parts,
)
from app.services.findings import add_photos
from app.services.photos import take_in
from app.services.uploads import Announced, start_upload
from app.storage import FileMissingError, files
from config import settings
from tests.api.tus import jpeg, sha
from tests.builders import make_finding, make_walk

LATER = timedelta(minutes=1)


@pytest.fixture
def folder(app: object) -> Path:
    return Path(settings().storage.removeprefix("file://"))


@pytest.fixture
def age(folder: Path) -> Callable[[timedelta], None]:
    """Let every file that is there be older."""

    def grow(by: timedelta) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                moment = path.stat().st_mtime - by.total_seconds()
                os.utime(path, (moment, moment))

    return grow


def sweep_all() -> int:
    return sum(sweep_drawer(f"{drawer:02x}", now()) for drawer in range(256))


def test_a_photo_of_a_form_that_nobody_sent_is_gone_after_days(age: Callable[[timedelta], None]) -> None:
    sha256 = take_in(jpeg("red")).sha256
    age(UNNAMED_FOR - LATER)
    assert sweep_all() == 0
    age(2 * LATER)
    assert sweep_all() == 1
    assert not files().exists(sha256)
    assert settle_aside(now()) == 0
    assert settle_aside(now() + ASIDE_FOR + timedelta(days=1)) == 1
    assert files().list_aside() == []


def test_what_a_photo_names_stays_with_its_sizes(
    field: Actor, site: Site, age: Callable[[timedelta], None]
) -> None:
    finding = make_finding(make_walk(site))
    add_photos(field, finding.number, [take_in(jpeg("red"))])
    jobs.run_due()
    photo = session().scalars(select(Photo)).one()
    named = {photo.sha256, *photo.sizes.values()}
    assert len(named) > 1
    age(10 * UNNAMED_FOR)
    assert sweep_all() == 0
    assert all(files().exists(sha256) for sha256 in named)


def test_what_is_named_at_the_moment_it_is_set_aside_comes_back(
    field: Actor, site: Site, age: Callable[[timedelta], None]
) -> None:
    finding = make_finding(make_walk(site))
    upload = take_in(jpeg("red"))
    age(UNNAMED_FOR + LATER)
    assert sweep_all() == 1
    add_photos(field, finding.number, [upload])
    assert settle_aside(now()) == 0
    assert files().get(upload.sha256) == jpeg("red")


def test_what_a_killed_process_left_half_written_is_removed(
    folder: Path, age: Callable[[timedelta], None]
) -> None:
    left = folder / "incoming" / "0123"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half")
    FileSweep()()
    assert left.exists()
    age(WRITING_FOR + LATER)
    duty = FileSweep()
    assert duty() == 1
    assert not left.exists()
    assert duty() == 0


def test_parts_without_an_upload_are_removed_and_others_stay(
    field: Actor, site: Site, age: Callable[[timedelta], None]
) -> None:
    lost = uuid4()
    files().put_part(lost, 0, b"half")
    announced = Announced(make_finding(make_walk(site)).id, sha(jpeg()), len(jpeg()), {})
    begun = start_upload(field, announced, jpeg()[:50])
    assert sweep_parts(now()) == 0
    age(WRITING_FOR + LATER)
    assert sweep_parts(now()) == 1
    with pytest.raises(FileMissingError):
        files().read_parts(lost, [0], 4)
    assert files().read_parts(begun.id, [0], 50) == jpeg()[:50]
