"""Uploads where things happen at once, on a shared bucket, and where there is no room: nothing is half kept."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError

from app import db, storage
from app.db import session
from app.models.audit import AuditEvent
from app.models.photos import Photo
from app.models.sites import Site
from app.models.uploads import Upload
from app.outages import NoRoomError, UnavailableError, outage_of
from app.permissions import Actor
from app.services.upload_errors import WrongOffsetError
from app.services.uploads import Announced, Progress, receive_part, see_upload, start_upload, sweep_uploads
from app.storage import StorageUnavailableError, files
from config import settings
from tests.api.tus import Phone, jpeg, photos_of, sha
from tests.app.test_storage import s3_environment, s3_server
from tests.builders import make_finding, make_walk

__all__ = ["s3_environment", "s3_server"]

PHOTO = jpeg(size=(600, 400))
HALF = len(PHOTO) // 2


@pytest.fixture
def finding_id(site: Site) -> UUID:
    return make_finding(make_walk(site)).id


@pytest.fixture
def phone(client: FlaskClient, field: Actor) -> Phone:
    return Phone(client, field)


@pytest.fixture
def bucket(s3_environment: str) -> str:
    name = f"photos-{uuid4().hex}"
    with urlopen(Request(f"{s3_environment}/{name}", method="PUT")) as answer:
        assert answer.status == 200
    return f"s3://{name}/platskollen"


def all_at_once(work: Callable[[], Progress], times: int = 8) -> list[Progress | BaseException]:
    """What each of several threads gets when all do the same."""

    def one(_number: int) -> Progress | BaseException:
        try:
            return work()
        except WrongOffsetError as error:
            return error
        finally:
            db.close_session()

    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(one, range(times)))
    db.close_session()  # what this thread had begun to read is old now
    return answers


def test_of_many_writers_at_one_offset_one_goes_on(field: Actor, finding_id: UUID) -> None:
    announced = Announced(finding_id, sha(PHOTO), len(PHOTO), {})
    upload_id = start_upload(field, announced).id
    answers = all_at_once(lambda: receive_part(field, upload_id, 0, PHOTO[:HALF]))
    assert sum(isinstance(answer, Progress) for answer in answers) == 1
    answers = all_at_once(lambda: receive_part(field, upload_id, HALF, PHOTO[HALF:]))
    assert sum(isinstance(answer, Progress) and answer.complete for answer in answers) == 1
    (photo,) = photos_of(finding_id)
    assert files().get(photo.sha256) == PHOTO


def test_who_comes_when_the_parts_are_taken_away_ends_nothing(
    field: Actor, finding_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = start_upload(field, Announced(finding_id, sha(PHOTO), len(PHOTO), {}), PHOTO[:HALF]).id
    read_parts = storage.Storage.read_parts

    def overtaken(here: storage.Storage, *which: Any) -> bytes:
        monkeypatch.setattr(storage.Storage, "read_parts", read_parts)
        with ThreadPoolExecutor(1) as other:  # a session of its own
            assert other.submit(finish_elsewhere).result().complete
        return read_parts(here, *which)

    def finish_elsewhere() -> Progress:
        try:
            return receive_part(field, upload_id, HALF, PHOTO[HALF:])
        finally:
            db.close_session()

    monkeypatch.setattr(storage.Storage, "read_parts", overtaken)
    with pytest.raises(WrongOffsetError):
        receive_part(field, upload_id, HALF, PHOTO[HALF:])
    db.close_session()
    assert see_upload(field, upload_id).complete
    assert len(photos_of(finding_id)) == 1


def test_a_photo_sent_by_many_at_once_is_kept_once(field: Actor, finding_id: UUID) -> None:
    announced = Announced(finding_id, sha(PHOTO), len(PHOTO), {})
    answers = all_at_once(lambda: start_upload(field, announced, PHOTO))
    assert all(isinstance(answer, Progress) and answer.complete for answer in answers)
    assert len(photos_of(finding_id)) == 1
    received = select(func.count()).where(AuditEvent.name == "photo.received")
    assert session().scalar(received) == 1


def test_any_web_node_goes_on_from_a_shared_bucket(phone: Phone, finding_id: UUID, bucket: str) -> None:
    storage.connect(bucket)
    third = len(PHOTO) // 3
    url = phone.create(finding_id, PHOTO, first=PHOTO[:third]).headers["Location"]
    storage.connect(bucket)  # as another node that never saw the first part
    assert phone.go_on(url, third, PHOTO[third : 2 * third]).status_code == 204
    storage.connect(bucket)
    assert phone.go_on(url, 2 * third, PHOTO[2 * third :]).headers["Upload-Complete"] == "?1"
    assert files().get(photos_of(finding_id)[0].sha256) == PHOTO
    upload_id = UUID(url.rsplit("/", 1)[1])
    with pytest.raises(storage.FileMissingError):
        files().read_parts(upload_id, [0], third)


def test_a_storage_that_is_away_keeps_nothing_and_says_later(phone: Phone, finding_id: UUID) -> None:
    url = phone.create(finding_id, PHOTO, first=PHOTO[:HALF]).headers["Location"]
    folder = Path(settings().storage.removeprefix("file://"))
    away = folder.with_name("away")
    shutil.move(folder, away)
    folder.write_text("no folder")
    for answer in (
        phone.create(finding_id, PHOTO, first=PHOTO),
        phone.create(finding_id, jpeg("red"), first=jpeg("red")[:50]),
        phone.go_on(url, HALF, PHOTO[HALF : HALF + 1]),
        phone.go_on(url, HALF, PHOTO[HALF:]),
    ):
        assert answer.status_code == 503
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    folder.unlink()
    shutil.move(away, folder)
    assert photos_of(finding_id) == []
    assert session().scalar(select(func.count()).select_from(Upload)) == 1
    assert phone.send("HEAD", url).headers["Upload-Offset"] == str(HALF)
    assert phone.go_on(url, HALF, PHOTO[HALF:]).headers["Upload-Complete"] == "?1"


def test_a_full_database_keeps_nothing_and_says_so(phone: Phone, finding_id: UUID, database: Engine) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("only SQLite can be told how large it may grow")
    sent = [jpeg(size=(width, 8)) for width in range(20, 140)]

    def stop_growing(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  # no less than it has

    db.close_session()
    database.dispose()
    event.listen(database, "connect", stop_growing)
    answers = [phone.create(finding_id, photo, first=photo) for photo in sent]
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {201, 507}
    assert answers[codes.index(507)].json["type"] == "urn:platskollen:no_room"  # type: ignore[index]
    kept = {photo.sha256 for photo in photos_of(finding_id)}
    assert kept == {sha(photo) for photo, code in zip(sent, codes, strict=True) if code == 201}
    event.remove(database, "connect", stop_growing)
    db.close_session()
    database.dispose()
    for photo in sent:
        assert phone.create(finding_id, photo, first=photo).status_code == 201
    assert session().scalar(select(func.count()).select_from(Photo)) == len(sent)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), NoRoomError),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), NoRoomError),
        (OSError(errno.ECONNREFUSED, "Connection refused"), UnavailableError),
        (Exception("Generic LocalFileSystem error: No space left on device (os error 28)"), NoRoomError),
    ],
)
def test_what_a_full_disk_is_to_the_caller(cause: Exception, kind: type) -> None:
    error = StorageUnavailableError(str(cause))
    error.__cause__ = cause
    assert isinstance(outage_of(error), kind)


def test_other_faults_are_no_outage() -> None:
    assert outage_of(ValueError("database or disk is full")) is None
    assert isinstance(outage_of(OperationalError("", {}, Exception("gone"))), UnavailableError)


@pytest.mark.usefixtures("app")
def test_nothing_to_sweep_is_no_error() -> None:
    assert sweep_uploads() == 0
