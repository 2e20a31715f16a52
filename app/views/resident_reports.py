"""What residents say of fixes that do not hold: a list for coordinators, and what is made of each."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.errors import InvalidInputError, NotFoundError
from app.models.publications import ResidentReport
from app.services import resident_reports
from app.views.access import actor, signed_in
from app.views.finding_words import Titles
from app.words import word
from forms.faults import show_faults
from forms.resident_reports import AcceptForm, DismissForm

blueprint = Blueprint("resident_reports", __name__, url_prefix="/svar-fran-boende")


@blueprint.get("")
@signed_in
def list_reports() -> ResponseReturnValue:
    """List what waits to be weighed."""
    return _page()


@blueprint.post("/<uuid:report_id>")
@signed_in
def weigh(report_id: UUID) -> ResponseReturnValue:
    """Accept a report, which reopens the finding, or dismiss it with a reason."""
    asked = AcceptForm if request.form.get("do") == "accept" else DismissForm
    form = asked(prefix=str(report_id))
    if not form.validate():
        return _page(report_id, form)
    try:
        if isinstance(form, AcceptForm):
            finding = resident_reports.accept(actor(), report_id, form.words.data or "")
            said = _("%(number)s is now: %(status)s.", number=finding.number, status=word(finding.status))
        else:
            resident_reports.dismiss(actor(), report_id, form.answer.data or "")
            said = _("Dismissed. The finding stays as it is.")
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return _page(report_id, form)
    flash(said, "success")
    return redirect(url_for(".list_reports"))


def _page(report_id: UUID | None = None, failed: FlaskForm | None = None) -> ResponseReturnValue:
    """The list, with the form of one report as it was refused."""
    reports = resident_reports.list_waiting(actor())
    if failed and report_id not in {one.id for one in reports}:
        raise NotFoundError
    answer = render_template(
        "resident_reports/list.html",
        reports=[
            (
                one,
                failed if isinstance(failed, AcceptForm) and one.id == report_id else _accept(one),
                failed if isinstance(failed, DismissForm) and one.id == report_id else _dismiss(one),
            )
            for one in reports
        ],
        count=resident_reports.count_waiting(actor()),
        title=Titles(),
        failed=failed,
    )
    return answer, 422 if failed else 200


def _accept(report: ResidentReport) -> AcceptForm:
    said = _("A resident says: %(kind)s.", kind=word(report.kind).lower())
    return AcceptForm(formdata=None, prefix=str(report.id), words=f"{said} {report.words}".strip())


def _dismiss(report: ResidentReport) -> DismissForm:
    return DismissForm(formdata=None, prefix=str(report.id))
