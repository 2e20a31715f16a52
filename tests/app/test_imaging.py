from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageStat
from PIL.ExifTags import GPS, IFD, Base

from app.imaging import EDGES, PhotoRefusedError, derivatives, identify, inspect

PHOTOS = Path(__file__).parents[1] / "data" / "photos"
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)
UPRIGHT = {"Landscape": "Landscape_1.jpg", "Portrait": "Portrait_0.jpg"}


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **options: Any) -> bytes:
    return encoded(Image.new("RGB", size, RED), kind, **options)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def middle(data: bytes) -> tuple[int, ...]:
    image = opened(data).convert("RGB")
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


def close(one: tuple[int, ...], other: tuple[int, ...], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def code_of(data: bytes, **options: int) -> str:
    with pytest.raises(PhotoRefusedError) as refusal:
        inspect(data, **options)
    return refusal.value.code


def exif(
    moments: Mapping[Any, Any] | None = None, position: Mapping[Any, Any] | None = None, orientation: int = 1
) -> bytes:
    made = Image.Exif()
    made[Base.Orientation] = orientation
    made.get_ifd(IFD.Exif).update(moments or {})
    made.get_ifd(IFD.GPSInfo).update(position or {})
    return made.tobytes()


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    data = photo((64, 64))
    return data.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", height, width), 1)


def webp_claiming(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("RGBA", (64, 64)), "WEBP", exif=exif()))
    assert data[12:16] == b"VP8X"
    data[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


class TestUpright:
    @pytest.mark.parametrize("path", sorted(PHOTOS.glob("*_?.jpg")), ids=lambda path: path.stem)
    def test_every_exif_orientation_is_turned_upright(self, path: Path) -> None:
        made = opened(derivatives(path.read_bytes())[400])
        wanted = opened((PHOTOS / UPRIGHT[path.stem.partition("_")[0]]).read_bytes())
        wanted = wanted.convert("RGB").resize(made.size, Image.Resampling.LANCZOS)
        difference = ImageStat.Stat(ImageChops.difference(made, wanted)).mean
        turned = ImageStat.Stat(
            ImageChops.difference(made, wanted.transpose(Image.Transpose.ROTATE_180))
        ).mean
        assert max(difference) < 8
        assert max(turned) > 30

    def test_all_nine_orientations_are_among_the_photos(self) -> None:
        found = {
            opened(path.read_bytes()).getexif().get(Base.Orientation, 0) for path in PHOTOS.glob("*_?.jpg")
        }
        assert found == set(range(9))

    @pytest.mark.parametrize(("orientation", "size"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640))])
    def test_size_is_told_as_seen_upright(self, orientation: int, size: tuple[int, int]) -> None:
        found = inspect(photo(exif=exif(orientation=orientation)))
        assert (found.width, found.height) == size

    def test_an_orientation_out_of_range_is_taken_as_upright(self) -> None:
        data = photo(exif=exif(orientation=77))
        assert inspect(data).width == 640
        assert opened(derivatives(data)[2048]).size == (640, 480)

    def test_a_heic_is_turned_once(self) -> None:
        data = (PHOTOS / "lamp.heic").read_bytes()
        made = opened(derivatives(data)[2048])
        corner = made.getpixel((40, 30))
        assert isinstance(corner, tuple)
        assert made.size == (320, 240)
        assert close(corner, (200, 30, 30))


class TestTheHeaderAlone:
    @pytest.mark.parametrize("path", sorted(PHOTOS.glob("*.jpg")), ids=lambda path: path.stem)
    def test_says_of_a_jpeg_what_decoding_says(self, path: Path) -> None:
        assert identify(path.read_bytes()) == inspect(path.read_bytes())

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_tells_type_and_size(self, kind: str) -> None:
        assert identify(photo(kind=kind)) == inspect(photo(kind=kind))

    def test_tells_the_upright_size_of_a_heic(self) -> None:
        found = identify((PHOTOS / "lamp.heic").read_bytes())
        assert (found.media_type, found.width, found.height) == ("image/heic", 320, 240)

    def test_takes_the_largest_picture_of_a_heic(self) -> None:
        extents = [
            struct.pack(">I4sIII", 20, b"ispe", 0, *size) for size in ((512, 512), (4032, 3024), (320, 240))
        ]
        found = identify(b"\0\0\0\x18ftypheic" + b"".join(extents))
        assert (found.width, found.height) == (4032, 3024)

    def test_lets_a_photo_pass_that_is_cut_off(self) -> None:
        data = (PHOTOS / "Landscape_1.jpg").read_bytes()
        assert identify(data[: len(data) // 2]) == identify(data)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b"not a photo", "not_an_image"),
            (b"GIF89a" + bytes(100), "unsupported_type"),
            (b"\xff\xd8\xff", "broken"),
            (b"\0\0\0\x18ftypheic" + bytes(100), "broken"),
            (b"\0\0\0\x18ftypheic" + struct.pack(">I4sIII", 20, b"ispe", 0, 65535, 65535), "too_many_pixels"),
            (png_header(9000, 9000), "too_many_pixels"),
            (jpeg_claiming(20_000, 20_000), "too_many_pixels"),
        ],
    )
    def test_refuses_what_cannot_be_one(self, data: bytes, code: str) -> None:
        with pytest.raises(PhotoRefusedError) as caught:
            identify(data)
        assert caught.value.code == code

    def test_refuses_too_many_bytes(self) -> None:
        with pytest.raises(PhotoRefusedError) as caught:
            identify(bytes(2 * 1024**2 + 1), max_bytes=2 * 1024**2)
        assert (caught.value.code, caught.value.values) == ("too_large", {"limit": 2})


