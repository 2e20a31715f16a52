"""The way through the organisation's directory: there with state, nonce and PKCE, and back with a proof."""

from __future__ import annotations

import logging

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import current_app, request, session
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from app.errors import N_, NotFoundError, PlatskollenError
from app.services import directory
from app.views.access import public, safe_next
from app.views.devices import this_device
from app.views.limits import limiter
from app.views.sign_in import blueprint, enter
from config import Settings, settings

_log = logging.getLogger(__name__)
_WAIT_SECONDS = 10


class DirectoryUnreachableError(PlatskollenError):
    """The directory did not answer, or what it answered proves nothing."""

    code = "directory_unreachable"
    status = 502
    title = N_("Your organisation's sign-in did not work")
    message = N_("Try again in a while, or sign in with a link by mail.")


@blueprint.get("/katalog")
@public
@limiter.limit("60 per hour")
def to_directory() -> ResponseReturnValue:
    """Send the browser to the directory."""
    client = _client()
    session["next"] = safe_next(request.args.get("next"))
    try:
        answer = client.authorize_redirect(f"{settings().base_url}/logga-in/katalog/svar")
    except (AuthlibBaseError, requests.RequestException, ValueError) as error:
        raise _unreachable(error) from error
    return answer  # type: ignore[no-any-return]


@blueprint.get("/katalog/svar")
@public
@limiter.limit("60 per hour")
def from_directory() -> ResponseReturnValue:
    """Take what the directory says and sign the person in."""
    client = _client()
    try:
        said = client.authorize_access_token()["userinfo"]
        claims = directory.read_claims(said, settings().oidc_groups_claim)
    except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, TypeError, ValueError) as error:
        raise _unreachable(error) from error
    return enter(directory.enter(claims, this_device(enrolled=False)))


def _client() -> FlaskOAuth2App:
    chosen = settings()
    if not chosen.oidc_issuer:
        raise NotFoundError
    clients: dict[Settings, FlaskOAuth2App] = current_app.extensions.setdefault("directory", {})
    if chosen not in clients:
        clients.clear()
        clients[chosen] = OAuth(current_app).register(
            "directory",
            client_id=chosen.oidc_client_id,
            client_secret=chosen.oidc_client_secret,
            server_metadata_url=f"{chosen.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": _WAIT_SECONDS,
            },
        )
    return clients[chosen]


def _unreachable(error: Exception) -> DirectoryUnreachableError:
    # Its words may hold codes and tokens; the kind tells an operator where to look.
    _log.warning("signing in by the directory failed: %s", type(error).__name__)
    return DirectoryUnreachableError()
