"""Cookies of sessions: for those who sign in or send a form, and never on a page that caches keep for everybody."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from app.i18n import BY_ADDRESS


class QuietSessions(SecureCookieSessionInterface):
    """Keeps sessions in a signed cookie; a public page neither sets one nor says that it depends on one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where it is due."""
        if request.blueprint != BY_ADDRESS:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Let `app` keep its sessions so."""
    app.session_interface = QuietSessions()
