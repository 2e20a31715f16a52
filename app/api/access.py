"""Who may call a machine interface: somebody with a bearer token, or signed in on a page of our own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import g, request
from flask_login import current_user

from app.errors import N_, ForbiddenError, SignedOutError
from app.permissions import Actor
from app.services.sign_in import SignedIn
from app.services.tokens import find_token

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

P = ParamSpec("P")


class ForeignOriginError(ForbiddenError):
    """A page of somebody else sent this with the session of a person of ours."""

    code = "foreign_origin"
    title = N_("This came from another site")
    message = N_("Nothing was saved. Open Platskollen itself and do it there.")


def by_token(view: Callable[P, Any]) -> Callable[P, Any]:
    """Whoever has a bearer token, or is signed in and writes from our own pages, may call this route."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            caller = find_token(token.strip())
            if caller is None:
                raise SignedOutError
            g._login_user = caller  # what flask-login gives as current_user, and so the language of messages
        elif not current_user.is_authenticated:
            raise SignedOutError
        elif request.method not in _READS and not _from_our_own_page():
            raise ForeignOriginError
        return view(*args, **kwargs)

    guarded.access = "by_token"  # type: ignore[attr-defined]  # read by the test that walks the URL map
    return guarded


def api_person() -> SignedIn:
    """The person who calls; only within a `@by_token` view."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def api_actor() -> Actor:
    """The actor of the running request; only within a `@by_token` view."""
    return api_person().actor


def _from_our_own_page() -> bool:
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    # Browsers that say neither are too old to be made to send JSON by somebody else's page.
    return origin is None or urlsplit(origin).netloc == request.host
