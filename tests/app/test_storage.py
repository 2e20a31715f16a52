from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import LocalStore, S3Store

from app import storage as storage_module
from app.storage import FileCorruptError, FileMissingError, Storage, StorageUnavailableError

DATA = b"a photo" * 100_000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEY = f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """A storage, and the same folder or bucket seen by somebody who writes behind its back."""

    storage: Storage
    behind: LocalStore | S3Store

    def overwrite(self, data: bytes) -> None:
        obstore.put(self.behind, KEY, data)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_environment(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return s3_server


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        url = (tmp_path / "bilder på platser").as_uri()
        return Place(Storage(url), LocalStore.from_url(url))
    endpoint = request.getfixturevalue("s3_environment")
    bucket = f"photos-{uuid4().hex}"
    with urlopen(Request(f"{endpoint}/{bucket}", method="PUT")) as answer:
        assert answer.status == 200
    url = f"s3://{bucket}/some/prefix"
    return Place(Storage(url), S3Store.from_url(url, client_options={"allow_http": True}))


@pytest.fixture
def storage(place: Place) -> Storage:
    return place.storage


@pytest.mark.parametrize(
    "data", [b"", b"x", DATA, os.urandom(12_000_000)], ids=["none", "one", "some", "many"]
)
def test_what_was_put_is_got_by_its_hash(storage: Storage, data: bytes) -> None:
    sha256 = storage.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert storage.get(sha256) == data


def test_putting_the_same_twice_is_no_error(storage: Storage) -> None:
    assert storage.put(DATA) == storage.put(DATA)
    assert storage.get(SHA256) == DATA


def test_an_opened_file_tells_its_size_and_comes_in_chunks(storage: Storage) -> None:
    storage.put(DATA)
    opened = storage.open(SHA256)
    chunks = list(opened.chunks)
    assert opened.size == len(DATA)
    assert b"".join(chunks) == DATA
    assert len(chunks) > 1


def test_a_missing_file_is_told_before_anything_is_sent(storage: Storage) -> None:
    assert not storage.exists(SHA256)
    with pytest.raises(FileMissingError):
        storage.get(SHA256)
    with pytest.raises(FileMissingError):
        storage.open(SHA256)


def test_a_deleted_file_is_gone_and_may_be_deleted_again(storage: Storage) -> None:
    storage.put(DATA)
    assert storage.exists(SHA256)
    storage.delete(SHA256)
    assert not storage.exists(SHA256)
    storage.delete(SHA256)


def test_deleting_leaves_the_neighbours(storage: Storage) -> None:
    other = storage.put(b"another")
    storage.put(DATA)
    storage.delete(SHA256)
    assert storage.get(other) == b"another"


def test_a_changed_file_is_not_handed_out(place: Place) -> None:
    place.storage.put(DATA)
    place.overwrite(DATA[:-1] + b"X")
    with pytest.raises(FileCorruptError):
        place.storage.get(SHA256)


def test_a_changed_file_never_arrives_whole(place: Place) -> None:
    place.storage.put(DATA)
    place.overwrite(DATA[:-1] + b"X")
    opened, arrived = place.storage.open(SHA256), 0
    with pytest.raises(FileCorruptError):
        for chunk in opened.chunks:
            arrived += len(chunk)
    assert 0 < arrived < opened.size


def test_putting_again_mends_a_changed_file(place: Place) -> None:
    place.storage.put(DATA)
    place.overwrite(b"")
    place.storage.put(DATA)
    assert place.storage.get(SHA256) == DATA


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../../etc/passwd",
        "probe",
        "a" * 63,
        "a" * 65,
        "A" * 64,
        "a" * 64 + "\n",
        "../" + "a" * 61,
        "é" * 64,
    ],
)
def test_only_a_hash_is_a_name(storage: Storage, name: str) -> None:
    for ask in (storage.get, storage.open, storage.exists, storage.delete):
        with pytest.raises(ValueError, match="SHA-256"):
            ask(name)


# In a folder only: moto answers simultaneous PUTs of one key with errors, which no real S3 does.
def test_many_at_once_put_the_same(tmp_path: Path) -> None:
    storage = Storage(tmp_path.as_uri())
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(storage.put, [DATA] * 16)) == {SHA256}
    assert storage.get(SHA256) == DATA


def test_many_at_once_put_their_own(storage: Storage) -> None:
    files = [bytes([number]) * 300_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(storage.put, files))
    assert [storage.get(name) for name in names] == files


def test_bytes_that_are_not_those_expected_are_not_stored(storage: Storage) -> None:
    with pytest.raises(FileCorruptError):
        storage.put(b"something else", SHA256)
    assert not storage.exists(SHA256)
    assert not storage.exists(hashlib.sha256(b"something else").hexdigest())
    assert storage.put(DATA, SHA256) == SHA256


def test_parts_are_read_as_one_whole(storage: Storage) -> None:
    upload = uuid4()
    storage.put_part(upload, 0, DATA[:300_000])
    storage.put_part(upload, 300_000, DATA[300_000:])
    assert storage.read_parts(upload, [0, 300_000], len(DATA)) == DATA
    assert storage.read_parts(upload, [], 0) == b""