class TestWhatThePhotoSays:
    @pytest.mark.parametrize(
        ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
    )
    def test_type_is_told_by_content(self, kind: str, media_type: str) -> None:
        assert inspect(photo(kind=kind)).media_type == media_type

    def test_a_heic_tells_time_and_place(self) -> None:
        found = inspect((PHOTOS / "lamp.heic").read_bytes())
        assert (found.media_type, found.width, found.height) == ("image/heic", 320, 240)
        assert found.taken_at == datetime(2026, 2, 14, 18, 42, 10, tzinfo=UTC)
        assert found.lon == pytest.approx(17.944722, abs=1e-6)
        assert found.lat == pytest.approx(59.403056, abs=1e-6)

    def test_time_with_an_offset_is_aware(self) -> None:
        moments = {Base.DateTimeOriginal: "2026:02:14 19:42:10", Base.OffsetTimeOriginal: "+01:00"}
        taken_at = inspect(photo(exif=exif(moments))).taken_at
        assert taken_at is not None
        assert taken_at.utcoffset() == timedelta(hours=1)

    @pytest.mark.parametrize("offset", [None, "", "   :  ", "+99:99"])
    def test_time_without_a_usable_offset_is_local(self, offset: str | None) -> None:
        moments: dict[int, Any] = {Base.DateTimeOriginal: "2026:02:14 19:42:10"}
        if offset is not None:
            moments[Base.OffsetTimeOriginal] = offset
        taken_at = inspect(photo(exif=exif(moments))).taken_at
        assert taken_at is not None
        assert taken_at.isoformat() == "2026-02-14T19:42:10"

    @pytest.mark.parametrize(
        "moment", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:01 00:00:00", "soon"]
    )
    def test_a_moment_that_never_was_is_left_out(self, moment: str) -> None:
        assert inspect(photo(exif=exif({Base.DateTimeOriginal: moment}))).taken_at is None

    def test_south_and_west_are_negative(self) -> None:
        position = {
            GPS.GPSLatitudeRef: "S",
            GPS.GPSLatitude: (33.0, 27.0, 0.0),
            GPS.GPSLongitudeRef: "W",
            GPS.GPSLongitude: (70.0, 40.5, 0.0),
        }
        found = inspect(photo(exif=exif(position=position)))
        assert found.lon == pytest.approx(-70.675)
        assert found.lat == pytest.approx(-33.45)

    @pytest.mark.parametrize(
        ("lat_ref", "lat", "lon_ref", "lon"),
        [
            ("N", (0.0, 0.0, 0.0), "E", (0.0, 0.0, 0.0)),
            ("N", (91.0, 0.0, 0.0), "E", (18.0, 0.0, 0.0)),
            ("N", (59.0, 0.0, 0.0), "E", (181.0, 0.0, 0.0)),
            ("N", (59.0, 75.0, 0.0), "E", (18.0, 0.0, 0.0)),
            ("X", (59.0, 0.0, 0.0), "E", (18.0, 0.0, 0.0)),
            ("", (59.0, 0.0, 0.0), "E", (18.0, 0.0, 0.0)),
            ("NS", (59.0, 0.0, 0.0), "E", (18.0, 0.0, 0.0)),
            ("N", (59.0, 0.0), "E", (18.0, 0.0, 0.0)),
        ],
    )
    def test_a_position_that_makes_no_sense_is_left_out(
        self, lat_ref: str, lat: tuple[float, ...], lon_ref: str, lon: tuple[float, ...]
    ) -> None:
        position = {
            GPS.GPSLatitudeRef: lat_ref,
            GPS.GPSLatitude: lat,
            GPS.GPSLongitudeRef: lon_ref,
            GPS.GPSLongitude: lon,
        }
        found = inspect(photo(exif=exif(position=position)))
        assert (found.lon, found.lat) == (None, None)

    def test_a_position_divided_by_zero_is_left_out(self) -> None:
        position = {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (59.0, 0.0, 0.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (18.0, 0.0, 0.0),
        }
        notes = exif(position=position)
        data = notes.replace(struct.pack(">LL", 59, 1), struct.pack(">LL", 59, 0))
        assert data != notes
        assert inspect(photo(exif=notes)).lat == 59
        assert inspect(photo(exif=data)).lat is None

    @pytest.mark.parametrize("year", ["0001", "9999"])
    def test_a_year_that_no_photo_is_taken_in_is_no_moment(self, year: str) -> None:
        moments = {Base.DateTimeOriginal: f"{year}:01:01 00:00:00", Base.OffsetTimeOriginal: "+01:00"}
        assert inspect(photo(exif=exif(moments))).taken_at is None

    def test_damaged_exif_does_not_cost_the_photo(self) -> None:
        found = inspect(photo(exif=b"Exif\0\0II*\0" + b"\xff" * 300))
        assert (found.width, found.taken_at, found.lat) == (640, None, None)

    def test_damage_in_one_part_of_the_exif_leaves_the_others(self) -> None:
        data = exif({Base.DateTimeOriginal: "2026:02:14 19:42:10"}, {GPS.GPSLatitudeRef: "N"}, orientation=6)
        entry = data.index(struct.pack(">HHI", IFD.GPSInfo, 4, 1))
        found = inspect(photo(exif=data[: entry + 8] + b"\xff\xff\xff\xff" + data[entry + 12 :]))
        assert (found.width, found.lat) == (480, None)
        assert found.taken_at is not None


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b"A text file named .jpg, sent in good faith.\n" * 20, "not_an_image"),
            (b"<html><body>hello</body></html>", "not_an_image"),
            (b"%PDF-1.7 whatever", "not_an_image"),
            (b"\0" * 5000, "not_an_image"),
            (photo(kind="GIF"), "unsupported_type"),
            (photo(kind="BMP"), "unsupported_type"),
            (photo(kind="TIFF"), "unsupported_type"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "unsupported_type"),
            (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "unsupported_type"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "broken"),
            (b"\x89PNG\r\n\x1a\n", "broken"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "broken"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "broken"),
        ],
    )
    def test_what_is_no_usable_photo_is_refused_with_its_reason(self, data: bytes, code: str) -> None:
        assert code_of(data) == code

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
    def test_a_photo_cut_off_on_the_way_is_broken(self, kind: str, kept: float) -> None:
        data = encoded(Image.effect_noise((320, 240), 80), kind)
        assert code_of(data[: int(len(data) * kept)]) == "broken"

    @pytest.mark.parametrize("kept", [0.3, 0.7])
    def test_a_heic_cut_off_on_the_way_is_broken(self, kept: float) -> None:
        data = (PHOTOS / "lamp.heic").read_bytes()
        assert code_of(data[: int(len(data) * kept)]) == "broken"

    def test_a_heic_that_kills_its_decoder_is_broken(self) -> None:
        data = (PHOTOS / "lamp.heic").read_bytes()
        assert data.count(b"Exif\0\0\0\0\x0epitm") == 1
        assert code_of(data.replace(b"Exif\0\0\0\0\x0epitm", b"Exi\xff\0\0\0\0\x0epitm")) == "broken"

    def test_a_heic_of_more_pixels_than_allowed_is_refused(self) -> None:
        data = (PHOTOS / "lamp.heic").read_bytes()
        claim = data.replace(struct.pack(">II", 240, 320), struct.pack(">II", 20000, 15000))
        assert claim != data
        assert code_of(claim) == "too_many_pixels"

    # None of these holds the pixels it claims: decoding any of them would say "broken".
    @pytest.mark.parametrize(
        "data",
        [
            png_header(20000, 15000),
            jpeg_claiming(20000, 15000),
            webp_claiming(16383, 16383),
            png_header(8000, 5001),
            jpeg_claiming(8000, 5001),
        ],
        ids=["png-300", "jpeg-300", "webp-268", "png-40.008", "jpeg-40.008"],
    )
    def test_too_many_pixels_are_refused_by_the_header_alone(self, data: bytes) -> None:
        assert code_of(data) == "too_many_pixels"

    def test_40_megapixels_are_taken(self) -> None:
        found = inspect(encoded(Image.new("L", (8000, 5000)), "JPEG"))
        assert (found.width, found.height) == (8000, 5000)

    def test_the_byte_limit_can_be_set(self) -> None:
        data = photo()
        assert inspect(data, max_bytes=len(data)).width == 640
        assert code_of(data, max_bytes=len(data) - 1) == "too_large"

    def test_a_refusal_carries_a_message_with_its_values(self) -> None:
        with pytest.raises(PhotoRefusedError) as refusal:
            inspect(png_header(20000, 15000))
        assert "40 million" in refusal.value.message % refusal.value.values

    @pytest.mark.parametrize("make", [inspect, derivatives])
    def test_a_jpeg_of_endless_scans_is_not_decoded(self, make: Any) -> None:
        data = encoded(Image.effect_noise((64, 64), 50), "JPEG", progressive=True)
        last = data.rindex(b"\xff\xda")
        with pytest.raises(PhotoRefusedError, match="broken"):
            make(data[:last] + data[last:-2] * 500 + b"\xff\xd9")


