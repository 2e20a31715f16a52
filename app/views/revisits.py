"""Asking for a finding to be looked at again after dark or in season, and taking that back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.models.remedies import RevisitKind
from app.services import revisits
from app.services.findings import load_finding
from app.views.access import actor, signed_in
from app.views.finding_page import show_finding
from app.views.hints import say_hints
from app.views.revisit_forms import revisit_form
from forms.faults import show_faults

blueprint = Blueprint("revisits", __name__)


@blueprint.post("/brister/<number>/aterbesok")
@signed_in
def ask(number: str) -> ResponseReturnValue:
    """Ask for a revisit."""
    finding = load_finding(actor(), number)
    form = revisit_form(finding, sent=True)
    if form is None:
        abort(403)
    if not form.validate():
        return show_finding(finding, failed=form, status=422)
    words = form.words.data or ""
    try:
        revisits.ask(
            actor(), number, RevisitKind(form.kind.data), words, months=form.months(), revisit_id=form.key()
        )
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_finding(load_finding(actor(), number), failed=form, status=422)
    flash(_("Noted. It is proposed when a walk is planned then."), "success")
    say_hints([words])
    return redirect(url_for("findings.show", number=finding.number, _anchor="revisits"))


@blueprint.post("/brister/<number>/aterbesok/<uuid:revisit_id>/ta-bort")
@signed_in
def drop(number: str, revisit_id: UUID) -> ResponseReturnValue:
    """Take back what was asked for."""
    revisits.drop(actor(), number, revisit_id)
    flash(_("Taken back."), "success")
    return redirect(url_for("findings.show", number=number, _anchor="revisits"))
