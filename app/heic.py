"""HEIC photos, decoded in a process of their own.

A damaged HEIC can kill the process that opens it: pi-heif 1.4.0 dies of an item type that is not UTF-8, one
changed byte. So this file runs itself as a small program, with limits on memory and time; that one may die.
"""

from __future__ import annotations

import io
import re
import resource
import struct
import subprocess
import sys
from contextlib import suppress

from PIL import Image

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
# 40 megapixels need about 0.6 GB and 3 s.
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
WALL_SECONDS = 60

_TOO_MANY_PIXELS = 3
_SIZE = struct.Struct(">II")
_SPATIAL_EXTENTS = re.compile(rb"\0\0\0\x14ispe\0{4}(.{4})(.{4})", re.DOTALL)
_ROTATION = re.compile(rb"\0\0\0\x09irot(.)", re.DOTALL)
_HEADER = 64 * 1024


def is_heic(data: bytes) -> bool:
    """Whether the bytes begin as a HEIC or HEIF photo does."""
    return data[4:8] == b"ftyp" and data[8:12] in BRANDS


def heic_size(data: bytes) -> tuple[int, int]:
    """The upright size in pixels that the header claims, found without any decoder; raises OSError when there is none.

    The picture is the largest of the file's items: beside it stand its tiles and its thumbnail (ISO/IEC 23008-12,
    6.5.3 `ispe` and 6.5.10 `irot`).
    """
    header = data[:_HEADER]
    found = [
        (int.from_bytes(width), int.from_bytes(height)) for width, height in _SPATIAL_EXTENTS.findall(header)
    ]
    width, height = max(found, key=lambda size: size[0] * size[1], default=(0, 0))
    if not width * height:
        raise OSError("no picture in the header")
    turned = _ROTATION.search(header)
    return (height, width) if turned and turned[1][0] & 1 else (width, height)


def decode_heic(data: bytes, edge: int, max_pixels: int) -> tuple[tuple[int, int], bytes]:
    """Return the upright size in pixels, and a PNG of at most `edge` pixels with the EXIF and colour profile.

    Raises Image.DecompressionBombError when the header claims more than `max_pixels`, OSError when broken.
    """
    command = [sys.executable, "-I", __file__, str(edge), str(max_pixels)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, check=False)  # noqa: S603  our own command
    except subprocess.TimeoutExpired as error:
        raise OSError("decoding took too long") from error
    if done.returncode == _TOO_MANY_PIXELS:
        raise Image.DecompressionBombError("too many pixels")
    if done.returncode != 0:
        raise OSError(f"the decoder ended with {done.returncode}: {done.stderr[-500:]!r}")
    width, height = _SIZE.unpack_from(done.stdout)
    return (width, height), done.stdout[_SIZE.size :]


def _decode_here(edge: int, max_pixels: int) -> None:
    import pi_heif

    with suppress(ValueError, OSError):  # where the system has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # judged here, exactly
    # Thumbnails, depth and helper pictures are never used: leave them undecoded.
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("HEIF",))
    width, height = image.size
    if width * height > max_pixels:
        sys.exit(_TOO_MANY_PIXELS)
    image.thumbnail((edge, edge))
    sys.stdout.buffer.write(_SIZE.pack(width, height))
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=0, exif=image.info.get("exif") or b"")
    sys.stdout.buffer.write(target.getvalue())


if __name__ == "__main__":
    _decode_here(int(sys.argv[1]), int(sys.argv[2]))