class TestDerivatives:
    def test_each_edge_is_met_and_the_shape_kept(self) -> None:
        made = derivatives(photo((3000, 2000)))
        assert {edge: opened(data).size for edge, data in made.items()} == {
            2048: (2048, 1365),
            1600: (1600, 1067),
            400: (400, 267),
        }
        assert set(made) == set(EDGES)

    @pytest.mark.parametrize("size", [(4100, 3075), (5000, 2500), (2049, 1025)])
    def test_decoding_at_a_fraction_gives_the_same_sizes(self, size: tuple[int, int]) -> None:
        assert max(opened(derivatives(photo(size))[2048]).size) == 2048

    def test_a_small_photo_is_never_enlarged(self) -> None:
        made = derivatives(photo((500, 300)))
        assert [opened(made[edge]).size for edge in EDGES] == [(500, 300), (500, 300), (400, 240)]

    @pytest.mark.parametrize("size", [(1, 1), (1, 5000), (60000, 2)])
    def test_odd_shapes_survive(self, size: tuple[int, int]) -> None:
        made = opened(derivatives(photo(size, "PNG"))[400])
        assert max(made.size) <= 400
        assert min(made.size) >= 1

    def test_they_are_progressive_jpegs(self) -> None:
        made = opened(derivatives(photo(kind="PNG"))[1600])
        assert made.format == "JPEG"
        assert made.info["progressive"] == 1

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_nothing_but_pixels_survives(self, kind: str) -> None:
        secret = b"FOTOGRAFENS-NAMN"
        notes = Image.Exif()
        notes[Base.Artist] = secret.decode()
        notes.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (59.0, 24.0, 11.0)})
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        more: dict[str, dict[str, Any]] = {
            "JPEG": {"comment": secret, "xmp": secret, "dpi": (72, 72)},
            "WEBP": {"xmp": secret},
            "PNG": {},
        }
        options = {"exif": notes.tobytes(), "icc_profile": profile, **more[kind]}
        data = photo(kind=kind, **options) + b"PK\x03\x04<script>" + secret
        assert secret in data
        for made in derivatives(data).values():
            assert secret not in made
            assert b"<script>" not in made
            # What is left describes the encoding itself.
            assert all(str(name).startswith(("jfif", "progressi")) for name in opened(made).info)

    def test_a_comment_goes_where_nothing_needs_converting(self) -> None:
        made = derivatives(photo((300, 200), comment=b"FOTOGRAFENS-NAMN"))
        assert b"FOTOGRAFENS-NAMN" not in made[2048]

    def test_colours_are_converted_before_the_profile_goes(self) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = (
            profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
        )
        pixel = middle(derivatives(photo(icc_profile=swapped))[400])
        assert pixel[1] > 150 > pixel[0]

    @pytest.mark.parametrize("profile", [b"no profile at all", os.urandom(2_000_000), b"\0" * 128])
    def test_a_damaged_or_huge_profile_leaves_the_colours(self, profile: bytes) -> None:
        assert close(middle(derivatives(photo(icc_profile=profile))[400]), RED)

    def test_a_grey_photo_with_a_colour_profile_is_taken(self) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        made = derivatives(encoded(Image.new("L", (64, 64), 90), icc_profile=profile))
        assert close(middle(made[400]), (90, 90, 90))

    def test_five_megabytes_of_exif_are_taken(self) -> None:
        notes = Image.Exif()
        notes[Base.ImageDescription] = "x" * 5_000_000
        assert close(middle(derivatives(photo(kind="PNG", exif=notes.tobytes()))[400]), RED)

    def test_cmyk(self) -> None:
        assert close(
            middle(derivatives(encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0))))[400]), (254, 0, 0)
        )

    def test_16_bit_grey_is_scaled_not_clipped(self) -> None:
        made = derivatives(encoded(Image.new("I;16", (64, 64), 0x8000), "PNG"))
        assert close(middle(made[400]), (128, 128, 128))

    def test_black_and_white(self) -> None:
        assert middle(derivatives(encoded(Image.new("1", (3000, 64), 1), "PNG"))[400]) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["RGBA", "LA"])
    def test_what_is_transparent_becomes_white(self, mode: str) -> None:
        clear = encoded(Image.new(mode, (3000, 64)), "PNG")
        assert middle(derivatives(clear)[400]) == (255, 255, 255)

    def test_a_palette_with_alpha(self) -> None:
        image = Image.new("P", (64, 64), 1)
        image.putpalette([*RED, *GREEN])
        opaque, clear = bytes([0, 255]), bytes([255, 0])
        assert close(middle(derivatives(encoded(image, "PNG", transparency=opaque))[400]), GREEN)
        assert middle(derivatives(encoded(image, "PNG", transparency=clear))[400]) == (255, 255, 255)

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_an_animation_gives_its_first_picture(self, kind: str) -> None:
        frames = [Image.new("RGB", (64, 64), colour) for colour in (GREEN, RED, BLUE)]
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert close(middle(derivatives(data)[400]), GREEN, 12)

    def test_a_jpeg_with_a_second_one_behind_gives_the_first(self) -> None:
        data = encoded(
            Image.new("RGB", (64, 64), GREEN),
            "MPO",
            save_all=True,
            append_images=[Image.new("RGB", (64, 64), RED)],
        )
        assert inspect(data).media_type == "image/jpeg"
        assert close(middle(derivatives(data)[400]), GREEN)

    def test_a_jpeg_with_a_damaged_index_of_pictures_is_taken(self) -> None:
        data = photo()
        index = b"MPF\0II*\0\x08\0\0\0" + b"\xff" * 40
        data = data[:2] + b"\xff\xe2" + struct.pack(">H", len(index) + 2) + index + data[2:]
        assert close(middle(derivatives(data)[400]), RED)

    def test_a_photo_with_a_video_behind_it_is_taken(self) -> None:
        assert inspect(photo() + os.urandom(6_000_000)).width == 640


