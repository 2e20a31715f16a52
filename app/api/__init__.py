"""Machine interfaces: one module per interface, each a blueprint of routes that say `@by_token`."""

from __future__ import annotations

from apiflask import APIFlask

from app.api import basemaps, bundles, document, me, openrosa, receipts, surveys, sync, tiles, uploads


def init_app(app: APIFlask) -> None:
    """Register every machine interface; none takes a form's token, since a cached one expires offline."""
    app.security_schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
    }
    # Every route says by itself what it refuses; the framework would tell of bodies that nobody here sends.
    app.config.update(AUTO_AUTH_ERROR_RESPONSE=False, AUTO_404_RESPONSE=False, AUTO_200_RESPONSE=False)
    app.spec_processor(document.describe)
    for module in (basemaps, bundles, me, openrosa, receipts, surveys, sync, tiles, uploads):
        app.extensions["csrf"].exempt(module.blueprint)
        app.register_blueprint(module.blueprint)
