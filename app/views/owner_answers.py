"""What owners send by their link: an answer to one finding or several, a question, their number, a contractor."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from app.models.comments import Audience
from app.models.findings import SETTLED, Finding, Status
from app.permissions import Permission
from app.services import comments, owner_links, passing_on, remedies
from app.services.finding_records import Record, keep_record
from app.services.remedies import Outcome, steps_for
from app.services.transitions import TRANSITIONS
from app.views.access import by_link, holder
from app.views.fault_words import show_shared_faults, why
from app.views.finding_words import Titles
from app.views.hints import say_hints
from app.views.owner_frame import blueprint
from app.views.owner_page import show_owned, speak_to_owner, work_order_form
from app.views.owner_portal import load_own
from app.views.owner_words import ANSWERS, SEVERAL
from app.views.photo_fields import taken_photos
from app.views.step_forms import fields_of, given_by, step_form
from app.views.step_words import STEP_WORDS
from app.words import word
from forms.faults import show_faults
from forms.owner_portal import PassOnForm, QuestionForm
from forms.remedies import StepChoices, StepForm
from forms.versions import VersionForm

MOST_AT_ONCE = 100


@blueprint.post("/<token>/brister/<number>/svar/<status>")
@by_link
def answer(number: str, status: str) -> ResponseReturnValue:
    """Give one answer."""
    finding, to = load_own(number), _answer(status)
    step = next((one for one in steps_for(holder().actor, finding) if one.to is to), None)
    if step is None:
        return _too_late(finding, to)
    form = step_form(finding, step, sent=True)
    sound = form.validate()
    photos = taken_photos(form, holder().actor) if "photos" in form else []
    if form.based_on() is None:
        return _ask_again(finding, form)
    if not sound or form.errors:
        return show_owned(finding, failed=form, status=422)
    given = given_by(form)
    try:
        finding = remedies.move(holder().actor, number, to, given, photos, version=form.based_on())
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_owned(load_own(number), failed=form, status=422)
    except ChangedMeanwhileError:
        return _somebody_was_first(number, form)
    flash(
        _("Thank you. %(number)s is now: %(status)s.", number=finding.number, status=word(finding.status)),
        "success",
    )
    say_hints([given.words, given.suggestion])
    if holder().actor.may(Permission.VIEW_FINDING, finding):
        return redirect(url_for("owner_portal.show", number=finding.number))
    return redirect(url_for("owner_portal.show_list"))


@blueprint.post("/<token>/brister/<number>/arbetsorder")
@by_link
def keep_work_order(number: str) -> ResponseReturnValue:
    """Keep the organisation's own number."""
    finding = load_own(number)
    form = work_order_form(finding, sent=True)
    sound = form.validate()
    if form.based_on() is None:
        return _ask_again(finding, form)
    if not sound:
        return show_owned(finding, failed=form, status=422)
    try:
        keep_record(
            holder().actor, number, Record(work_order=form.work_order.data or ""), version=form.based_on()
        )
    except ChangedMeanwhileError:
        return _somebody_was_first(number, form)
    flash(_("Saved."), "success")
    return redirect(url_for("owner_portal.show", number=number))


@blueprint.post("/<token>/brister/<number>/fraga")
@by_link
def ask(number: str) -> ResponseReturnValue:
    """Ask the coordinator something, or answer; what is said of a finding that is over, or has left, is kept too."""
    form = QuestionForm(prefix="question")
    try:
        finding = load_own(number)
    except NotFoundError:
        return _keep_late(number, form)
    if not form.validate():
        return show_owned(finding, failed=form, status=422)
    try:
        comments.say(holder().actor, number, Audience.OWNER, form.words.data or "", comment_id=form.key())
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_owned(load_own(number), failed=form, status=422)
    except ChangedMeanwhileError:
        form.fresh()
        form.form_errors.append(
            _("The same page has already said something else. Save again to say this too.")
        )
        return show_owned(load_own(number), failed=form, status=409)
    if finding.status in SETTLED:
        flash(
            _("The finding is over and done with. What you wrote is kept, and the coordinator reads it."),
            "success",
        )
    else:
        flash(_("Sent to the coordinator. The answer shows here."), "success")
    say_hints([form.words.data or ""])
    return redirect(url_for("owner_portal.show", number=number, _anchor="questions"))


@blueprint.post("/<token>/brister/<number>/skicka-vidare")
@by_link
def pass_on(number: str) -> ResponseReturnValue:
    """Mail a contractor a link for this finding alone."""
    finding = load_own(number)
    form = PassOnForm(prefix="pass")
    if not form.validate():
        return show_owned(finding, failed=form, status=422)
    try:
        link = passing_on.pass_on(holder().actor, number, form.email.data or "")
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return show_owned(load_own(number), failed=form, status=422)
    flash(_("A link for this finding alone is on its way to %(email)s.", email=link.email), "success")
    return redirect(url_for("owner_portal.show", number=number, _anchor="contractor"))


