"""Pages for signing in: ask for a mail, type its code, or follow its link."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from app.services import devices, passkeys, sign_in
from app.services.passkeys import Purpose
from app.services.sign_in import SignedIn
from app.views.access import actor, person, public, safe_next, signed_in
from app.views.devices import this_device
from app.views.limits import limiter
from config import settings
from forms.sign_in import AskForm, CodeForm, ConfirmForm, PasskeyEnterForm

blueprint = Blueprint("sign_in", __name__, url_prefix="/logga-in")


@blueprint.route("", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def ask() -> ResponseReturnValue:
    """Ask for a link and a code; the answer is the same whether the address is known or not."""
    form = AskForm(next=request.args.get("next"))
    if form.validate_on_submit():
        # The same again, so that the code of an earlier mail still works where no more are sent.
        session["browser"] = session.get("browser") or secrets.token_urlsafe(24)
        session["next"] = safe_next(form.next.data)
        sign_in.ask(form.email.data or "", session["browser"])
        return redirect(url_for("sign_in.code"))
    answer = render_template("sign_in/ask.html", form=form, directory=bool(settings().oidc_issuer))
    return answer, 422 if form.errors else 200


@blueprint.route("/kod", methods=["GET", "POST"])
@public
@limiter.limit("30 per hour", methods=["POST"])
def code() -> ResponseReturnValue:
    """Type the code from the mail."""
    form = CodeForm()
    if form.validate_on_submit():
        return enter(
            sign_in.type_code(
                form.code.data or "", session.get("browser", ""), this_device(enrolled=form.stay.data)
            )
        )
    return render_template("sign_in/code.html", form=form), 422 if form.errors else 200


@blueprint.get("/nyckel/val")
@public
@limiter.limit("120 per hour")
def passkey_options() -> Response:
    """What the browser needs to sign in by passkey; the challenge is bound to it by its cookie."""
    session["challenge"] = passkeys.new_challenge(Purpose.ENTER)
    return Response(passkeys.options_for_proving(session["challenge"]), mimetype="application/json")


@blueprint.post("/nyckel")
@public
@limiter.limit("30 per hour")
def passkey() -> ResponseReturnValue:
    """Sign in by what a passkey answered."""
    form = PasskeyEnterForm()
    session["next"] = safe_next(form.next.data)
    challenge = session.pop("challenge", "")
    return enter(sign_in.use_passkey(challenge, form.answer.data or "", this_device(enrolled=form.stay.data)))


@blueprint.route("/<token>", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour")
def link(token: str) -> ResponseReturnValue:
    """Follow a mailed link; looking consumes nothing, pressing the button does."""
    form = ConfirmForm()
    if form.validate_on_submit():
        return enter(sign_in.follow_link(token, this_device(enrolled=form.stay.data)))
    sign_in.check_link(token)
    return render_template("sign_in/confirm.html", form=form)


@blueprint.post("/ut")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    devices.end_device(actor(), person().session_id)
    logout_user()
    session.clear()
    return redirect(url_for("start.index"))


def enter(signed: SignedIn) -> ResponseReturnValue:
    """Begin the browser's session of who has just proved themselves, and go where they were going."""
    target = safe_next(session.get("next"))
    if current_user.is_authenticated:
        logout_user()
    who = str(signed.actor.user_id)
    # The same person's page from before their session ended can then still be saved.
    token = session.get("csrf_token") if session.get("who") == who else None
    session.clear()  # nothing of an earlier visitor's session lives on
    session.permanent = True
    session["who"] = who
    if token is not None:
        session["csrf_token"] = token
    login_user(signed)
    return redirect(target)
