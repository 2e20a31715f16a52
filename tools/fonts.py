"""Unpacks the fonts of letters and posters from the npm packages: WOFF, as browsers read it → TrueType, as typst does.

WOFF 1.0 (https://www.w3.org/TR/WOFF/) is a TrueType file whose tables are compressed one by one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

SETS = (("noto-sans", "latin"), ("noto-sans", "latin-ext"), ("noto-sans-arabic", "arabic"))
WEIGHTS = (400, 700)
FAMILY, FURTHER = "Noto Sans", "Noto More"
"""Of one length, so that nothing in the file moves."""


def unpack(packages: Path, folder: Path) -> None:
    """Write each font of `packages` (a node_modules) that letters and posters need into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, signs in SETS:
        for weight in WEIGHTS:
            name = f"{package}-{signs}-{weight}-normal"
            packed = packages / "@fontsource" / package / "files" / f"{name}.woff"
            (folder / f"{name}.ttf").write_bytes(_renamed(true_type(packed.read_bytes()), signs))


def _renamed(font: bytes, signs: str) -> bytes:
    """Call the further Latin letters a family of their own: of two fonts with one name, typst looks into one only."""
    if signs != "latin-ext":
        return font
    for coding in ("utf-16-be", "ascii"):
        font = font.replace(FAMILY.encode(coding), FURTHER.encode(coding))
    return font


def true_type(woff: bytes) -> bytes:
    """The TrueType file that a WOFF holds; raises ValueError where it is none."""
    signature, flavour, _length, count = struct.unpack_from(">4sIIH", woff)
    if signature != b"wOFF":
        raise ValueError("no WOFF")
    power = count.bit_length() - 1
    head = struct.pack(">IHHHH", flavour, count, 16 * 2**power, power, 16 * (count - 2**power))
    offset, directory, tables = 12 + 16 * count, b"", b""
    for tag, checksum, table in _tables(woff, count):
        directory += struct.pack(">4sIII", tag, checksum, offset + len(tables), len(table))
        tables += table + bytes(-len(table) % 4)
    return head + directory + tables


def _tables(woff: bytes, count: int) -> Iterator[tuple[bytes, int, bytes]]:
    for number in range(count):
        tag, offset, packed, whole, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * number)
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < whole else table
        if len(table) != whole:
            raise ValueError(f"table {tag!r} is {len(table)} bytes, not {whole}")
        yield tag, checksum, table
