"""The shells of the phone's apps, pages without anybody's data or nonces; their manifest and service worker."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale, gettext

from app.assets import BUILD, asset, manifest
from app.i18n import DEFAULT
from app.views.access import public
from app.views.headers import content_policy

blueprint = Blueprint("field_app", __name__, url_prefix="/falt")

_FIELD, _INTERVIEWS = "field-app.html", "interview-app.html"
BESIDES = ("field.css", "interview.js", "interview.css", "icons.svg", "mark.svg", "icon-192.png")
ICONS = {"icon-192.png": "any", "icon-512.png": "any", "icon-maskable.png": "maskable"}


@blueprint.get("")
@public
def shell() -> Response:
    """The page that the app runs in: the same for everybody, kept by the service worker."""
    return _shown(_FIELD)


@blueprint.get("/enkat")
@public
def interviews() -> Response:
    """The page in which people are asked on the spot, kept in the same way."""
    return _shown(_INTERVIEWS)


@blueprint.get("/manifest.webmanifest")
@public
def web_manifest() -> Response:
    """What a phone needs to install the app."""
    with force_locale(DEFAULT):
        description = gettext("Note findings on a walk, with or without a network.")
    content = {
        "id": url_for(".shell"),
        "name": "Platskollen",
        "short_name": "Platskollen",
        "description": description,
        "lang": DEFAULT,
        "dir": "ltr",
        "start_url": url_for(".shell"),
        "scope": url_for(".shell"),
        "display": "standalone",
        # Walks are in the dark: the splash screen must not dazzle.
        "background_color": "#121413",
        "theme_color": "#121413",
        "icons": [
            {"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *(
                {"src": asset(name), "sizes": size, "type": "image/png", "purpose": purpose}
                for name, purpose in ICONS.items()
                for size in ["192x192" if "192" in name else "512x512"]
            ),
        ],
    }
    response = Response(json.dumps(content, ensure_ascii=False), mimetype="application/manifest+json")
    return _checked_each_time(response)


@blueprint.get("/arbetare.js")
@public
def worker() -> Response:
    """The service worker, told which page and files make up this version of the app."""
    script = (BUILD / manifest().files["field-worker.js"]).read_text(encoding="utf-8")
    content = {
        # The pages themselves, not their addresses: another web node may already serve the next version.
        "pages": {url_for(".shell"): _page(_FIELD), url_for(".interviews"): _page(_INTERVIEWS)},
        "headers": {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": content_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        },
        "files": _files(),
    }
    version = hashlib.sha256((json.dumps(content, sort_keys=True) + script).encode()).hexdigest()[:16]
    first = json.dumps({"version": version, **content}, ensure_ascii=True)
    response = Response(f"const FIELD = {first};\n{script}", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for(".shell")
    response.headers["Content-Security-Policy"] = content_policy()
    return _checked_each_time(response)


def _shown(template: str) -> Response:
    response = make_response(_page(template))
    response.headers["Content-Security-Policy"] = content_policy()
    return _checked_each_time(response)


def _page(template: str) -> str:
    # Swedish for everybody: the app speaks the chosen language as soon as its script runs.
    with force_locale(DEFAULT):
        return render_template(template)


def _files() -> list[str]:
    """Addresses of everything that the apps need to open."""
    pieces = [url_for("assets.built", name=name) for name in manifest().field]
    besides = [asset(name) for name in BESIDES]
    return sorted({*pieces, *besides, url_for(".web_manifest")})


def _checked_each_time(response: Response) -> Response:
    """Kept, but asked for anew each time: 304 when nothing has changed."""
    response.add_etag()
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
