"""The Flask application of Platskollen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from config import Settings


def create_app(chosen: Settings | None = None) -> APIFlask:
    """Make the application with these settings, or with those of the environment."""
    # Imported here, so that a part of the package can be used without loading all of it.
    from apiflask import APIFlask
    from flask_login import LoginManager
    from flask_wtf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import api, assets, db, i18n, storage, views
    from app.intake import Intake
    from app.jobs import open_queue
    from app.services.devices import ENROLLED_LIFE
    from app.views import headers, incoming, limits, metrics, problems, sessions
    from config import settings, use_settings

    if chosen is not None:
        use_settings(chosen)
    conf = settings()
    app = APIFlask(
        __name__, title="Platskollen", spec_path="/api/openapi.json", docs_path=None, json_errors=False
    )
    app.config.update(
        SECRET_KEY=conf.secret,
        SESSION_COOKIE_NAME="platskollen",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=conf.secure,
        PERMANENT_SESSION_LIFETIME=ENROLLED_LIFE,  # the server ends most sessions sooner
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open through a whole walk
        MAX_CONTENT_LENGTH=128 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE=i18n.DEFAULT,
        BABEL_DEFAULT_TIMEZONE=str(i18n.PLACE_ZONE),
        RATELIMIT_STORAGE_URI=conf.redis_url or "memory://",
    )
    app.wsgi_app = Intake(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    if conf.trusted_proxies:
        hops = conf.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.connect(conf.database)
    storage.connect(conf.storage)
    app.extensions["huey"] = open_queue(conf, app.app_context)
    app.teardown_appcontext(lambda _error: db.close_session())

    metrics.init_app(app)
    i18n.babel.init_app(app, locale_selector=i18n.chosen_language)
    incoming.init_app(app)
    sessions.init_app(app)
    CSRFProtect(app)
    limits.limiter.init_app(app)
    signing = LoginManager(app)
    signing.user_loader(views.load_person)
    headers.init_app(app)
    problems.init_app(app)
    assets.init_app(app)
    views.init_app(app)
    api.init_app(app)
    return app
