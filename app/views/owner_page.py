"""The page of one finding for whoever answers for it, as it is shown at first and again when an answer was refused."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from app.i18n import today
from app.models.findings import Finding, Status
from app.models.photos import PhotoKind
from app.permissions import Permission
from app.services.checklists import checklist_of
from app.services.finding_lists import is_overdue
from app.services.passing_on import passed_on
from app.services.remedies import steps_for
from app.services.sites import site_polygon
from app.services.waiting import WITH_OWNER
from app.views.access import holder
from app.views.conversation import said
from app.views.finding_page import history
from app.views.finding_words import finding_title
from app.views.owner_words import ANSWERS
from app.views.step_forms import step_form
from forms.owner_portal import PassOnForm, QuestionForm
from forms.remedies import RecordForm, StepForm
from geo.svg import SvgPin, SvgWords, svg_map


def show_owned(
    finding: Finding,
    *,
    failed: FlaskForm | None = None,
    status: int = 200,
    first: bool = False,
    chosen: str = "",
) -> ResponseReturnValue:
    """Render the page.

    `failed` is the form to show again, `first` says that somebody else was, `chosen` is the answer to show open.
    """
    actor = holder().actor
    open_to = {step.to: step for step in steps_for(actor, finding)}
    answers = [
        (to, speak_to_owner(_kept(failed, to) or step_form(finding, open_to[to], sent=False)))
        for to in ANSWERS
        if to in open_to
    ]
    told = said(actor, finding)
    question = failed if isinstance(failed, QuestionForm) else _question()
    if told:
        question.words.label.text = _("Your answer or question")
    steps_taken = history(actor, finding)
    represents = actor.may(Permission.REPRESENT, finding)
    return render_template(
        "owner/show.html",
        holder=holder(),
        finding=finding,
        title=finding_title(finding),
        checklist=checklist_of(finding.walk.checklist_id),
        before=[one for one in finding.photos if one.kind is PhotoKind.FINDING],
        after=[one for one in finding.photos if one.kind is not PhotoKind.FINDING],
        map=_map(finding),
        overdue=is_overdue(finding.due_on, finding.status, today()),
        with_owner=finding.status in WITH_OWNER,
        answers=answers,
        words=ANSWERS,
        chosen=chosen,
        failed=failed,
        lost=failed
        if isinstance(failed, StepForm) and all(form is not failed for _to, form in answers)
        else None,
        somebody_first=steps_taken[-1] if first and steps_taken else None,
        history=steps_taken,
        said=told,
        question=question,
        work_order=failed if isinstance(failed, RecordForm) else work_order_form(finding, sent=False),
        passing=(failed if isinstance(failed, PassOnForm) else PassOnForm(formdata=None, prefix="pass"))
        if represents and finding.status in WITH_OWNER
        else None,
        contractors=passed_on(actor, finding) if represents else [],
    ), status


def work_order_form(finding: Finding, *, sent: bool) -> RecordForm:
    """The form for the organisation's own number: as it was `sent`, or as it is first shown."""
    form = RecordForm(prefix="record") if sent else RecordForm(formdata=None, prefix="record")
    form.keep({"work_order"}, (), ())
    form.work_order.label.text = _("Your own work order number")
    if not sent:
        form.base_on(finding.version)
        form.work_order.data = finding.work_order
    return form


def speak_to_owner(form: StepForm) -> StepForm:
    """The form with its labels said to the one whose number it is."""
    if "work_order" in form:
        form.work_order.label.text = _("Your own work order number")
    return form


def _question() -> QuestionForm:
    form = QuestionForm(formdata=None, prefix="question")
    form.fresh()
    return form


def _kept(failed: FlaskForm | None, to: Status) -> StepForm | None:
    return failed if isinstance(failed, StepForm) and failed._prefix == f"{to}-" else None


def _map(finding: Finding) -> Markup | None:
    if finding.lon is None or finding.lat is None:
        return None
    return svg_map(
        element_id="finding-map",
        words=SvgWords(_("Where it is"), _("The site with a pin where the finding was noted."), _("N")),
        site=site_polygon(finding.site),
        pins=[SvgPin(finding.lon, finding.lat, "●", finding.status)],
        width=480,
        height=300,
    )
