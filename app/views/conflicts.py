"""Choosing which of several versions of a part of a finding stands."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.permissions import Permission
from app.services import conflicts
from app.services.findings import load_finding
from app.views.access import actor, signed_in
from app.views.finding_page import show_finding
from forms.conflicts import ChoiceForm

blueprint = Blueprint("conflicts", __name__)


@blueprint.post("/brister/<number>/versioner/<unit>")
@signed_in
def choose(number: str, unit: str) -> ResponseReturnValue:
    """Let one of the versions stand."""
    finding = load_finding(actor(), number, Permission.EDIT_FINDING)
    form = ChoiceForm()
    form.validate()
    try:
        chosen, version = form.chosen(), form.based_on() or 0
    except ValueError:
        abort(400)
    try:
        conflicts.settle(actor(), number, unit, chosen, version=version)
    except ChangedMeanwhileError:
        flash(
            _("Nothing was chosen: more has been said of it meanwhile. Look at the versions again."),
            "warning",
        )
        return show_finding(load_finding(actor(), number), status=409)
    except InvalidInputError as error:
        faults = " ".join(str(gettext(fault.message, **dict(fault.values))) for fault in error.errors)
        flash(_("This version cannot stand: %(why)s", why=faults), "error")
        return show_finding(load_finding(actor(), number), status=422)
    flash(_("Saved. The other version stays on record."), "success")
    return redirect(url_for("findings.show", number=finding.number))
