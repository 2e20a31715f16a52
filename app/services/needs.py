"""What a step is given: whether that is all it needs, and what it changes on the finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.db import session
from app.errors import N_, FieldError, InvalidInputError, NotFoundError
from app.i18n import local
from app.models.accounts import Organisation
from app.models.findings import ClosedReason, Finding, RemedyType, Severity, Status, VerificationMethod
from app.permissions import Actor
from app.services import verification
from app.services.findings import load_finding
from app.services.transitions import Need, Transition


@dataclass(frozen=True)
class Given:
    """What somebody gives with a step; which of it is needed stands in the table of transitions."""

    words: str = ""
    severity: Severity | None = None
    remedy_type: RemedyType | None = None
    duplicate_of: str = ""
    """Number of the finding it repeats."""
    responsible_id: UUID | None = None
    due_on: date | None = None
    """Left out: as the checklist proposes."""
    suggestion: str = ""
    planned_on: date | None = None
    hold_until: date | None = None
    fixed_on: date | None = None
    how: VerificationMethod | None = None
    reason: ClosedReason | None = None
    work_order: str = ""


_MISSING = {
    Need.SEVERITY: N_("Choose a severity."),
    Need.ORIGINAL: N_("Write the number of the finding that this one repeats."),
    Need.RESPONSIBLE: N_("Choose the responsible organisation."),
    Need.ANSWER: N_("Write an answer to the responsible organisation."),
    Need.REASON: N_("Write a reason."),
    Need.PLAN: N_("Write the planned date."),
    Need.UNTIL: N_("Write until when it waits."),
    Need.WHEN: N_("Write when it was fixed."),
    Need.FIX_PHOTO: N_("Add a photo of what was done."),
    Need.HOW: N_("Choose how it was checked."),
    Need.CHECK_PHOTO: N_("Add a photo of the check."),
    Need.CODE: N_("Choose a reason."),
    Need.WORDS: N_("Explain the reason in words."),
    Need.SEEN: N_("Write what was seen."),
}


def complete(finding: Finding, row: Transition, given: Given, at: datetime) -> Given:
    """Add what a rule proposes where nothing was given."""
    given = replace(given, words=given.words.strip(), suggestion=given.suggestion.strip())
    if Need.DUE in row.needs and given.due_on is None:
        return replace(given, due_on=verification.proposed_due(finding, local(at).date()))
    return given


def check(actor: Actor, finding: Finding, row: Transition, given: Given, photos: int, at: datetime) -> None:
    """Raise InvalidInputError naming every field at fault; `photos`: how many come along."""
    today = local(at).date()
    faults = [_fault(actor, finding, need, given, photos, today) for need in row.needs]
    if found := [fault for fault in faults if fault is not None]:
        raise InvalidInputError(*found)


def _fault(
    actor: Actor, finding: Finding, need: Need, given: Given, photos: int, today: date
) -> FieldError | None:
    missing = FieldError(need.field, "missing", _MISSING.get(need, ""))
    match need:
        case Need.SUGGESTION:
            return None
        case Need.SEVERITY:
            return None if given.severity or finding.severity else missing
        case Need.ORIGINAL:
            return _original_fault(actor, finding, given) if given.duplicate_of else missing
        case Need.RESPONSIBLE if given.responsible_id is not None:
            known = session().get(Organisation, given.responsible_id)
            return None if known else FieldError(need.field, "unknown", N_("There is no such organisation."))
        case Need.DUE | Need.PLAN | Need.UNTIL:
            day: date | None = getattr(given, need.field)
            if day is None:
                return missing
            return _past(need) if day < today else None
        case Need.WHEN if given.fixed_on is not None:
            return _fixed_on_fault(finding, given.fixed_on, today)
        case Need.FIX_PHOTO:
            return missing if not photos and verification.fix_needs_photo(finding) else None
        case Need.HOW if given.how is not None:
            return None if given.how in verification.methods(finding) else _too_weak(need)
        case Need.CHECK_PHOTO:
            needed = given.how is not None and verification.check_needs_photo(finding, given.how)
            return missing if needed and not photos else None
    return None if getattr(given, need.field) else missing


def _past(need: Need) -> FieldError:
    return FieldError(need.field, "past", N_("The date has already passed. Choose today or later."))


def _too_weak(need: Need) -> FieldError:
    return FieldError(
        need.field,
        "too_weak",
        N_("This category and severity must be checked in a closer way: choose another."),
    )


def _fixed_on_fault(finding: Finding, day: date, today: date) -> FieldError | None:
    if day > today:
        return FieldError(
            "fixed_on", "future", N_("The date lies ahead. Write when it was fixed, or plan it instead.")
        )
    if day < local(finding.reported_at).date():
        return FieldError("fixed_on", "too_early", N_("That is before it was noted. Write a later date."))
    return None


def _original_fault(actor: Actor, finding: Finding, given: Given) -> FieldError | None:
    try:
        original = load_original(actor, given)
    except NotFoundError:
        return FieldError(
            "duplicate_of",
            "unknown",
            N_("There is no finding numbered %(number)s. Write it like KISTA-2026-0042."),
            (("number", given.duplicate_of),),
        )
    if original.id == finding.id:
        return FieldError(
            "duplicate_of", "itself", N_("This is the finding itself. Write the number of the other.")
        )
    while original.duplicate_of is not None:
        original = original.duplicate_of
        if original.id == finding.id:
            return FieldError("duplicate_of", "cycle", N_("That one is marked as repeating this one."))
    return None


def load_original(actor: Actor, given: Given) -> Finding:
    """The finding that another repeats; NotFoundError when there is none that the actor may see."""
    return load_finding(actor, given.duplicate_of.strip())


def effects(actor: Actor, finding: Finding, after: Status, given: Given, at: datetime) -> dict[str, Any]:
    """The columns of the finding that a step to `after` changes, with their new values."""
    changed: dict[str, Any] = {}
    match after:
        case Status.TRIAGED:
            changed |= {
                "severity": given.severity or finding.severity,
                "remedy_type": given.remedy_type or finding.remedy_type,
            }
        case Status.DUPLICATE:
            changed |= {"duplicate_of_id": load_original(actor, given).id}
        case Status.SENT:
            changed |= {
                "responsible_id": given.responsible_id or finding.responsible_id,
                "due_on": given.due_on or finding.due_on,
                "planned_on": None,
                "hold_until": None,
            }
        case Status.NOT_OURS:
            # Back with the coordinator: it burdens nobody's list until it is sent anew.
            changed |= {"responsible_id": None, "due_on": None, "planned_on": None}
        case Status.PLANNED:
            changed |= {"planned_on": given.planned_on, "hold_until": None}
        case Status.ON_HOLD:
            changed |= {"hold_until": given.hold_until}
        case Status.NEEDS_INVESTMENT:
            changed |= {"hold_until": None}
        case Status.REPORTED_FIXED:
            changed |= {"reported_fixed_at": at, "fixed_by": actor.user_id, "hold_until": None}
        case Status.VERIFIED:
            changed |= {"verified_at": at, "verified_how": given.how}
        case Status.WONT_FIX:
            changed |= {"closed_reason": given.reason or "", "closed_words": given.words}
        case Status.REOPENED:
            changed |= dict.fromkeys(("planned_on", "hold_until", "reported_fixed_at", "fixed_by"))
            changed |= {"verified_at": None, "verified_how": None, "closed_reason": "", "closed_words": ""}
    if given.work_order.strip() and after is not Status.NOT_OURS:
        changed |= {"work_order": given.work_order.strip()}
    elif finding.responsible_id not in {None, changed.get("responsible_id", finding.responsible_id)}:
        changed |= {"work_order": ""}  # the number of somebody else's order
    return changed
