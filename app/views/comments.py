"""Saying something about a finding on its page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.models.comments import Audience
from app.models.findings import SETTLED
from app.services import comments
from app.services.findings import load_finding
from app.views.access import actor, signed_in
from app.views.conversation import comment_form
from app.views.finding_page import show_finding
from app.views.hints import say_hints
from forms.faults import show_faults

blueprint = Blueprint("comments", __name__)


@blueprint.post("/brister/<number>/samtal/<uuid:comment_id>/dra-tillbaka")
@signed_in
def withdraw(number: str, comment_id: UUID) -> ResponseReturnValue:
    """Take something that was said to everybody off the public page."""
    comments.withdraw(actor(), number, comment_id)
    flash(_("Residents no longer see it. It still stands here."), "success")
    return redirect(url_for("findings.show", number=number, _anchor="conversation"))


@blueprint.post("/brister/<number>/samtal")
@signed_in
def say(number: str) -> ResponseReturnValue:
    """Say something; what was refused is shown again as it was typed."""
    finding = load_finding(actor(), number)
    form = comment_form(finding, sent=True)
    if form is None:
        abort(403)
    if not form.validate():
        return show_finding(finding, failed=form, status=422)
    audience = Audience(form.audience.data) if "audience" in form else comments.audiences(actor(), finding)[0]
    words = form.words.data or ""
    if audience is Audience.PUBLIC and form.asks():
        return show_finding(finding, failed=form, status=422)
    try:
        comments.say(actor(), number, audience, words, comment_id=form.key())
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_finding(load_finding(actor(), number), failed=form, status=422)
    except ChangedMeanwhileError:
        form.fresh()
        form.form_errors.append(
            _("The same page has already said something else. Save again to say this too.")
        )
        return show_finding(load_finding(actor(), number), failed=form, status=409)
    if finding.status in SETTLED:
        flash(_("Saved. The finding is over and done with; what you wrote stays with it."), "success")
    else:
        flash(_("Saved."), "success")
    if audience is not Audience.PUBLIC:
        say_hints([words])
    return redirect(url_for("findings.show", number=finding.number, _anchor="conversation"))
