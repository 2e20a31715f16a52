"""One's own account: where one is signed in, and ending that."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from app.services import devices
from app.services.accounts import account_of
from app.views.access import actor, person, signed_in

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
