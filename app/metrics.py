"""What operators measure of the web processes: requests and their latency by route template, as Prometheus reads it.

Every process counts in a file of its own that all of them can read, so that whichever is asked answers for the
machine. A file is a table of numbers in shared memory beside the list of what they count; nothing waits for the disk.
No address as it was asked for, no id and nothing of a person is ever counted by.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the latency's buckets, in seconds."""
_WIDTH = len(BOUNDS_S) + 2
"""Numbers of a series: each bucket, what is slower than the last bound, and the seconds together."""
_MOST = 4000
"""Series that a process counts: routes × methods × statuses, of which few meet."""
_NUMBER = struct.Struct("=d")
_COUNTED = "counted"

Series = tuple[str, str, str]
"""Method, route template, status."""


class RequestCounts:
    """The counts of this process; `folder` is shared by all processes of the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._places: dict[Series, int] = {}
        self._table: mmap.mmap | None = None
        self._process = 0

    def count(self, series: Series, seconds: float) -> None:
        """Count a request that was answered."""
        with self._lock:
            table = self._table if self._process == os.getpid() else None
            if table is None:
                table = self._open()
            place = self._places.get(series)
            if place is None:
                if len(self._places) == _MOST:
                    return
                place = self._places[series] = len(self._places) * _WIDTH
                with (self._folder / f"{self._process}.names").open("a") as names:
                    names.write("\t".join(series) + "\n")
            bucket = next((n for n, bound in enumerate(BOUNDS_S) if seconds <= bound), len(BOUNDS_S))
            for number, more in ((place + bucket, 1.0), (place + _WIDTH - 1, seconds)):
                at = number * _NUMBER.size
                _NUMBER.pack_into(table, at, _NUMBER.unpack_from(table, at)[0] + more)

    def _open(self) -> mmap.mmap:
        """Begin this process's files. Those of processes that have ended are added up into one."""
        self._process = os.getpid()
        self._places = {}
        self._folder.mkdir(parents=True, exist_ok=True)
        with _alone(self._folder):
            self._gather_ended()
            (self._folder / f"{self._process}.names").write_text("")
            with (self._folder / f"{self._process}.table").open("w+b") as file:
                file.truncate(_MOST * _WIDTH * _NUMBER.size)
                self._table = mmap.mmap(file.fileno(), 0)
        return self._table

    def _gather_ended(self) -> None:
        ended = [
            path.stem
            for path in self._folder.glob("*.names")
            if path.stem != _COUNTED and (path.stem == str(self._process) or not _lives(path.stem))
        ]
        if not ended:
            return
        together = _sum(_read(self._folder, name) for name in (_COUNTED, *ended))
        table = bytearray()
        for numbers in together.values():
            table += struct.pack(f"={_WIDTH}d", *numbers)
        for ending, content in (
            ("table", bytes(table)),
            ("names", "".join("\t".join(series) + "\n" for series in together).encode()),
        ):
            (self._folder / f"{_COUNTED}.{ending}").write_bytes(content)
        for name in ended:
            for ending in ("names", "table"):
                (self._folder / f"{name}.{ending}").unlink(missing_ok=True)

    def read(self) -> dict[Series, list[float]]:
        """The counts of every process of the machine since the folder was made: buckets, then the seconds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with _alone(self._folder):
            names = sorted(path.stem for path in self._folder.glob("*.names"))
            return _sum(_read(self._folder, name) for name in names)


class _alone:  # noqa: N801  read as a word
    """Holds the folder against other processes that begin or read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"

    def __enter__(self) -> None:
        self._file = self._path.open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_fault: object) -> None:
        self._file.close()


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True  # somebody else's now
    return True


def _read(folder: Path, name: str) -> dict[Series, list[float]]:
    with suppress(FileNotFoundError):
        lines = (folder / f"{name}.names").read_text().splitlines()
        with (folder / f"{name}.table").open("rb") as file:
            table = file.read(len(lines) * _WIDTH * _NUMBER.size)
        rows = struct.iter_unpack(f"={_WIDTH}d", table)
        return {_series(line): list(row) for line, row in zip(lines, rows, strict=False)}
    return {}


def _series(line: str) -> Series:
    method, route, status = line.split("\t")
    return method, route, status


def _sum(tables: Iterable[dict[Series, list[float]]]) -> dict[Series, list[float]]:
    together: dict[Series, list[float]] = defaultdict(lambda: [0.0] * _WIDTH)
    for table in tables:
        for series, numbers in table.items():
            together[series] = [a + b for a, b in zip(together[series], numbers, strict=True)]
    return together


def exposition(counts: dict[Series, list[float]]) -> Iterator[str]:
    """The lines of the latency histogram and its count."""
    name = "platskollen_request_seconds"
    yield f"# HELP {name} Time that a request took on the server, by method, route template and status."
    yield f"# TYPE {name} histogram"
    for (method, route, status), numbers in sorted(counts.items()):
        labels = f'method="{method}",route="{escape(route)}",status="{status}"'
        so_far = 0.0
        for bound, number in zip((*BOUNDS_S, "+Inf"), numbers, strict=False):
            so_far += number
            yield f'{name}_bucket{{{labels},le="{bound}"}} {so_far:g}'
        yield f"{name}_sum{{{labels}}} {numbers[-1]:.6f}"
        yield f"{name}_count{{{labels}}} {so_far:.0f}"


def gauge(name: str, words: str, values: dict[str, float]) -> Iterator[str]:
    """The lines of one figure, by its labels."""
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{labels} {value:g}"


def escape(value: str) -> str:
    """A value as it stands between the quotes of a label."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
