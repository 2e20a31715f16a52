"""Photos as bytes: what was sent, may it be taken in, and the upright, nameless pictures made of it.

No models, no requests. The original is only ever read here; what people are shown is a derivative, encoded
anew from its pixels, so that nothing but pixels survives.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageCms, UnidentifiedImageError

from app.errors import N_
from app.exif import ExifFacts, read_exif
from app.heic import decode_heic, heic_size, is_heic

MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 40_000_000
EDGES = (2048, 1600, 400)
QUALITY = 82

# MPO is what many phones write as .jpg: a JPEG with a second one behind it. It is read as its first picture.
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
}
MESSAGES = {
    "empty": N_("The file is empty. Take or choose the photo again."),
    "too_large": N_("The file is larger than %(limit)s MB. Choose a smaller photo."),
    "too_many_pixels": N_("The photo has more than %(limit)s million pixels. Choose a smaller photo."),
    "not_an_image": N_("The file is not a photo. Choose a JPEG, PNG, WebP or HEIC photo."),
    "unsupported_type": N_("This kind of file cannot be used. Choose a JPEG, PNG, WebP or HEIC photo."),
    "broken": N_("The photo is damaged or was cut off on the way. Send it again."),
}

_READ = ("JPEG", "PNG", "WEBP")
_SUPPORTED = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_OTHER_KINDS = (
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\1\0",
    b"\xff\x0a",
    b"\0\0\0\x0cJXL ",
    b"\0\0\0\x0cjP  ",
)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class PhotoRefusedError(Exception):
    """The bytes cannot be taken as a photo.

    `code` says why and is stable; `message` is a message id with places for `values`.
    """

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]
        self.values = values


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a photo is and says of itself: size in pixels when upright, position in WGS 84 degrees.

    `taken_at` is aware when the camera wrote its offset from UTC, otherwise naive, by the camera's own clock.
    """

    media_type: str
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class _Decoded:
    image: Image.Image
    media_type: str
    size: tuple[int, int]  # as stored; `image` may already be smaller
    exif: ExifFacts

    @property
    def upright_size(self) -> tuple[int, int]:
        return _upright(self.size, self.exif)


def inspect(data: bytes, max_bytes: int = MAX_BYTES) -> Inspected:
    """Tell what a photo is, having decoded it once so that a cut-off one is seen (a JPEG at 1/8 of its size).

    Raises PhotoRefusedError with the code `empty`, `too_large`, `not_an_image`, `unsupported_type`,
    `too_many_pixels` or `broken`; nothing is decoded before the size in the header has been judged.
    """
    if len(data) > max_bytes:
        raise PhotoRefusedError("too_large", limit=max_bytes // 1024**2)
    photo = _decode(data, min(EDGES))
    width, height = photo.upright_size
    return Inspected(photo.media_type, width, height, photo.exif.taken_at, photo.exif.lon, photo.exif.lat)


def identify(data: bytes, max_bytes: int = MAX_BYTES) -> Inspected:
    """Tell what a photo says it is, by its header alone: about 0.1 ms, so a damaged one passes.

    The EXIF of PNG and HEIC is not read, since it may stand behind the picture. Raises PhotoRefusedError as
    `inspect` does.
    """
    if len(data) > max_bytes:
        raise PhotoRefusedError("too_large", limit=max_bytes // 1024**2)
    with _refusing(data):
        if is_heic(data):
            width, height = heic_size(data)
            if width * height > MAX_PIXELS:
                raise Image.DecompressionBombError
            return Inspected("image/heic", width, height, None, None, None)
        with Image.open(io.BytesIO(data), formats=_READ) as image:
            media_type = MEDIA_TYPES[str(image.format)]
            exif = ExifFacts() if media_type == "image/png" else read_exif(image)
            width, height = _upright(image.size, exif)
            return Inspected(media_type, width, height, exif.taken_at, exif.lon, exif.lat)


def derivatives(data: bytes) -> dict[int, bytes]:
    """Make the upright sRGB JPEGs of a photo, by longest edge in pixels.

    A photo already smaller keeps its size. They carry no EXIF, XMP, colour profile or comment.
    Raises PhotoRefusedError as `inspect` does.
    """
    photo = _decode(data, max(EDGES))
    picture = _resizable(photo.image)
    # Colours and turning come after scaling: they cost a fraction of what they would before.
    picture = _resized(picture, _fit(photo.size, max(EDGES)))
    picture = _srgb(_flat(picture), photo.image.info.get("icc_profile"))
    if photo.exif.orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[photo.exif.orientation])
    made: dict[int, bytes] = {}
    encoded = b""
    for edge in sorted(EDGES, reverse=True):
        smaller = _resized(picture, _fit(photo.upright_size, edge))
        if not encoded or smaller is not picture:
            picture, encoded = smaller, _jpeg(smaller)
        made[edge] = encoded
    return made


def _decode(data: bytes, edge: int) -> _Decoded:
    """Decode the first picture, as small as the decoder cheaply can without going below `edge`."""
    with _refusing(data):
        if is_heic(data):
            size, picture = decode_heic(data, edge, MAX_PIXELS)
            image, media_type = Image.open(io.BytesIO(picture), formats=("PNG",)), "image/heic"
        else:
            image = Image.open(io.BytesIO(data), formats=_READ)
            size, media_type = image.size, MEDIA_TYPES[str(image.format)]
            if _has_scan_bomb(data):
                raise PhotoRefusedError("broken")
            image.draft(None, _fit(size, edge))
        image.load()
        return _Decoded(image, media_type, size, read_exif(image))


@contextmanager
def _refusing(data: bytes) -> Iterator[None]:
    """Tell whatever a decoder says of `data` as PhotoRefusedError."""
    # Two threads here at once may leave these rules behind for the process, which does no harm.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise PhotoRefusedError("too_many_pixels", limit=MAX_PIXELS // 1_000_000) from error
        except UnidentifiedImageError as error:
            raise PhotoRefusedError(_why_unidentified(data)) from error
        except PhotoRefusedError:
            raise
        except Exception as error:
            # Decoders answer nonsense with any exception there is; nothing but theirs is called inside.
            raise PhotoRefusedError("broken") from error


def _upright(size: tuple[int, int], exif: ExifFacts) -> tuple[int, int]:
    return (size[1], size[0]) if exif.orientation >= 5 else size


def _has_scan_bomb(data: bytes) -> bool:
    """Whether a JPEG has so many scans that decoding takes minutes: each goes over the whole picture again.

    A progressive photo has about ten. Compressed data escapes the marker, but a video behind a "motion photo"
    holds it by chance once in 65,536 bytes. Undefended, 180 kB of scans of 40 megapixels take 14 seconds.
    """
    return data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > 50 + len(data) // 50_000


def _why_unidentified(data: bytes) -> str:
    if not data:
        return "empty"
    is_webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    if data.startswith(_SUPPORTED) or is_webp:
        return "broken"
    return "unsupported_type" if data.startswith(_OTHER_KINDS) or data[4:8] == b"ftyp" else "not_an_image"


def _fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= edge:
        return size
    return max(1, round(size[0] * edge / longest)), max(1, round(size[1] * edge / longest))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _resizable(image: Image.Image) -> Image.Image:
    """The image in a mode whose values can be averaged: L, RGB, CMYK, or with alpha."""
    if image.mode.startswith(("I", "F")):
        # 16-bit grey: Pillow's own conversion clips instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            return converted or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # A damaged or mismatched profile: the colours as they are.
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    # Pillow copies the comment and the resolution of the source unless they are taken away.
    image.info.clear()
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, progressive=True)
    return target.getvalue()
