"""What a 12-megapixel photo costs, against bare Pillow making one picture: `python -m bench.photos`."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import inf
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

from PIL import Image, ImageChops

from app.imaging import derivatives, inspect
from bench import Row, report

ROUNDS = 7
SIZE = (4000, 3000)
SOURCE = Path(__file__).parents[1] / "tests" / "data" / "photos" / "Landscape_1.jpg"


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
    """Measure `inspect` and `derivatives` (three pictures) in time and memory, beside the floor's one picture."""
    data = photo()
    tasks: list[Callable[[bytes], object]] = [floor, inspect, derivatives]
    wall, cpu = [inf] * len(tasks), [inf] * len(tasks)
    for _ in range(ROUNDS):
        # In turns, so that a busy moment of the machine hits all alike.
        for number, task in enumerate(tasks):
            wall_start, cpu_start = perf_counter(), process_time()
            task(data)
            wall[number] = min(wall[number], perf_counter() - wall_start)
            cpu[number] = min(cpu[number], process_time() - cpu_start)
    memory = [_peak_megabytes(task, data) for task in tasks]
    return [
        Row("look at a 12-megapixel photo", wall[1] * 1000, wall[0] * 1000, 0.5, "ms"),
        Row("look at a 12-megapixel photo, CPU", cpu[1] * 1000, cpu[0] * 1000, 0.5, "ms"),
        Row("make its three pictures", wall[2] * 1000, wall[0] * 1000, 2.5, "ms"),
        Row("make its three pictures, CPU", cpu[2] * 1000, cpu[0] * 1000, 2.5, "ms"),
        Row("make its three pictures, peak memory", memory[2], memory[0], 1.3, "MB"),
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
    sys.exit(report(measure()))
