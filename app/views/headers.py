"""Security headers on every answer; one nonce a request for the few inline scripts of folium's maps."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

from config import settings


def csp_nonce() -> str:
    """The nonce of the running request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_policy(nonce: str = "") -> str:
    """What a page may load; without a nonce no script or style of the page's own text at all."""
    own = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    # A tile server that the operator chose is the one other host that pages may ask.
    tiles = f" {settings().basemap_origin}".rstrip()
    return (
        f"default-src 'none'; script-src {own}; style-src {own}; "
        f"img-src 'self' data: blob:{tiles}; font-src 'self'; connect-src 'self'{tiles}; "
        "manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def init_app(app: Flask) -> None:
    """Add the headers to every response of `app`."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = content_policy(csp_nonce())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
        )
        if settings().secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response
