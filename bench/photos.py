"""What a 12-megapixel photo costs, against bare Pillow making one picture: `python -m bench.photos`."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageChops

from app.imaging import derivatives, inspect

ROUNDS = 7
SIZE = (4000, 3000)
SOURCE = Path(__file__).parents[1] / "tests" / "data" / "photos" / "Landscape_1.jpg"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: the best of several rounds, and the memory that a fresh process needed for it."""

    what: str
    milliseconds: float
    cpu_milliseconds: float
    peak_megabytes: float
    ratio: float


def photo() -> bytes:
    """A JPEG of 12 megapixels and about 5 MB, as a phone makes: a real photo with the grain of a sensor."""
    with Image.open(SOURCE) as source:
        scene = source.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    grain = Image.merge("RGB", [Image.effect_noise(SIZE, 14)] * 3)
    target = io.BytesIO()
    ImageChops.add(scene, grain, 1, -128).save(target, "JPEG", quality=88)
    return target.getvalue()


def floor(data: bytes) -> bytes:
    """Bare Pillow: one picture of 2048 pixels, not turned, not checked, colours and notes as they come."""
    image = Image.open(io.BytesIO(data))
    image.thumbnail((2048, 2048))
    target = io.BytesIO()
    image.save(target, "JPEG")
    return target.getvalue()


def measure() -> list[Row]:
    """Measure the floor, `inspect` and `derivatives` (three pictures) on the same photo, in turns."""
    data = photo()
    tasks: dict[str, Callable[[bytes], object]] = {
        "floor: bare Pillow, one picture": floor,
        "inspect": inspect,
        "derivatives: three pictures": derivatives,
    }
    best = {what: (float("inf"), float("inf")) for what in tasks}
    for _ in range(ROUNDS):
        # In turns, so that a busy moment of the machine hits all alike.
        for what, task in tasks.items():
            wall, cpu = time.perf_counter(), time.process_time()
            task(data)
            best[what] = min(best[what], (time.perf_counter() - wall, time.process_time() - cpu))
    base = best["floor: bare Pillow, one picture"][0]
    return [
        Row(what, wall * 1000, cpu * 1000, _peak_megabytes(tasks[what], data), wall / base)
        for what, (wall, cpu) in best.items()
    ]


def _peak_megabytes(task: Callable[[bytes], object], data: bytes) -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_growth, task, data).result()


def _growth(task: Callable[[bytes], object], data: bytes) -> float:
    before = _most_memory()
    task(data)
    return (_most_memory() - before) / 1024


def _most_memory() -> int:
    # In kB. Not getrusage: its peak is handed down from the process that started this one.
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


if __name__ == "__main__":
    print(f"one photo of {SIZE[0]} x {SIZE[1]}, best of {ROUNDS}")
    for row in measure():
        print(
            f"{row.what:<34}{row.milliseconds:7.0f} ms {row.cpu_milliseconds:7.0f} ms CPU"
            f" {row.peak_megabytes:6.0f} MB {row.ratio:6.2f} x"
        )
