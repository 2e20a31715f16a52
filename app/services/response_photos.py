"""Photos that come with answers: kept as a picture alone, without what the camera wrote into the file."""

from __future__ import annotations

from app import imaging
from app.imaging import PhotoRefusedError
from app.storage import files

__all__ = ["PhotoRefusedError", "keep_photo"]
EDGE = 1600
"""The longer side that is kept, in pixels."""


def keep_photo(data: bytes) -> str:
    """Store a photo and return its SHA-256; raises PhotoRefusedError for what is none.

    Position, time and maker are gone, and so is the file as it came. What no row names is swept.
    """
    return files().put(imaging.derivatives(data)[EDGE])
