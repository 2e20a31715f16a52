"""Who may call a route: each view says `@public`, `@signed_in` or `@by_link`; a test refuses one that says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, redirect, request, url_for
from flask_login import current_user

from app.errors import SignedOutError
from app.permissions import Actor
from app.services import owner_links
from app.services.owner_links import Holder
from app.services.sign_in import SignedIn
from app.views.limits import count_sending

# No host (//, which browsers read /\ as too), nothing that a header or a browser takes out, short enough for a cookie.
_OWN_PATH = re.compile(r"/(?![/\\])[^\0-\x1f\x7f]{0,1999}")

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may call this route."""
    view.access = "public"  # type: ignore[attr-defined]  # read by the test that walks the URL map
    return view


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Somebody signed in may call this route; others are sent to sign in and come back.

    Who sent something is told instead, since a way round sign-in would lose what was typed.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not current_user.is_authenticated:
            if request.method != "GET":
                raise SignedOutError
            return redirect(url_for("sign_in.ask", next=request.full_path))
        return view(*args, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded


def by_link(view: Callable[P, Any]) -> Callable[..., Any]:
    """Whoever holds the link whose token is in the address may call this route, for the link's organisation.

    The view does not see the token; `holder()` tells it who calls. Looking changes nothing, sending is noted and
    counted.
    """

    @wraps(view)
    def guarded(token: str, *args: P.args, **kwargs: P.kwargs) -> Any:
        g.holder = owner_links.find_link(token)
        if request.method != "GET":
            count_sending(g.holder.link_id)
            owner_links.note_use(g.holder)
        return view(*args, **kwargs)

    guarded.access = "by_link"  # type: ignore[attr-defined]
    return guarded


def by_signed_address(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever has the address may call this route: its token is signed or secret, and the service reads whose it is.

    For what belongs to one person and opens nothing else: a calendar, the page of a follower.
    """
    view.access = "by_link"  # type: ignore[attr-defined]
    return view


def holder() -> Holder:
    """The link that the running request came by; only within a `@by_link` view."""
    return g.holder  # type: ignore[no-any-return]


def person() -> SignedIn:
    """The person signed in; only within a `@signed_in` view."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def actor() -> Actor:
    """The actor of the running request; only within a `@signed_in` view."""
    return person().actor


def safe_next(target: str | None) -> str:
    """Where to go after: a path of our own, else the start page."""
    if target and _OWN_PATH.fullmatch(target):
        return target
    return url_for("start.index")
