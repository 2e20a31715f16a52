"""Forms of steps, filled with what may be chosen, and what they gave as the values that the service takes."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.i18n import today
from app.models.findings import ClosedReason, Finding, RemedyType, Severity, Status, VerificationMethod
from app.services import routing
from app.services.checklists import latest
from app.services.needs import Given
from app.services.organisations import current_organisations
from app.services.remedies import Step
from app.services.transitions import Need
from app.views.rule_words import proposal_why
from app.views.step_words import STEP_WORDS
from app.words import word
from forms.remedies import OTHER, Choices, StepChoices, StepForm

Reasons = dict[str, tuple[str, str]]
"""Organisation id → its name and why it may be responsible."""
_COMMENTED = frozenset(
    {Status.SENT, Status.PLANNED, Status.REPORTED_FIXED, Status.VERIFIED, Status.WITHDRAWN}
)
_OPTIONAL = frozenset({Need.SUGGESTION, Need.FIX_PHOTO, Need.CHECK_PHOTO})


def step_form(finding: Finding, step: Step, *, sent: bool, why: Reasons | None = None) -> StepForm:
    """The form of one step, with only the fields it needs: as it was `sent`, or as it is first shown.

    Its names begin with the status, so that many fit a page. `why`: `reasons_why`, where it is known already.
    """
    form = StepForm(prefix=step.to) if sent else StepForm(formdata=None, prefix=step.to)
    form.keep(fields_of(step.to, step.needs), _choices(finding, step, why))
    required = {need.field for need in step.needs if need not in _OPTIONAL}
    form.require(required | ({"photos"} if step.photo_needed else set()))
    if "words" in form:
        form.words.label.text = (
            str(STEP_WORDS[step.to].words or _("Comment")) if "words" in required else _("Comment")
        )
    if not sent:
        _propose(form, finding, step)
    return form


def fields_of(to: Status, needs: Sequence[Need]) -> set[str]:
    """The fields that a step asks for: what it needs, and a few that it takes along."""
    fields = {need.field for need in needs}
    if to in _COMMENTED:
        fields.add("words")
    if to is Status.TRIAGED:
        fields.add("remedy_type")
    if to is Status.PLANNED:
        fields.add("work_order")
    if to is Status.REOPENED:
        fields.add("photos")
    return fields


def given_by(form: StepForm) -> Given:
    """What a validated form gave."""
    values = form.values()
    for name, kind in (
        ("severity", Severity),
        ("remedy_type", RemedyType),
        ("how", VerificationMethod),
        ("reason", ClosedReason),
    ):
        if name in values:
            values[name] = kind(values[name])
    return Given(**values)


def words_of(kind: type[Severity | RemedyType | ClosedReason | VerificationMethod]) -> Choices:
    """Every value of a kind with its word."""
    return [(one.value, word(one)) for one in kind]


def organisation_choices() -> Choices:
    """Every organisation of today, by name."""
    return [(str(key), name) for key, name in current_organisations()]


def reasons_why(finding: Finding) -> Reasons:
    """The organisations that may be responsible at the spot, most likely first; a person decides."""
    checklist, refused = latest(), routing.said_not_theirs(finding)
    found: Reasons = {}
    for one in routing.propose(finding):
        why = proposal_why(one, checklist)
        name, before = found.get(str(one.organisation_id), (one.name, ""))
        found[str(one.organisation_id)] = (name, f"{before}; {why}" if before else why)
    for key in found.keys() & {str(one) for one in refused}:
        name, why = found[key]
        found[key] = (name, f"{why}. " + _("Has said that it is not theirs."))
    return found


def _choices(finding: Finding, step: Step, why: Reasons | None) -> StepChoices:
    sends = Need.RESPONSIBLE in step.needs
    return StepChoices(
        severities=words_of(Severity),
        remedy_types=words_of(RemedyType),
        candidates=_candidates(finding, reasons_why(finding) if why is None else why) if sends else (),
        organisations=organisation_choices() if sends else (),
        methods=[(how.value, word(how)) for how in step.methods],
        reasons=words_of(ClosedReason),
    )


def _candidates(finding: Finding, why: Reasons) -> Choices:
    """Who may be responsible, with why; first whoever has been so far."""
    found = {key: f"{name}: {reason}" for key, (name, reason) in why.items()}
    known, names = str(finding.responsible_id), dict(organisation_choices())
    if known in names:
        found = {known: found.pop(known, f"{names[known]}: {_('responsible until now')}"), **found}
    return list(found.items())


def _propose(form: StepForm, finding: Finding, step: Step) -> None:
    """What stands in the form before anybody has written in it."""
    form.base_on(finding.version)
    if "severity" in form:
        form.severity.data = finding.severity or ""
        form.remedy_type.data = finding.remedy_type or ""
    if "responsible_id" in form and finding.responsible_id is not None:
        known = str(finding.responsible_id)
        if "candidate" in form and form.proposes(known):
            form.candidate.data = known
        else:
            form.responsible_id.data = known
    elif "candidate" in form:
        refused = {str(one) for one in routing.said_not_theirs(finding)}
        form.candidate.data = next(
            (value for value, *_more in form.candidate.iter_choices() if value not in {*refused, OTHER}), None
        )
    if "due_on" in form:
        form.due_on.data = step.proposed_due
    if "planned_on" in form:
        form.planned_on.data = finding.planned_on
    if "work_order" in form:
        form.work_order.data = finding.work_order
    if "fixed_on" in form:
        form.fixed_on.data = today()
    if "how" in form and len(step.methods) == 1:
        form.how.data = step.methods[0]
