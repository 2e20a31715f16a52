"""The way to everything that is set up once in a while: one page with a line for each."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.permissions import Permission, require
from app.services.users import administers
from app.views.access import actor, signed_in

blueprint = Blueprint("settings", __name__, url_prefix="/installningar")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show what may be set up."""
    require(actor(), Permission.COORDINATE, None)
    return render_template("settings/index.html", administers=administers(actor()))
