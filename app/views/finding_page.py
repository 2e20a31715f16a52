"""The page of one finding, as it is shown at first and again when a step could not be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from app.i18n import show_day, today
from app.models.accounts import Role
from app.models.findings import Finding, Level, RemedyType, Severity, Status, VerificationMethod
from app.models.photos import Photo, PhotoKind
from app.models.remedies import StatusChange
from app.permissions import Actor, At, Permission
from app.services import publications, verification
from app.services.checklists import checklist_of
from app.services.corrections import standing_steps, step_to_correct
from app.services.duplicates import repeats_of, seen_original
from app.services.finding_lists import is_overdue
from app.services.finding_records import may_keep
from app.services.findings import find_seen
from app.services.followers import followers_of
from app.services.owner_steps import seen_steps
from app.services.publications import Told
from app.services.remedies import Step, steps_for
from app.services.revisits import revisits_of
from app.services.sites import site_polygon
from app.views.access import actor
from app.views.conflict_words import questions_of
from app.views.conversation import comment_form, said
from app.views.fault_text import fault_text
from app.views.finding_words import finding_title
from app.views.follower_forms import follower_form
from app.views.revisit_forms import revisit_form
from app.views.sent_words import sent_words
from app.views.step_forms import reasons_why, step_form, words_of
from app.views.step_words import STEP_WORDS
from app.words import reason_word, word
from forms.remedies import CorrectionForm, RecordForm, StepForm
from geo.crs import Crs, format_northing_easting
from geo.svg import SvgPin, SvgWords, svg_map

MAIN_LINE = (
    Status.NEW,
    Status.TRIAGED,
    Status.SENT,
    Status.ACKNOWLEDGED,
    Status.PLANNED,
    Status.IN_PROGRESS,
    Status.REPORTED_FIXED,
    Status.VERIFIED,
    Status.CLOSED,
)


@dataclass(frozen=True)
class Entry:
    """A step of the history, in words: by function, never by name."""

    number: int
    at: datetime
    who: str
    organisation: str
    """The one that acted, or to which the step sent the finding; nothing where staff did something else."""
    before: Status | None
    after: Status
    words: str
    details: list[tuple[str, str]]
    corrects: int | None


def show_finding(
    finding: Finding, *, failed: FlaskForm | None = None, status: int = 200, first: bool = False
) -> ResponseReturnValue:
    """Render the page; `failed` is the form to show again, `first` says that somebody else was."""
    steps = sorted(steps_for(actor(), finding), key=_nearness)
    why = reasons_why(finding)
    forms = [(step, _kept(failed, step) or step_form(finding, step, sent=False, why=why)) for step in steps]
    mistake = step_to_correct(finding)
    checklist = checklist_of(finding.walk.checklist_id)
    photos = {kind: [one for one in finding.photos if one.kind is kind] for kind in PhotoKind}
    steps_taken = history(actor(), finding)
    return render_template(
        "findings/show.html",
        finding=finding,
        title=finding_title(finding),
        checklist=checklist,
        category=checklist.category(finding.category),
        before=photos[PhotoKind.FINDING],
        after=_after(finding, photos),
        days=_days(finding),
        repeats=seen_original(actor(), finding),
        repeated_by=repeats_of(actor(), finding),
        coordinates=actor().may(Permission.COORDINATE, finding),
        map=_map(finding),
        position=format_northing_easting,
        crs=Crs,
        why=why,
        steps=forms,
        step_words=STEP_WORDS,
        failed=failed,
        main_line=MAIN_LINE,
        lost=failed
        if isinstance(failed, StepForm) and all(form is not failed for _step, form in forms)
        else None,
        somebody_first=steps_taken[-1] if first and steps_taken else None,
        last_main=_last_main(finding),
        is_doer=finding.status is Status.REPORTED_FIXED
        and actor().may(Permission.VERIFY, finding)
        and verification.is_doer(actor(), finding),
        mailed=sent_words(actor(), finding),
        overdue=is_overdue(finding.due_on, finding.status, today()),
        history=steps_taken,
        correction=_correction(finding, failed)
        if mistake and actor().may(Permission.COORDINATE, finding)
        else None,
        mistake=mistake,
        record=_record(finding, failed),
        fault_text=fault_text(finding),
        questions=questions_of(finding) if finding.status is not Status.WITHDRAWN else [],
        said=said(actor(), finding),
        comment_form=comment_form(finding, failed=failed),
        revisits=revisits_of(finding) if actor().may(Permission.EDIT_FINDING, finding) else (),
        revisit_form=revisit_form(finding, failed=failed),
        followers=followers_of(actor(), finding),
        follower_form=follower_form(finding, failed=failed),
        publishing=_publishing(finding),
        edits=actor().may(Permission.EDIT_FINDING, finding),
        sees_site=actor().may(Permission.VIEW_SITE, At(finding.site_id)),
    ), status


def record_form(finding: Finding) -> RecordForm:
    """The form for the numbers and the level, with what this person may change."""
    form = RecordForm(prefix="record")
    form.keep(may_keep(actor(), finding), words_of(RemedyType), [(one.value, word(one)) for one in Level])
    return form


def correction_form() -> CorrectionForm:
    """The form for taking back the last step."""
    return CorrectionForm(prefix="correction")


def history(reader: Actor, finding: Finding) -> list[Entry]:
    """The steps in order and in words, as far as the reader may see them and what they name."""
    return [
        Entry(
            number=one.number,
            at=one.at,
            who=_who(one),
            organisation=_organisation(one),
            before=one.before,
            after=one.after,
            words=one.words,
            details=_details(reader, one.given),
            corrects=one.corrects,
        )
        for one in seen_steps(reader, finding)
    ]


def _who(entry: StatusChange) -> str:
    if source := entry.given.get("source"):
        return str(_("According to %(source)s", source=source))
    if entry.actor_role is None:
        return str(_("Seen on a walk") if entry.after is Status.REPORTED_FIXED else _("By rule"))
    return word(entry.actor_role)


def _organisation(entry: StatusChange) -> str:
    if entry.organisation is None:
        return ""
    if entry.actor_role is Role.OWNER:
        return entry.organisation.name
    if entry.after is Status.SENT and entry.corrects is None:
        return str(_("to %(organisation)s", organisation=entry.organisation.name))
    return ""


def _details(reader: Actor, given: dict[str, Any]) -> list[tuple[str, str]]:
    if "duplicate_of" in given and find_seen(reader, given["duplicate_of"]) is None:
        given = {name: value for name, value in given.items() if name != "duplicate_of"}
    labels: dict[str, tuple[str, Callable[[str], str]]] = {
        "severity": (_("Severity"), lambda value: word(Severity(value))),
        "remedy_type": (_("Type of remedy"), lambda value: word(RemedyType(value))),
        "duplicate_of": (_("Repeats"), str.upper),
        "due_on": (_("To be fixed by"), _day),
        "suggestion": (_("Suggested"), str),
        "planned_on": (_("Planned date"), _day),
        "hold_until": (_("Waits until"), _day),
        "fixed_on": (_("Fixed on"), _day),
        "how": (_("Checked"), lambda value: word(VerificationMethod(value))),
        "reason": (_("Reason"), reason_word),
    }
    return [(label, show(given[name])) for name, (label, show) in labels.items() if name in given]


def _day(text: str) -> str:
    return show_day(date.fromisoformat(text))


def _after(finding: Finding, photos: dict[PhotoKind, list[Photo]]) -> list[tuple[str, list[Photo]]]:
    """The photos after, by who says so."""
    groups = [
        (_says_fixed(finding), photos[PhotoKind.FIX]),
        (str(_("At the check")), photos[PhotoKind.VERIFICATION]),
    ]
    return [(who, some) for who, some in groups if some]


def _says_fixed(finding: Finding) -> str:
    """Whose word it is that it was fixed: the organisation's own, or that of a function for it."""
    step = next((one for one in reversed(finding.history) if one.after is Status.REPORTED_FIXED), None)
    if step is not None and step.actor_role is None:
        return _who(step)
    if step is not None and step.actor_role is not Role.OWNER:
        return str(_("According to %(source)s", source=word(step.actor_role).lower()))
    organisation = (step.organisation if step else None) or finding.responsible
    return str(_("According to %(source)s", source=organisation.name if organisation else word(Role.OWNER)))


