"""Calendars: that of a person, by its secret address, and one walk as a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.services import calendars
from app.views.access import actor, by_signed_address, signed_in

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/kalender/<token>.ics")
@by_signed_address
def feed(token: str) -> ResponseReturnValue:
    """Send a person's calendar."""
    reader = calendars.find_reader(token)
    with force_locale(reader.language):
        return _ics(calendars.write_calendar(reader), "platskollen")


@blueprint.get("/vandringar/<uuid:walk_id>/vandring.ics")
@signed_in
def walk(walk_id: UUID) -> ResponseReturnValue:
    """Send one walk, to be put into a calendar."""
    return _ics(calendars.write_walk(actor(), walk_id), "vandring")


@blueprint.post("/konto/utskick/kalender")
@signed_in
def open_feed() -> ResponseReturnValue:
    """Make the calendar's address anew; the one before ends."""
    renewed = calendars.feed_address(actor()) is not None
    calendars.open_feed(actor())
    flash(
        _("The calendar has a new address. Any other one has ended.")
        if renewed
        else _("The calendar has an address now."),
        "success",
    )
    return redirect(url_for("mailings.show", _anchor="calendar"))


@blueprint.post("/konto/utskick/kalender/avsluta")
@signed_in
def end_feed() -> ResponseReturnValue:
    """End the calendar's address."""
    calendars.end_feed(actor())
    flash(_("The address of the calendar has ended."), "success")
    return redirect(url_for("mailings.show", _anchor="calendar"))


def _ics(content: bytes, name: str) -> Response:
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
