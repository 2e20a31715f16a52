"""Files by the SHA-256 of their bytes, in a folder or in an S3 bucket, behind one API.

A file's name is its hash: it never changes, writing it twice is harmless, and what is read back is checked.
Beside them lie the parts of files on their way, named by upload and span, until the whole is there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PROBE = b"Platskollen checks that it can write and read."
_CHUNK = 256 * 1024
_PARTS = "uploads"
_ASIDE = "aside"
_INCOMING = "incoming"

_files: Storage | None = None


class StorageError(Exception):
    """Something about stored files went wrong; `code` says what."""

    code = "storage_error"


class FileMissingError(StorageError):
    """No file with this hash is stored."""

    code = "file_missing"


class FileCorruptError(StorageError):
    """The stored bytes are not those that were put there."""

    code = "file_corrupt"


class StorageUnavailableError(StorageError):
    """The folder or bucket cannot be reached, read or written."""

    code = "storage_unavailable"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file opened for sending: its size in bytes, and its bytes in chunks, to be read once."""

    size: int
    chunks: Iterator[bytes]


class Storage:
    """The files of one deployment, at `file:///folder` or `s3://bucket/prefix`.

    An S3 endpoint, region and keys come from the AWS_* environment variables (AWS_ENDPOINT_URL and so on);
    buckets are addressed by path, and plain HTTP is used only where the endpoint says so. A process that
    has used it must not fork: obstore's threads stay behind, and the child waits for them for ever.
    """

    def __init__(self, url: str) -> None:
        scheme = urlsplit(url).scheme
        self._folder: Path | None = None
        self._lasting: set[Path] = set()
        """Folders of files whose own names are known to survive a power cut."""
        self._store: LocalStore | S3Store
        if scheme == "file":
            self._store = LocalStore.from_url(url, mkdir=True)
            self._folder = self._store.prefix
            # The folder may just have been made: its name must be as durable as what will lie in it.
            for above in self._folder.parents if self._folder else ():
                with suppress(OSError):
                    _sync(above)
        elif scheme == "s3":
            self._store = S3Store.from_url(
                url,
                virtual_hosted_style_request=False,
                client_options={
                    "allow_http": os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://"),
                    "connect_timeout": timedelta(seconds=5),
                    "timeout": timedelta(seconds=60),
                },
                # A request of somebody waiting must fail before they give up; jobs try again by themselves.
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
            )
        else:
            raise ValueError(f"a storage URL begins with file:/// or s3://, not {scheme!r}")

    def put(self, data: bytes, expected: str | None = None) -> str:
        """Store bytes and return their SHA-256 in hex; when it returns, they survive a power cut.

        Bytes already there are written again: that is no error, mends a damaged copy, and makes durable what
        an interrupted put may have left undone. With a hash `expected`, other bytes raise FileCorruptError and
        are not stored.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if expected not in {None, sha256}:
            raise FileCorruptError(expected)
        self._write(_key(sha256), data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes with this hash, checked against it (about 1 ms per MB).

        Raises FileMissingError, FileCorruptError or StorageUnavailableError.
        """
        return b"".join(self.open(sha256).chunks)

    def open(self, sha256: str) -> StoredFile:
        """Open the file with this hash for sending in chunks, without holding it in memory.

        Raises FileMissingError at once. The hash is checked on the way: with other bytes FileCorruptError
        comes before the last chunk, so that a damaged file is never received as a whole one.
        """
        with _missing(sha256):
            found = obstore.get(self._store, _key(sha256))
        return StoredFile(found.meta["size"], _checked(found.stream(_CHUNK), sha256))

    def exists(self, sha256: str) -> bool:
        """Whether a file with this hash is stored."""
        try:
            with _missing(sha256):
                obstore.head(self._store, _key(sha256))
        except FileMissingError:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """Remove the file with this hash; one that is not there is no error."""
        key = _key(sha256)
        with suppress(FileMissingError), _missing(sha256):
            obstore.delete(self._store, key)
            self._sync_folders(key)

    def put_part(self, upload_id: UUID, start: int, data: bytes) -> None:
        """Store what arrived of an upload from byte `start` on; when it returns, it survives a power cut.

        The span is in the name, so that two writers at one place never take each other's bytes away.
        """
        self._write(_part(upload_id, start, start + len(data)), data)

    def read_parts(self, upload_id: UUID, starts: Iterable[int], end: int) -> bytes:
        """The bytes of an upload up to `end`, out of parts that begin at `starts`; raises FileMissingError."""
        bounds = [*starts, end]
        found = []
        for start, stop in pairwise(bounds):
            with _missing(str(upload_id)):
                found.append(obstore.get(self._store, _part(upload_id, start, stop)).bytes().to_bytes())
        return b"".join(found)

    def delete_parts(self, upload_id: UUID) -> None:
        """Remove every part of an upload; one without any is no error."""
        with _unavailable():
            if self._folder is not None:
                with suppress(FileNotFoundError):
                    shutil.rmtree(self._folder / _PARTS / str(upload_id))
                    # Somebody's photo must not come back with the power after its upload is forgotten.
                    _sync(self._folder / _PARTS)
                return
            for batch in obstore.list(self._store, f"{_PARTS}/{upload_id}"):
                obstore.delete(self._store, [found["path"] for found in batch])

    def put_before(self, drawer: str, moment: datetime) -> list[str]:
        """The hashes that begin with the two hexadecimal digits `drawer` and were last put before a moment."""
        with _unavailable():
            listed = [found for batch in obstore.list(self._store, drawer) for found in batch]
        return [found["path"].rsplit("/", 1)[1] for found in listed if found["last_modified"] < moment]

    def set_aside(self, sha256: str, day: str) -> None:
        """Take a file away so that it can be brought back; `day` is remembered with it."""
        with suppress(FileMissingError), _missing(sha256):
            obstore.rename(self._store, _key(sha256), f"{_ASIDE}/{day}.{sha256}")

    def list_aside(self) -> list[tuple[str, str]]:
        """What was set aside: day and hash."""
        with _unavailable():
            listed = [found["path"] for batch in obstore.list(self._store, _ASIDE) for found in batch]
        names = [path.rsplit("/", 1)[1].partition(".") for path in listed]
        return [(day, sha256) for day, _, sha256 in names]

    def bring_back(self, sha256: str, day: str) -> None:
        """Put a file that was set aside back into its place."""
        with suppress(FileMissingError), _missing(sha256):
            obstore.rename(self._store, f"{_ASIDE}/{day}.{sha256}", _key(sha256))
            self._sync_folders(_key(sha256))

    def drop_aside(self, sha256: str, day: str) -> None:
        """Remove a file that was set aside, for good."""
        with suppress(FileMissingError), _missing(sha256):
            obstore.delete(self._store, f"{_ASIDE}/{day}.{sha256}")

    def uploads_before(self, moment: datetime) -> set[UUID]:
        """The uploads of which a part was put before a moment."""
        with _unavailable():
            listed = [found for batch in obstore.list(self._store, _PARTS) for found in batch]
        return {UUID(found["path"].split("/")[1]) for found in listed if found["last_modified"] < moment}

    def drop_unfinished(self, moment: datetime) -> int:
        """Remove what was being written when its process was killed, before a moment; returns how many."""
        with _unavailable():
            listed = [found for batch in obstore.list(self._store, _INCOMING) for found in batch]
            left = [found["path"] for found in listed if found["last_modified"] < moment]
            if left:
                obstore.delete(self._store, left)
        return len(left)

    def check(self) -> None:
        """Write and read back a small probe, for `/readyz`; raises StorageUnavailableError."""
        self._write("probe", _PROBE)
        with _unavailable():
            same = obstore.get(self._store, "probe").bytes() == _PROBE
        if not same:
            raise StorageUnavailableError("what is read back is not what was written")

    def _write(self, key: str, data: bytes) -> None:
        with _unavailable():
            if self._folder is None:
                # One PUT is all or nothing, and durable when S3 has answered.
                obstore.put(self._store, key, data, use_multipart=False)
                return
            # obstore's LocalStore never syncs, and a rename may reach the disk before the bytes do. So: bytes
            # first, under a name that nobody reads, then the name, then the folders.
            staged, place = self._folder / _INCOMING / uuid4().hex, self._folder / key
            try:
                _write_lasting(staged, data)
                try:
                    staged.rename(place)
                except FileNotFoundError:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    staged.rename(place)
            except BaseException:
                # A full disk must not be filled further with what nobody will read.
                staged.unlink(missing_ok=True)
                raise
            self._sync_folders(key)

    def _sync_folders(self, key: str) -> None:
        if self._folder is None:
            return
        fresh: list[Path] = []
        for folder in Path(key).parents:
            _sync(self._folder / folder)
            if folder in self._lasting:
                break
            fresh.append(folder)
        # Only now may others rely on them. The folder of an upload is none of them: it goes, and may come back.
        if not key.startswith(f"{_PARTS}/"):
            self._lasting.update(fresh)


