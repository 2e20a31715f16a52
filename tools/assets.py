"""Builds app/static/build/ when its inputs have changed: npm packages first, then esbuild.

Each stamp lies in the folder it speaks of, so that deleting the folder is all it takes to build anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import app_icons
import field_words
import fonts
import node

PACKAGES = node.ROOT / "node_modules"
BUILD = node.ROOT / "app" / "static" / "build"
LOCK = [node.ROOT / "package-lock.json"]
DRAWN = [node.ROOT / "tools" / name for name in ("app_icons.py", "fonts.py")]
WORDS = [
    field_words.TRANSLATIONS / "sv" / "LC_MESSAGES" / "messages.po",
    *field_words.TRANSLATIONS.glob("residents/*.po"),
]


ICONS = node.ROOT / "node_modules" / ".icons"


def _draw_icons() -> None:
    ICONS.mkdir(parents=True, exist_ok=True)
    for name, size, maskable in (
        ("icon-192", 192, False),
        ("icon-512", 512, False),
        ("icon-maskable", 512, True),
    ):
        (ICONS / f"{name}.png").write_bytes(app_icons.draw(size, maskable))


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(node.ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_fresh(folder: Path, fingerprint: str) -> bool:
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint


def install_packages() -> None:
    """Installs what package-lock.json names, unless it is already there; no package's script runs."""
    fingerprint = _fingerprint(LOCK)
    if not _is_fresh(PACKAGES, fingerprint):
        node.run("npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
        (PACKAGES / ".stamp").write_text(fingerprint)


def build() -> None:
    """Bundles app/frontend into app/static/build, unless nothing has changed since the last time."""
    sources = [file for file in (node.ROOT / "app" / "frontend").rglob("*") if file.is_file()]
    fingerprint = _fingerprint([*LOCK, *WORDS, *DRAWN, *sources])
    if not _is_fresh(BUILD, fingerprint):
        install_packages()
        field_words.write("sv")
        field_words.write_for_residents()
        _draw_icons()
        node.run("node", "app/frontend/build.mjs")
        fonts.unpack(PACKAGES, BUILD / "fonts")
        (BUILD / ".stamp").write_text(fingerprint)


if __name__ == "__main__":
    # `--packages` is for the checks (Biome, tsc): they need the packages even when the build is fresh.
    if "--packages" in sys.argv:
        install_packages()
    build()