def _days(finding: Finding) -> dict[Status, datetime]:
    """When each status was last reached; what was taken back was not."""
    return {Status.NEW: finding.reported_at} | {one.after: one.at for one in standing_steps(finding)}


def _last_main(finding: Finding) -> Status | None:
    """The main step that was reached before a side status."""
    return next((one.after for one in reversed(finding.history) if one.after in MAIN_LINE), None)


def _nearness(step: Step) -> int:
    """What leads on stands first, what leads aside below it."""
    return MAIN_LINE.index(step.to) if step.to in MAIN_LINE else len(MAIN_LINE)


def _kept(failed: FlaskForm | None, step: Step) -> StepForm | None:
    return failed if isinstance(failed, StepForm) and failed._prefix == f"{step.to}-" else None


def _correction(finding: Finding, failed: FlaskForm | None) -> CorrectionForm:
    if isinstance(failed, CorrectionForm):
        return failed
    form = correction_form()
    form.base_on(finding.version)
    return form


def _record(finding: Finding, failed: FlaskForm | None) -> RecordForm | None:
    if isinstance(failed, RecordForm):
        return failed
    form = record_form(finding)
    fields = [field for field in form if field.short_name not in {"version", "csrf_token"}]
    if not fields:
        return None
    form.base_on(finding.version)
    for field in fields:
        field.data = getattr(finding, field.short_name) or ""
    return form


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


def _publishing(finding: Finding) -> Told | None:
    """How it stands towards residents, for whoever decides that."""
    if not actor().may(Permission.COORDINATE, finding):
        return None
    return publications.told_of(actor(), finding.number)[1]
