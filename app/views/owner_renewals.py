"""New links for owners whose link has ended; the answer is the same whether an address is known or not."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.errors import InvalidInputError
from app.services import owner_renewals
from app.views.access import public
from app.views.limits import limiter
from app.views.owner_frame import blueprint
from forms.faults import show_faults
from forms.owner_portal import AskLinkForm


@blueprint.route("/ny-lank", methods=["GET", "POST"])
@public
@limiter.limit("10 per hour", methods=["POST"])
def ask_anew() -> ResponseReturnValue:
    """Ask for a link by the address that it goes to."""
    form = AskLinkForm()
    if form.validate_on_submit():
        try:
            owner_renewals.ask_for_link(form.email.data or "")
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            return render_template("owner/link-asked.html")
    return render_template("owner/ask-link.html", form=form), 422 if form.errors else 200


@blueprint.post("/<token>/ny-lank")
@public
@limiter.limit("10 per hour")
def renew(token: str) -> ResponseReturnValue:
    """Have a new link sent to where an ended one went."""
    owner_renewals.renew(token)
    return render_template("owner/link-asked.html")