@blueprint.post("/<token>/brister/<number>/skicka-vidare/<uuid:link_id>/avsluta")
@by_link
def end_contractor(number: str, link_id: UUID) -> ResponseReturnValue:
    """End a contractor's link."""
    finding = load_own(number)
    if all(one.id != link_id for one in passing_on.passed_on(holder().actor, finding)):
        abort(404)
    link = owner_links.revoke_link(holder().actor, link_id)
    flash(_("The link of %(email)s has ended.", email=link.email), "success")
    return redirect(url_for("owner_portal.show", number=number, _anchor="contractor"))


@blueprint.route("/<token>/flera", methods=["GET", "POST"])
@by_link
def several() -> ResponseReturnValue:
    """Give the same answer for several findings; each has an outcome of its own."""
    to = _answer(request.values.get("to", ""))
    if to not in SEVERAL:
        abort(404)
    versions = _chosen()
    findings = [one for number in versions if (one := _own(number)) is not None]
    if not findings:
        flash(_("Choose at least one finding first."), "warning")
        return redirect(url_for("owner_portal.show_list"))
    form = _any_form(to)
    failed: list[Outcome] = []
    if form.is_submitted() and form.validate():
        numbers = [one.number for one in findings]
        outcomes = remedies.move_several(holder().actor, numbers, to, given_by(form), versions)
        failed = [one for one in outcomes if one.error is not None]
        if done := len(outcomes) - len(failed):
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
            return redirect(url_for("owner_portal.show_list"))
        show_shared_faults(form, failed)
        findings = [one for outcome in failed if (one := _own(outcome.number)) is not None]
    return render_template(
        "owner/several.html",
        holder=holder(),
        form=form,
        to=to,
        words=ANSWERS[to],
        findings=findings,
        title=Titles(),
        why={one.number: why(one.error) for one in failed if one.error},
    ), 422 if failed or form.errors else 200


def _keep_late(number: str, form: QuestionForm) -> ResponseReturnValue:
    """Keep what was written on a page that stood open while the finding went to somebody else."""
    if holder().finding_id is not None or not form.validate():
        raise NotFoundError
    words = form.words.data or ""
    comments.say_late(holder().actor, holder().organisation_id, number, words)
    flash(
        _(
            "%(number)s is no longer with you. What you wrote is kept, and the coordinator reads it.",
            number=number,
        ),
        "success",
    )
    say_hints([words])
    return redirect(url_for("owner_portal.show_list"))


def _answer(text: str) -> Status:
    if text not in ANSWERS:
        abort(404)
    return Status(text)


def _chosen() -> dict[str, int]:
    """The findings that were chosen, each with the version that was seen."""
    chosen: dict[str, int] = {}
    for value in request.values.getlist("number")[:MOST_AT_ONCE]:
        number, _tilde, version = value.partition("~")
        chosen[number] = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return chosen


def _own(number: str) -> Finding | None:
    try:
        return load_own(number)
    except NotFoundError:
        return None


def _somebody_was_first(number: str, form: VersionForm) -> ResponseReturnValue:
    finding = load_own(number)
    form.base_on(finding.version)
    return show_owned(finding, failed=form, status=409, first=True)


def _ask_again(finding: Finding, form: VersionForm) -> ResponseReturnValue:
    form.form_errors.append(
        _("The form does not say what it was made from. Look at how it stands now, then save again.")
    )
    form.base_on(finding.version)
    return show_owned(finding, failed=form, status=422)


def _too_late(finding: Finding, to: Status) -> ResponseReturnValue:
    """An answer that is not open: forbidden, or no longer so; what was typed is shown beside what was done."""
    form = _any_form(to, prefix=to)
    try:
        remedies.move(holder().actor, finding.number, to, version=finding.version)
    except ChangedMeanwhileError:
        first = True
    except InvalidInputError as error:
        first = form.based_on() not in {None, finding.version}
        if not first:
            show_faults(form, error.errors)
    else:
        raise AssertionError("an answer that was not offered could be given")
    if "photos" in form:
        taken_photos(form, holder().actor)
    return show_owned(load_own(finding.number), failed=form, status=409 if first else 422, first=first)


def _any_form(to: Status, prefix: str = "") -> StepForm:
    form = StepForm(prefix=prefix)
    needs = next(row.needs for row in TRANSITIONS if row.after is to)
    form.keep(fields_of(to, needs), StepChoices())
    form.require({need.field for need in needs} - {"suggestion", "photos"})
    asked = STEP_WORDS[to].words
    if "words" in form and asked is not None:
        form.words.label.text = str(asked)
    return speak_to_owner(form)