def test_a_longer_part_at_the_same_place_takes_nothing_from_a_shorter(storage: Storage) -> None:
    upload = uuid4()
    storage.put_part(upload, 0, DATA[:100])
    storage.put_part(upload, 0, DATA[:200])
    assert storage.read_parts(upload, [0], 100) == DATA[:100]
    assert storage.read_parts(upload, [0], 200) == DATA[:200]


def test_deleting_parts_leaves_those_of_other_uploads(storage: Storage) -> None:
    gone, kept = uuid4(), uuid4()
    for upload in (gone, kept):
        storage.put_part(upload, 0, b"ab")
        storage.put_part(upload, 2, b"cd")
    storage.delete_parts(gone)
    storage.delete_parts(gone)
    assert storage.read_parts(kept, [0, 2], 4) == b"abcd"
    with pytest.raises(FileMissingError):
        storage.read_parts(gone, [0, 2], 4)


def test_check_says_nothing_when_all_is_well(storage: Storage) -> None:
    storage.check()
    storage.check()


def test_check_finds_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    storage = Storage(folder.as_uri())
    shutil.rmtree(folder)
    folder.write_text("now a file")
    with pytest.raises(StorageUnavailableError):
        storage.check()


@pytest.mark.usefixtures("s3_environment")
def test_a_bucket_that_is_not_there_is_no_missing_file() -> None:
    storage = Storage("s3://nobody-made-this")
    with pytest.raises(StorageUnavailableError):
        storage.check()
    with pytest.raises(StorageUnavailableError):
        storage.put(DATA)


@pytest.mark.usefixtures("s3_environment")
def test_a_server_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StorageUnavailableError) as error:
        Storage("s3://photos").get(SHA256)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("url", ["", "/var/lib/files", "ftp://host/x", "http://host/x", "memory:///"])
def test_another_kind_of_storage_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="storage URL"):
        Storage(url)


def test_bytes_are_synced_before_they_get_their_name_and_folders_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = Storage(tmp_path.as_uri())
    synced: list[tuple[Path, bool]] = []
    really_sync = os.fsync

    def watched(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((path, (tmp_path / KEY).exists()))
        really_sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    storage.put(DATA)
    (first, named), *folders = synced
    assert first.parent == tmp_path / "incoming"
    assert not named
    assert folders == [
        ((tmp_path / KEY).parent, True),
        ((tmp_path / KEY).parent.parent, True),
        (tmp_path, True),
    ]
    synced.clear()
    storage.put(DATA)  # the folders have their lasting names by now; the file in the innermost is anew
    assert [path for path, _ in synced[1:]] == [(tmp_path / KEY).parent]


def test_folders_of_parts_are_synced_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage(tmp_path.as_uri())
    upload_id = uuid4()
    storage.put_part(upload_id, 0, b"a")
    storage.delete_parts(upload_id)
    synced: list[Path] = []
    really_sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        really_sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    storage.put_part(upload_id, 0, b"a")
    assert synced[1:] == [tmp_path / "uploads" / str(upload_id), tmp_path / "uploads", tmp_path]


def test_nothing_is_left_behind_in_the_folder(tmp_path: Path) -> None:
    storage = Storage(tmp_path.as_uri())
    storage.put(DATA)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [KEY]


WRITER = """
import os, sys
from app.storage import Storage

storage = Storage(sys.argv[1])
while True:
    print(storage.put(os.urandom(3_000_000)), flush=True)
"""


def test_a_writer_killed_midway_leaves_only_whole_files(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, tmp_path.as_uri()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(5)]
        writer.kill()
        acknowledged += writer.stdout.read().split()
    stored = [path for path in tmp_path.glob("??/??/*") if path.is_file()]
    assert {path.name for path in stored} >= set(acknowledged)
    for path in stored:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def test_a_process_has_one_storage_after_connecting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "_files", None)
    with pytest.raises(RuntimeError):
        storage_module.files()
    assert storage_module.connect(tmp_path.as_uri()) is storage_module.files()


def test_a_file_set_aside_is_away_until_it_is_brought_back(storage: Storage) -> None:
    sha256 = storage.put(DATA)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert storage.put_before(sha256[:2], soon) == [sha256]
    assert storage.put_before(sha256[:2], soon - timedelta(minutes=2)) == []
    assert storage.put_before("00" if sha256[:2] != "00" else "01", soon) == []
    storage.set_aside(sha256, "2026-11-22")
    assert not storage.exists(sha256)
    assert storage.list_aside() == [("2026-11-22", sha256)]
    storage.bring_back(sha256, "2026-11-22")
    assert storage.get(sha256) == DATA
    storage.set_aside(sha256, "2026-11-22")
    storage.drop_aside(sha256, "2026-11-22")
    assert storage.list_aside() == []
    for harmless in (storage.bring_back, storage.drop_aside, storage.set_aside):
        harmless(sha256, "2026-11-22")


def test_uploads_are_listed_by_the_age_of_their_parts(storage: Storage) -> None:
    upload = uuid4()
    storage.put_part(upload, 0, b"one")
    storage.put_part(upload, 3, b"two")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert storage.uploads_before(soon) == {upload}
    assert storage.uploads_before(soon - timedelta(minutes=2)) == set()