def connect(url: str) -> Storage:
    """Open the storage at `url` and make it the one that `files()` gives."""
    global _files
    _files = Storage(url)
    return _files


def files() -> Storage:
    """The storage of this process; `connect` comes first."""
    if _files is None:
        raise RuntimeError("storage.connect() has not been called")
    return _files


def _key(sha256: str) -> str:
    """The object's key; only a hash becomes one, so no input can name any other path."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not the hex form of a SHA-256")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _part(upload_id: UUID, start: int, end: int) -> str:
    return f"{_PARTS}/{upload_id}/{start}-{end}"


def _write_lasting(path: Path, data: bytes) -> None:
    """Write a file that survives a power cut once its folder does; its folder is made where there is none."""
    try:
        file = path.open("xb", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
        file = path.open("xb", buffering=0)
    with file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checked(chunks: Iterator[bytes], sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    held = b""
    with _missing(sha256):
        for chunk in chunks:
            digest.update(chunk)
            if held:
                yield held
            held = chunk
    if digest.hexdigest() != sha256:
        raise FileCorruptError(sha256)
    yield held


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        # The first line says what happened; a dump of the client's insides follows it.
        raise StorageUnavailableError(str(error).partition("\n")[0]) from error


@contextmanager
def _missing(sha256: str) -> Iterator[None]:
    with _unavailable():
        try:
            yield
        except FileNotFoundError as error:
            raise FileMissingError(sha256) from error
