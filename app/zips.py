"""ZIP files made while they are sent: what has been written goes out at once, and little is held in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MANIFEST = "manifest-sha256.txt"
_PIECE = 64 * 1024


class _Outlet(io.RawIOBase):
    """Where the ZIP is written to: keeps only what has not been taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def stream_zip(files: Iterable[tuple[str, bool, Iterable[bytes]]], moment: datetime) -> Iterator[bytes]:
    """A ZIP of these files in pieces, each by name, whether it gains by compression, and bytes.

    Last comes a manifest with the SHA-256 of each, as `sha256sum --check` reads it.
    """
    outlet, sums = _Outlet(), []
    with ZipFile(outlet, "w") as archive:
        for name, gains, chunks in files:
            digest = hashlib.sha256()
            with archive.open(_entry(name, moment, gains), "w", force_zip64=True) as entry:
                for chunk in chunks:
                    for start in range(0, len(chunk), _PIECE):
                        piece = chunk[start : start + _PIECE]
                        digest.update(piece)
                        entry.write(piece)
                        if ready := outlet.take():
                            yield ready
            sums.append(f"{digest.hexdigest()}  {name}\n")
        archive.writestr(_entry(MANIFEST, moment, gains=True), "".join(sums))
    yield outlet.take()


def _entry(name: str, moment: datetime, gains: bool) -> ZipInfo:
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED if gains else ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry
