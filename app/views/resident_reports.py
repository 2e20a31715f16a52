"""What residents say of fixes that do not hold: a list for coordinators, and what is made of each."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import InvalidInputError
from app.i18n import gettext_plain
from app.models.publications import ResidentReport
from app.services import resident_reports
from app.views.access import actor, signed_in
from app.views.finding_words import Titles
from app.words import word
from forms.resident_reports import WeighForm

blueprint = Blueprint("resident_reports", __name__, url_prefix="/svar-fran-boende")


@blueprint.get("")
@signed_in
def list_reports() -> ResponseReturnValue:
    """List what waits to be weighed."""
    reports = resident_reports.list_waiting(actor())
    return render_template(
        "resident_reports/list.html",
        reports=[(one, _form(one)) for one in reports],
        count=resident_reports.count_waiting(actor()),
        title=Titles(),
    )


@blueprint.post("/<uuid:report_id>")
@signed_in
def weigh(report_id: UUID) -> ResponseReturnValue:
    """Accept a report, which reopens the finding, or dismiss it with a reason."""
    form = WeighForm(prefix=str(report_id))
    words = form.words.data or ""
    try:
        if not form.validate():
            flash(" ".join(form.words.errors), "error")
        elif request.form.get("do") == "accept":
            finding = resident_reports.accept(actor(), report_id, words)
            flash(
                _(
                    "%(number)s is now: %(status)s.",
                    number=finding.number,
                    status=word(finding.status),
                ),
                "success",
            )
        else:
            resident_reports.dismiss(actor(), report_id, words)
            flash(_("Dismissed. The finding stays as it is."), "success")
    except InvalidInputError as error:
        flash(" ".join(gettext_plain(one.message, dict(one.values)) for one in error.errors), "error")
    return redirect(url_for(".list_reports"))


def _form(report: ResidentReport) -> WeighForm:
    said = _("A resident says: %(kind)s.", kind=word(report.kind).lower())
    return WeighForm(formdata=None, prefix=str(report.id), words=f"{said} {report.words}".strip())
