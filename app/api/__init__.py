"""Machine interfaces: one module per interface, each a blueprint of routes that say `@by_token`."""

from __future__ import annotations

from apiflask import APIFlask

from app.api import basemaps, bundles, me, receipts, sync, sync_document, tiles, uploads


def init_app(app: APIFlask) -> None:
    """Register every machine interface; none takes a form's token, since a cached one expires offline."""
    app.security_schemes = {"bearer": {"type": "http", "scheme": "bearer"}}
    app.spec_processor(sync_document.describe)
    for module in (basemaps, bundles, me, receipts, sync, tiles, uploads):
        app.extensions["csrf"].exempt(module.blueprint)
        app.register_blueprint(module.blueprint)
