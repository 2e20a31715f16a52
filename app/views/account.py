"""One's own account: where one is signed in, and ending that."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from app.errors import InvalidInputError
from app.services import devices, passkeys
from app.services.accounts import account_of
from app.services.passkeys import Purpose
from app.views.access import actor, person, signed_in
from app.views.confirming import confirmed
from app.views.limits import limiter
from forms.faults import show_faults
from forms.sign_in import PasskeyAddForm

blueprint = Blueprint("account", __name__, url_prefix="/konto")


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show who one is here, and where one is signed in."""
    return render_template(
        "account/show.html",
        account=account_of(actor()),
        devices=devices.devices_of(actor().user_id),
        this_one=person().session_id,
        passkeys=passkeys.keys_of(actor()),
    )


@blueprint.post("/enheter/<uuid:session_id>/ut")
@signed_in
def end_device(session_id: UUID) -> ResponseReturnValue:
    """Sign out on one device."""
    devices.end_device(actor(), session_id)
    if session_id == person().session_id:
        logout_user()
        session.clear()
        return redirect(url_for("start.index"))
    flash(_("Signed out there."), "success")
    return redirect(url_for("account.show"))


@blueprint.post("/enheter/ut")
@signed_in
def end_others() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    devices.end_other_devices(actor(), person().session_id)
    flash(_("Signed out everywhere but here."), "success")
    return redirect(url_for("account.show"))


@blueprint.route("/nycklar/ny", methods=["GET", "POST"])
@signed_in
@confirmed
@limiter.limit("30 per hour", methods=["POST"])
def add_passkey() -> ResponseReturnValue:
    """Add a passkey; asks first who one is, since it opens the account for good."""
    form = PasskeyAddForm()
    if form.validate_on_submit():
        try:
            passkeys.add_key(
                actor(), form.name.data or "", session.pop("add_challenge", ""), form.answer.data or ""
            )
        except InvalidInputError as error:
            show_faults(form, error.errors)
        else:
            flash(_("The passkey is added."), "success")
            return redirect(url_for("account.show"))
    return render_template("account/passkey.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/nycklar/val")
@signed_in
@confirmed
def passkey_options() -> Response:
    """What the browser needs to make a passkey; the challenge is bound to it by its cookie."""
    session["add_challenge"] = passkeys.new_challenge(Purpose.ADD)
    return Response(
        passkeys.options_for_adding(actor(), session["add_challenge"]), mimetype="application/json"
    )


@blueprint.post("/nycklar/<uuid:passkey_id>/ta-bort")
@signed_in
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take a passkey away."""
    passkeys.remove_key(actor(), passkey_id)
    flash(_("The passkey is removed."), "success")
    return redirect(url_for("account.show"))
