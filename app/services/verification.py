"""The rules of a finding's checklist: when it is due, what a fix must show, how and by whom it is checked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from app.errors import N_, ForbiddenError
from app.models.findings import Finding, Severity, Status, VerificationMethod
from app.models.photos import PhotoKind
from app.permissions import Actor
from app.services.checklists import checklist_of
from forms.checklists import Category, SeverityName

_M = VerificationMethod
SATISFIED_BY = {
    _M.PHOTO: (_M.PHOTO, _M.ON_SITE, _M.WALK),
    _M.ON_SITE: (_M.ON_SITE, _M.WALK),
    _M.WALK: (_M.WALK,),
}
"""Rule of the checklist → the ways of checking that meet it: standing there shows more than a photo."""

_DEFAULT_DUE = timedelta(days=90)


class DoerMayNotVerifyError(ForbiddenError):
    """Whoever reported a fix may not be the one who verifies it."""

    code = "doer_may_not_verify"
    title = N_("Somebody else must check this")
    message = N_("You reported it fixed yourself. Ask a colleague to check it. Nothing was changed.")


def is_doer(actor: Actor, finding: Finding) -> bool:
    """Whether this actor reported the fix; the system never counts as somebody else."""
    return actor.user_id is None or actor.user_id == finding.fixed_by


def said_fixed(actor: Actor, finding: Finding) -> bool:
    """Whether this actor ever reported it fixed, even if that was taken back or reopened since."""
    return any(
        step.actor_id == actor.user_id
        for step in finding.history
        if step.after is Status.REPORTED_FIXED and step.actor_role is not None and step.corrects is None
    )


def proposed_due(finding: Finding, sent_on: date, severity: Severity | None = None) -> date:
    """The due date that the checklist proposes for a finding sent on this day."""
    category = _category(finding)
    grade = _grade(severity or finding.severity)
    wait: timedelta = timedelta(days=category.due_days[grade]) if category else _DEFAULT_DUE
    return sent_on + wait


def methods(finding: Finding) -> tuple[VerificationMethod, ...]:
    """The ways of checking that meet the rule of the finding's category and severity, the least first."""
    category = _category(finding)
    return SATISFIED_BY[_M(category.verification[_grade(finding.severity)]) if category else _M.ON_SITE]


def fix_needs_photo(finding: Finding) -> bool:
    """Whether reporting it fixed takes a photo."""
    category = _category(finding)
    return category is not None and category.fix_photo


def check_needs_photo(finding: Finding, how: VerificationMethod) -> bool:
    """Whether checking it this way takes a photo beyond those that are there."""
    if how is _M.PHOTO:
        since = (
            finding.reported_fixed_at
        )  # a photo of an earlier fix, reopened since, shows nothing of this one
        return not any(
            photo.kind is PhotoKind.FIX and (since is None or photo.received_at >= since)
            for photo in finding.photos
        )
    category = _category(finding)
    return how is _M.WALK and category is not None and category.verification_photo


def _category(finding: Finding) -> Category | None:
    return checklist_of(finding.walk.checklist_id).category(finding.category)


def _grade(severity: Severity | None) -> SeverityName:
    """The row of the rules: what nobody has graded yet counts as medium."""
    return cast(SeverityName, (severity or Severity.MEDIUM).value)
