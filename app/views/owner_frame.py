"""The frame of the pages that owners open by a link: the token in every address, headers that keep it, their faults."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, render_template
from flask.typing import ResponseReturnValue

from app.errors import NotFoundError, PlatskollenError
from app.services.owner_links import EndedLinkError, UnknownLinkError
from app.services.owner_steps import what_became
from forms.owner_portal import AskLinkForm

blueprint = Blueprint("owner_portal", __name__, url_prefix="/agare")


@blueprint.url_value_preprocessor
def keep_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the token of the running request, for the addresses on its page."""
    g.link_token = (values or {}).get("token")


@blueprint.url_defaults
def add_token(endpoint: str, values: dict[str, Any]) -> None:
    """Put the token into every address of these pages that takes one."""
    token = g.get("link_token")
    if token and current_app.url_map.is_endpoint_expecting(endpoint, "token"):
        values.setdefault("token", token)


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Let the address with its token go nowhere: no referrer with a path, no index, no cache.

    The origin is still said: without it, the check against forged forms refuses every form on HTTPS.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(PlatskollenError)
def show_problem(error: PlatskollenError) -> ResponseReturnValue:
    """Say what is wrong, with a way on: a new link, or back to the list."""
    if isinstance(error, UnknownLinkError | EndedLinkError):
        form = AskLinkForm(formdata=None)
        return render_template("owner/link-ended.html", error=error, form=form), error.status
    number = str(g.get("finding_number", ""))
    became = (
        what_became(g.holder.organisation_id, number)
        if isinstance(error, NotFoundError) and "holder" in g and number
        else None
    )
    return render_template("owner/problem.html", error=error, became=became), error.status
