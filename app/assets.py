"""Built front-end files: from a name in the source to its file with a hash in the name; icons of the sprite.

`tools/assets.py` builds them; the manifest says what came out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, url_for
from markupsafe import Markup

BUILD = Path(__file__).parent / "static" / "build"


class AssetMissingError(LookupError):
    """A template asks for a file or icon that the build lacks: a mistake of ours, not of a visitor."""


@dataclass(frozen=True)
class Manifest:
    """What the build made: file by entry name, the icons of the sprite, and every piece of the field app."""

    files: dict[str, str]
    icons: frozenset[str]
    field: tuple[str, ...]


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Manifest:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(content["files"], frozenset(content["icons"]), tuple(content["field"]))


def manifest(folder: Path = BUILD) -> Manifest:
    """The manifest of the last build, read anew when it has been built again."""
    path = folder / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise AssetMissingError("The front end is not built: run `make assets`.") from None


def asset(name: str) -> str:
    """The address of a built file, e.g. `asset('staff.css')`; looked up once a page."""
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if name not in known:
        try:
            known[name] = _address(manifest().files[name])
        except KeyError:
            raise AssetMissingError(f"{name} is no entry of app/frontend.") from None
    return known[name]


@lru_cache(maxsize=256)
def _address(file: str) -> str:
    return url_for("assets.built", name=file)


def icon(name: str, label: str = "", otherwise: str = "") -> Markup:
    """An icon of the sprite as inline SVG; `label` only where no word beside it says the same.

    `otherwise` is shown where the name comes from data, such as a checklist, and the sprite lacks it.
    """
    return _drawing(asset("icons.svg"), name, label, otherwise)


@lru_cache(maxsize=512)
def _drawing(sprite: str, name: str, label: str, otherwise: str) -> Markup:
    # The sprite's address tells its content, so a new build is drawn anew.
    if name not in manifest().icons:
        if otherwise:
            return _drawing(sprite, otherwise, label, "")
        raise AssetMissingError(f"{name} is not listed in app/frontend/icons.mjs.")
    about = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawing = Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>')
    return drawing.format(about, sprite, name)


def init_app(app: Flask) -> None:
    """Give templates `asset` and `icon`; globals, since macros imported without context see no more."""
    app.jinja_env.globals.update(asset=asset, icon=icon)