class TestHostileBytes:
    @staticmethod
    def survives(data: bytes) -> None:
        for make in (inspect, derivatives):
            with suppress(PhotoRefusedError):
                make(data)

    @given(st.binary(max_size=2000))
    def test_random_bytes(self, data: bytes) -> None:
        self.survives(data)

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.data())
    def test_mutated_photos(self, data: st.DataObject) -> None:
        self.survives(mutated(data, data.draw(st.sampled_from(SEEDS))))

    # Each takes a process of its own.
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=15)
    @given(st.data())
    def test_mutated_heic(self, data: st.DataObject) -> None:
        self.survives(mutated(data, (PHOTOS / "lamp.heic").read_bytes()))


def mutated(data: st.DataObject, photo: bytes) -> bytes:
    raw = bytearray(photo)
    # Most damage goes where the parsers are, at the front.
    places = st.integers(0, len(raw) - 1) | st.integers(0, min(700, len(raw) - 1))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=12)):
        raw[place] = value
    start = data.draw(st.integers(0, len(raw)))
    cut = data.draw(st.sampled_from([0, 0, 0, 1, 2, 4, 50]))
    return bytes(raw[:start] + raw[start + cut :])


def _seeds() -> list[bytes]:
    notes = exif(
        {Base.DateTimeOriginal: "2026:02:14 19:42:10", Base.OffsetTimeOriginal: "+01:00"},
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (59.0, 24.0, 11.0)},
        orientation=6,
    )
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    real = opened((PHOTOS / "Portrait_6.jpg").read_bytes()).resize((120, 80))
    options = {"exif": notes, "icc_profile": profile}
    return [
        (PHOTOS / "Portrait_6.jpg").read_bytes(),
        encoded(real, "JPEG", **options),
        encoded(real, "JPEG", progressive=True, **options),
        encoded(real, "PNG", **options),
        encoded(real.quantize(16), "PNG", **options),
        encoded(real, "WEBP", **options),
        encoded(real, "MPO", save_all=True, append_images=[real], **options),
    ]


SEEDS = _seeds()
