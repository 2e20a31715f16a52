"""Steps of findings: one at a time on the finding's page, several at once, and taking one back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.models.findings import ClosedReason, Finding, Level, RemedyType, Severity, Status, VerificationMethod
from app.permissions import Permission
from app.services import corrections, remedies
from app.services.finding_records import Record, keep_record
from app.services.findings import find_seen, load_finding
from app.services.remedies import Outcome, steps_for
from app.services.transitions import TRANSITIONS, Need
from app.views.access import actor, safe_next, signed_in
from app.views.fault_words import show_shared_faults, why
from app.views.finding_page import correction_form, record_form, show_finding
from app.views.finding_words import Titles
from app.views.findings import SEVERAL
from app.views.hints import say_hints
from app.views.photo_fields import taken_photos
from app.views.step_forms import fields_of, given_by, organisation_choices, step_form, words_of
from app.views.step_words import STEP_WORDS
from app.words import word
from forms.faults import show_faults
from forms.remedies import StepChoices, StepForm
from forms.versions import VersionForm

blueprint = Blueprint("remedies", __name__)

MOST_AT_ONCE = 100


@blueprint.post("/brister/<number>/steg/<status>")
@signed_in
def step(number: str, status: str) -> ResponseReturnValue:
    """Take one step with a finding."""
    finding = load_finding(actor(), number)
    to = _status(status)
    open_step = next((one for one in steps_for(actor(), finding) if one.to is to), None)
    if open_step is None:
        return _refuse(finding, to)
    form = step_form(finding, open_step, sent=True)
    sound = form.validate()
    photos = taken_photos(form, actor()) if "photos" in form else []
    if form.based_on() is None:
        return _ask_again(finding, form)
    if not sound or form.errors:
        return show_finding(finding, failed=form, status=422)
    given = given_by(form)
    try:
        finding = remedies.move(actor(), number, to, given, photos, version=form.based_on())
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_finding(load_finding(actor(), number), failed=form, status=422)
    except ChangedMeanwhileError:
        return _somebody_was_first(number, form)
    flash(_("%(number)s is now: %(status)s.", number=finding.number, status=word(finding.status)), "success")
    say_hints([given.words, given.suggestion])
    if not actor().may(Permission.VIEW_FINDING, finding):
        return redirect(url_for("findings.list_findings"))
    return redirect(url_for("findings.show", number=finding.number))


@blueprint.post("/brister/<number>/rattelse")
@signed_in
def correct(number: str) -> ResponseReturnValue:
    """Take back the last step of a finding."""
    finding = load_finding(actor(), number)
    form = correction_form()
    try:
        sound = form.validate()
        if form.based_on() is None:
            return _ask_again(finding, form)
        if sound:
            finding = corrections.correct(actor(), number, form.words.data or "", version=form.based_on())
            flash(
                _(
                    "Taken back. %(number)s is now: %(status)s.",
                    number=finding.number,
                    status=word(finding.status),
                ),
                "success",
            )
            return redirect(url_for("findings.show", number=finding.number))
    except InvalidInputError as error:
        show_faults(form, error.errors)
    except ChangedMeanwhileError:
        return _somebody_was_first(number, form)
    return show_finding(load_finding(actor(), number), failed=form, status=422)


@blueprint.post("/brister/<number>/uppgifter")
@signed_in
def record(number: str) -> ResponseReturnValue:
    """Keep the numbers in other systems, the type of remedy and the level."""
    finding = load_finding(actor(), number)
    form = record_form(finding)
    sound = form.validate()
    if form.based_on() is None:
        return _ask_again(finding, form)
    if not sound:
        return show_finding(finding, failed=form, status=422)
    values = {
        field.short_name: field.data for field in form if field.short_name not in {"version", "csrf_token"}
    }
    for name, kind in (("level", Level), ("remedy_type", RemedyType)):
        if name in values:
            values[name] = kind(values[name]) if values[name] else ""
    try:
        keep_record(actor(), number, Record(**values), version=form.based_on())
    except ChangedMeanwhileError:
        return _somebody_was_first(number, form)
    flash(_("Saved."), "success")
    return redirect(url_for("findings.show", number=finding.number))


@blueprint.route("/brister/flera", methods=["GET", "POST"])
@signed_in
def several() -> ResponseReturnValue:
    """Take the same step with several findings: each has an outcome of its own."""
    to = _status(request.values.get("to", ""))
    if not any(actor().may_somewhere(needed) for step, needed in SEVERAL if step is to):
        abort(403)
    numbers = list(dict.fromkeys(request.values.getlist("number")))[:MOST_AT_ONCE]
    back = safe_next(request.values.get("back") or url_for("findings.list_findings"))
    findings = [one for number in numbers if (one := find_seen(actor(), number)) is not None]
    if not findings:
        flash(_("Choose at least one finding first."), "warning")
        return redirect(back)
    form = _several_form(to)
    failed: list[Outcome] = []
    if form.is_submitted() and form.validate():
        outcomes = remedies.move_several(actor(), [one.number for one in findings], to, given_by(form))
        failed = [one for one in outcomes if one.error is not None]
        done = len(outcomes) - len(failed)
        if done:
            flash(
                ngettext(
                    "1 finding is now: %(status)s.",
                    "%(num)s findings are now: %(status)s.",
                    done,
                    status=word(to),
                ),
                "success",
            )
        if not failed:
            return redirect(back)
        show_shared_faults(form, failed)
        findings = [one for outcome in failed if (one := find_seen(actor(), outcome.number)) is not None]
    return render_template(
        "findings/several.html",
        form=form,
        to=to,
        words=STEP_WORDS[to],
        findings=findings,
        title=Titles(),
        why={one.number: why(one.error) for one in failed if one.error},
        back=back,
    ), 422 if failed or form.errors else 200


def _status(text: str) -> Status:
    if text not in STEP_WORDS:
        abort(404)
    return Status(text)


def _somebody_was_first(number: str, form: VersionForm) -> ResponseReturnValue:
    finding = load_finding(actor(), number)
    form.base_on(finding.version)
    return show_finding(finding, failed=form, status=409, first=True)


def _ask_again(finding: Finding, form: VersionForm) -> ResponseReturnValue:
    """A form that says no version might overwrite what somebody just did: it is shown again with that of now."""
    form.form_errors.append(
        _("The form does not say what it was made from. Look at how it stands now, then save again.")
    )
    form.base_on(finding.version)
    return show_finding(finding, failed=form, status=422)


def _refuse(finding: Finding, to: Status) -> ResponseReturnValue:
    """A step that is not open: forbidden, or no longer open since somebody was first; what was typed is shown."""
    form = _any_form(to, prefix=to)
    try:
        remedies.move(actor(), finding.number, to)
    except InvalidInputError as error:
        if "photos" in form:
            taken_photos(form, actor())
        first = form.based_on() not in {None, finding.version}
        if not first:
            show_faults(form, error.errors)
        return show_finding(
            load_finding(actor(), finding.number), failed=form, status=409 if first else 422, first=first
        )
    raise AssertionError("a step that was not offered could be taken")


def _needs(to: Status) -> tuple[Need, ...]:
    return next(row.needs for row in TRANSITIONS if row.after is to)


def _any_form(to: Status, prefix: str = "") -> StepForm:
    """The form of a step with everything one may choose from, whichever finding it is for."""
    form = StepForm(prefix=prefix)
    organisations = organisation_choices()
    form.keep(
        fields_of(to, _needs(to)),
        StepChoices(
            severities=words_of(Severity),
            remedy_types=words_of(RemedyType),
            candidates=organisations,
            organisations=organisations,
            methods=words_of(VerificationMethod),
            reasons=words_of(ClosedReason),
        ),
    )
    return form


def _several_form(to: Status) -> StepForm:
    form = _any_form(to)
    needs = _needs(to)
    # Photos are of one finding each, and what is proposed for one is not for another.
    for name in {"photos", "kept_photos", "candidate"} & set(form._fields):
        delattr(form, name)
    form.require({need.field for need in needs if need is not Need.DUE})
    if "responsible_id" in form:
        form.responsible_id.label.text = _("Organisation")
    if "due_on" in form:
        form.due_on.description = _("Left empty: what the rule of each finding says.")
    asked = STEP_WORDS[to].words
    if asked is not None and Need.WORDS in needs:
        form.words.label.text = str(asked)
    return form
