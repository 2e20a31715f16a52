"""The pages: one module per noun, each a blueprint of views that parse, call one service and render."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from flask_login import current_user

from app import resident_words
from app.i18n import LANGUAGES, gettext_plain, language, show_day, show_moment, show_time
from app.permissions import Permission
from app.services.demo import is_demo
from app.services.sign_in import SignedIn, find_session
from app.views import (
    account,
    answering,
    assets,
    calendars,
    capture,
    checklists,
    comments,
    compressed,
    confirming,
    conflicts,
    directory,
    field_app,
    finding_archives,
    findings,
    followers,
    group_roles,
    health,
    jobs,
    mailings,
    metrics,
    organisations,
    owner_answers,
    owner_files,
    owner_links,
    owner_portal,
    owner_renewals,
    paper_answers,
    photos,
    preferences,
    protocols,
    public_pages,
    public_results,
    publishing,
    push,
    remedies,
    resident_reports,
    results,
    revisits,
    routing,
    settings,
    sign_in,
    sites,
    start,
    survey_mailings,
    survey_texts,
    surveys,
    users,
    walks,
    waves,
)
from app.views.access import public
from app.views.headers import csp_nonce
from app.views.page_language import Foreign, mark, swedish, switches
from app.words import reason_word, word


def load_person(session_id: str) -> SignedIn | None:
    """The person behind a browser's cookie, for flask-login."""
    try:
        return find_session(UUID(session_id))
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Register every page and what templates may use."""
    modules = (
        start,
        public_pages,
        public_results,
        results,
        survey_texts,
        answering,
        publishing,
        resident_reports,
        assets,
        health,
        metrics,
        sign_in,
        directory,
        account,
        confirming,
        settings,
        users,
        group_roles,
        checklists,
        jobs,
        preferences,
        sites,
        walks,
        surveys,
        survey_mailings,
        paper_answers,
        waves,
        protocols,
        capture,
        field_app,
        findings,
        remedies,
        comments,
        followers,
        finding_archives,
        revisits,
        calendars,
        mailings,
        push,
        conflicts,
        photos,
        organisations,
        routing,
        owner_links,
        owner_portal,
        owner_answers,
        owner_files,
        owner_renewals,
    )
    # The routes of one blueprint may stand in several modules.
    for blueprint in dict.fromkeys(module.blueprint for module in modules):
        app.register_blueprint(blueprint)
    # A mail program presses stop without having been here; the address itself is the secret.
    app.extensions["csrf"].exempt(followers.links)
    app.register_blueprint(followers.links)
    # Nobody is signed in on these pages, so nothing of a session can be forged, and none is begun.
    app.extensions["csrf"].exempt(public_pages.blueprint)
    app.extensions["csrf"].exempt(answering.blueprint)
    compressed.init_app(app)
    for shared in ("static", "openapi.spec"):
        public(app.view_functions[shared])
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        LANGUAGES=LANGUAGES,
        Permission=Permission,
        gettext_plain=gettext_plain,
        direction=resident_words.direction,
        html_language=resident_words.html_language,
        is_reviewed=resident_words.is_reviewed,
        mark=mark,
        switches=switches,
    )
    app.jinja_env.filters.update(day=show_day, time=show_time, moment=show_moment)
    app.jinja_env.filters.update(word=word, reason_word=reason_word, spoken=Foreign, swedish=swedish)

    @app.context_processor
    def shared_values() -> dict[str, object]:
        return {
            "locale": language(),
            "demo": is_demo(),
            "may": current_user.actor.may_somewhere
            if current_user.is_authenticated
            else lambda _permission: False,
        }
