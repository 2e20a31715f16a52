"""Pages that capture findings: a new one, its details afterwards, more photos, and a look at an earlier one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import ChangedMeanwhileError, InvalidInputError
from app.i18n import language
from app.models.findings import Finding, Severity
from app.models.remedies import RecheckResult
from app.models.walks import Walk
from app.permissions import Permission
from app.services import findings, rechecks
from app.services.checklists import checklist_of
from app.services.findings import FindingDetails, details_of, load_finding
from app.services.walk_findings import earlier, noted
from app.services.walk_maps import walk_map
from app.services.walks import load_walk
from app.views.access import actor, signed_in
from app.views.finding_words import Titles, finding_title
from app.views.hints import say_far_pin, say_hints
from app.views.photo_fields import taken_photos
from app.words import word
from forms.faults import show_faults
from forms.findings import FindingForm, finding_form
from forms.photos import PhotosForm
from forms.rechecks import RecheckForm

blueprint = Blueprint("capture", __name__)


@blueprint.route("/vandringar/<uuid:walk_id>/ny-notering", methods=["GET", "POST"])
@signed_in
def new(walk_id: UUID) -> ResponseReturnValue:
    """Note a new finding on a walk."""
    walk = load_walk(actor(), walk_id, Permission.REPORT_FINDING)
    form = _form(walk)
    if not form.is_submitted():
        form.finding_id.data = str(uuid4())
        form.lon.data, form.lat.data = request.args.get("lon", ""), request.args.get("lat", "")
        return _show_new(form, walk, 200)
    sound = form.validate()
    photos = taken_photos(form, actor())
    if not sound or form.errors:
        return _show_new(form, walk, 422)
    details = _details(form)
    try:
        finding = findings.report_finding(actor(), walk_id, details, photos, form.key())
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return _show_new(form, walk, 422)
    if not _says_the_same(finding, details):
        flash(
            _("This was saved before as %(number)s. Here you can change it.", number=finding.number),
            "warning",
        )
        return redirect(url_for("capture.edit", number=finding.number))
    flash(_("Saved as %(number)s.", number=finding.number), "success")
    if details.lon is None and finding.lon is not None:
        flash(_("The place was taken from the photo. Change the finding if it stands wrong."), "warning")
    say_far_pin(walk.site, finding.lon, finding.lat)
    if finding.severity is Severity.ACUTE:
        flash(_("Acute: Platskollen alerts nobody. Call 112, 114 14 or the owner's fault line."), "warning")
    say_hints(form.texts())
    return redirect(url_for("walks.show", walk_id=walk_id))


@blueprint.route("/brister/<number>/andra", methods=["GET", "POST"])
@signed_in
def edit(number: str) -> ResponseReturnValue:
    """Change what is said of a finding; what somebody else changed meanwhile is shown beside it."""
    finding = load_finding(actor(), number, Permission.EDIT_FINDING)
    form = _form(finding.walk, kept=finding.category)
    if not form.is_submitted():
        form.show(_plain(details_of(finding)))
        form.base_on(finding.version)
        return _show_edit(form, finding, 200)
    if not form.validate():
        return _show_edit(form, finding, 422)
    try:
        finding = findings.update_finding(actor(), number, form.based_on() or 0, _details(form))
    except InvalidInputError as error:
        show_faults(form, error.errors)
        return _show_edit(form, finding, 422)
    except ChangedMeanwhileError:
        finding = load_finding(actor(), number)
        form.base_on(finding.version)
        return _show_edit(form, finding, 409)
    flash(_("Saved."), "success")
    say_far_pin(finding.walk.site, finding.lon, finding.lat)
    say_hints(form.texts())
    return redirect(url_for("findings.show", number=finding.number))


@blueprint.route("/brister/<number>/foton", methods=["GET", "POST"])
@signed_in
def add_photos(number: str) -> ResponseReturnValue:
    """Add photos to a finding afterwards."""
    finding = load_finding(actor(), number, Permission.EDIT_FINDING)
    form = PhotosForm()
    if form.is_submitted():
        form.validate()
        photos = taken_photos(form, actor())
        if not photos and not form.photos.errors:
            form.photos.errors = [_("Take or choose at least one photo.")]
        if not form.errors:
            findings.add_photos(actor(), number, photos)
            flash(_("The photos are saved."), "success")
            return redirect(url_for("findings.show", number=finding.number))
    return render_template(
        "capture/add-photos.html", form=form, finding=finding, title=finding_title(finding)
    ), 422 if form.errors else 200


@blueprint.route("/vandringar/<uuid:walk_id>/aterkontroll/<number>", methods=["GET", "POST"])
@signed_in
def recheck(walk_id: UUID, number: str) -> ResponseReturnValue:
    """Look at an earlier finding again on a walk."""
    walk = load_walk(actor(), walk_id, Permission.REPORT_FINDING)
    finding = load_finding(actor(), number, Permission.VERIFY)
    form = RecheckForm()
    form.offer([(result.value, word(result)) for result in RecheckResult])
    taken = False
    if not form.is_submitted():
        form.recheck_id.data = str(uuid4())
    else:
        sound = form.validate()
        photos = taken_photos(form, actor())
        if sound and not form.errors:
            try:
                result, note = RecheckResult(form.result.data), form.note.data or ""
                rechecks.recheck(actor(), walk_id, number, result, note, photos, recheck_id=form.key())
            except InvalidInputError as error:
                show_faults(form, error.errors)
            except ChangedMeanwhileError:
                taken = True
                form.recheck_id.data = str(uuid4())
                form.form_errors.append(
                    _("This was saved before with another answer. Save again to note one more check.")
                )
            else:
                flash(_("%(number)s is checked.", number=finding.number), "success")
                say_hints([note])
                return redirect(url_for("walks.show", walk_id=walk_id, _anchor="earlier"))
    return render_template(
        "capture/recheck.html", form=form, walk=walk, finding=finding, title=finding_title(finding)
    ), 409 if taken else 422 if form.errors else 200


def _form(walk: Walk, *, sent: bool = True, kept: str = "") -> FindingForm:
    severities = [(one.value, word(one)) for one in Severity if one is not Severity.ACUTE]
    return finding_form(checklist_of(walk.checklist_id), language(), severities, sent=sent, kept=kept)


def _details(form: FindingForm) -> FindingDetails:
    values = form.values()
    return FindingDetails(
        **{**values, "severity": Severity(values["severity"]) if values["severity"] else None}
    )


def _plain(details: FindingDetails) -> dict[str, Any]:
    return dict(vars(details))


def _says_the_same(finding: Finding, details: FindingDetails) -> bool:
    """Whether the finding says what was sent; a photo may have given it a position, a category its sign."""
    saved = vars(details_of(finding))
    free = {"positive"} | ({"lon", "lat", "accuracy_m"} if details.lon is None else set())
    return all(saved[name] == value for name, value in vars(details).items() if name not in free)


def _show_new(form: FindingForm, walk: Walk, status: int) -> ResponseReturnValue:
    before = earlier(actor(), walk)
    context = walk_map(walk, noted(actor(), walk), before, Titles(), lambda _finding: "")
    return render_template(
        "capture/new.html",
        form=form,
        walk=walk,
        checklist=checklist_of(walk.checklist_id),
        context=context,
        kept=len(form.notes()),
    ), status


def _show_edit(form: FindingForm, finding: Finding, status: int) -> ResponseReturnValue:
    theirs = _form(finding.walk, sent=False, kept=finding.category)
    theirs.show(_plain(details_of(finding)))
    return render_template(
        "capture/edit.html",
        form=form,
        finding=finding,
        walk=finding.walk,
        checklist=checklist_of(finding.walk.checklist_id),
        context=walk_map(finding.walk, [], [], Titles(), lambda _finding: ""),
        differences=form.differences(theirs) if status == 409 else [],
    ), status
