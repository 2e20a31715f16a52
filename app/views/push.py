"""Notices on one's own devices: asked for and ended on the page of what one is told."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.services import push
from app.views.access import actor, signed_in

blueprint = Blueprint("push", __name__, url_prefix="/konto/utskick/aviseringar")


@blueprint.post("")
@signed_in
def subscribe() -> ResponseReturnValue:
    """Take what the browser was given by its maker."""
    given = {name: request.form.get(name, "") for name in ("endpoint", "public_key", "secret")}
    try:
        push.subscribe(actor(), **given)
    except InvalidInputError:
        flash(_("This browser's notices cannot be used here."), "error")
    else:
        flash(_("Notices are shown on this device from now on."), "success")
    return redirect(url_for("mailings.show", _anchor="push"))


@blueprint.post("/<uuid:subscription_id>/avsluta")
@signed_in
def unsubscribe(subscription_id: UUID) -> ResponseReturnValue:
    """End notices on one device."""
    push.unsubscribe(actor(), subscription_id)
    flash(_("No more notices there."), "success")
    return redirect(url_for("mailings.show", _anchor="push"))
