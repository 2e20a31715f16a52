"""What one is told without asking: mail, the calendar one subscribes to, and what a browser shows at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services import push
from app.services.accounts import account_of
from app.services.calendars import feed_address
from app.services.staff_mail import choose_mail
from app.views.access import actor, signed_in
from forms.mailings import MailForm

blueprint = Blueprint("mailings", __name__, url_prefix="/konto/utskick")


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """Show what one is told and how; choose whether by mail."""
    form = MailForm(prefix="mail", data={"reminders": account_of(actor()).user.reminders})
    if form.validate_on_submit():
        choose_mail(actor(), wanted=form.reminders.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show"))
    return render_template(
        "account/mailings.html", form=form, calendar=feed_address(actor()), **_push()
    ), 422 if form.errors else 200


def _push() -> dict[str, Any]:
    """The devices that show notices, by whose push service they are reached."""
    devices = [(one, urlsplit(one.endpoint).hostname) for one in push.devices_of(actor())]
    return {"push_key": push.public_key(), "devices": devices}
