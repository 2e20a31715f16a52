"""Followers: put in on the page of a finding, and their own page, where they say yes and stop."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.i18n import language
from app.models.letters import Follower
from app.services import followers
from app.services.checklists import latest
from app.services.findings import load_finding
from app.services.public_rules import may_be_followed
from app.services.transitions import public_word
from app.views.access import actor, by_signed_address, signed_in
from app.views.finding_page import show_finding
from app.views.follower_forms import follower_form
from app.views.hints import say_hints
from forms.faults import show_faults

blueprint = Blueprint("followers", __name__)
links = Blueprint("follower_links", __name__, url_prefix="/folj")


@blueprint.post("/brister/<number>/foljare")
@signed_in
def add(number: str) -> ResponseReturnValue:
    """Note that somebody wants to hear, and ask them by mail."""
    finding = load_finding(actor(), number)
    form = follower_form(finding, sent=True)
    if form is None:
        abort(403)
    if not form.validate():
        return show_finding(finding, failed=form, status=422)
    wish = form.wish.data or ""
    try:
        follower = followers.add(actor(), number, form.email.data or "", wish, form.language.data)
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_finding(load_finding(actor(), number), failed=form, status=422)
    if follower.confirmed_at:
        flash(_("%(email)s follows already.", email=follower.email), "success")
    else:
        flash(
            _("%(email)s is asked by mail and hears nothing before saying yes.", email=follower.email),
            "success",
        )
    say_hints([wish])
    return redirect(url_for("findings.show", number=finding.number, _anchor="followers"))


@blueprint.post("/brister/<number>/foljare/<uuid:follower_id>/ta-bort")
@signed_in
def remove(number: str, follower_id: UUID) -> ResponseReturnValue:
    """Forget one follower."""
    followers.remove(actor(), number, follower_id)
    flash(_("The address is forgotten."), "success")
    return redirect(url_for("findings.show", number=number, _anchor="followers"))


@links.get("/<token>")
@by_signed_address
def show(token: str) -> ResponseReturnValue:
    """Show a follower what they follow or were asked about; looking changes nothing."""
    return _page(token)


@links.post("/<token>/ja")
@by_signed_address
def confirm(token: str) -> ResponseReturnValue:
    """Say yes to what one was asked about."""
    followers.confirm(token)
    return redirect(url_for(".show", token=token, sagt="ja"))


@links.post("/<token>/sluta")
@by_signed_address
def stop(token: str) -> ResponseReturnValue:
    """Stop one or all, by a person or by a mail program (RFC 8058); said twice it is done once."""
    wanted = request.form.get("finding", "")
    try:
        finding_id = UUID(wanted) if wanted else None
    except ValueError:
        abort(404)
    followers.stop(token, finding_id)
    return _page(token)


@links.after_request
def keep_private(response: Response) -> Response:
    """Let the address go nowhere, and nobody keep the page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(token: str) -> ResponseReturnValue:
    found = followers.find(token)
    return render_template(
        "followers/show.html",
        token=token,
        asked=[one for one in found if one.confirmed_at is None],
        followed=[one for one in found if one.confirmed_at is not None],
        public_words=_public_words,
        said_yes=request.args.get("sagt") == "ja",
    )


def _public_words(follower: Follower) -> str:
    """What everybody may know of a finding; nothing of one that has become no matter for outsiders."""
    finding = follower.finding
    if not may_be_followed(finding):
        return str(_("Something that is no longer told outside"))
    name = latest().name(finding.category, language())
    return f"{finding.number} {name}, {finding.site.name}: {_(public_word(finding))}"
