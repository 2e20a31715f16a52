"""The steps of a finding from triage to a verified fix: which are open to whom, and taking one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db import Change, change, now, session
from app.errors import N_, ChangedMeanwhileError, ForbiddenError, PlatskollenError, invalid
from app.i18n import today
from app.models.findings import Finding, Status, VerificationMethod
from app.models.photos import PhotoKind
from app.permissions import SYSTEM, Actor, Permission
from app.services import verification
from app.services.findings import load_finding, refresh_search_text
from app.services.needs import Given, check, complete, effects
from app.services.notices import tell_of_step
from app.services.photos import Upload, attach
from app.services.steps import append_step
from app.services.transitions import (
    COORDINATOR,
    TRANSITIONS,
    Need,
    Transition,
    find_transition,
    transitions_from,
)

_PHOTO_KINDS = {
    Status.REPORTED_FIXED: PhotoKind.FIX,
    Status.VERIFIED: PhotoKind.VERIFICATION,
    Status.REOPENED: PhotoKind.VERIFICATION,
}
"""What the photos of a step show; a check that the fix did not pass is a check, and its photo is of that day."""


@dataclass(frozen=True)
class Step:
    """A step that is open to somebody, with what a form for it needs to know."""

    to: Status
    needs: tuple[Need, ...]
    photo_needed: bool
    """For a check: whether the least way of checking needs one."""
    methods: tuple[VerificationMethod, ...]
    """For a check: the ways that meet the rule."""
    proposed_due: date


@dataclass(frozen=True)
class Outcome:
    """What became of one finding out of several: moved, or why not."""

    number: str
    error: PlatskollenError | None = None


def steps_for(actor: Actor, finding: Finding) -> list[Step]:
    """The steps that this actor may take with the finding now, in the order of the table."""
    ways = verification.methods(finding)
    return [
        Step(
            row.after,
            row.needs,
            (Need.FIX_PHOTO in row.needs and verification.fix_needs_photo(finding))
            or (Need.CHECK_PHOTO in row.needs and verification.check_needs_photo(finding, ways[0])),
            ways,
            verification.proposed_due(finding, today()),
        )
        for row in transitions_from(finding.status)
        if _permission(actor, finding, row)
        and not (row.after is Status.VERIFIED and verification.is_doer(actor, finding))
    ]


def move(
    actor: Actor,
    number: str,
    to: Status,
    given: Given | None = None,
    photos: Sequence[Upload] = (),
    *,
    version: int | None = None,
    at: datetime | None = None,
) -> Finding:
    """Take one step with a finding; `version`: what the decision rests on, `at`: when it happened if not now.

    Raises InvalidInputError naming each field at fault, ForbiddenError, or ChangedMeanwhileError.
    """
    with change(actor, None) as running:
        finding = load_locked(running, number)
        if version is not None and finding.version != version:
            raise ChangedMeanwhileError
        row = _open_row(actor, finding, to)
        moment = at or now()
        given = complete(finding, row, given or Given(), moment)
        known = {photo.sha256 for photo in finding.photos}
        fresh = [upload for upload in photos if upload.sha256 not in known]
        check(actor, finding, row, given, len(fresh), moment)
        take_step(running, finding, to, given, fresh, at=moment, permission=_permission(actor, finding, row))
    return finding


def move_several(
    actor: Actor, numbers: Sequence[str], to: Status, given: Given, versions: Mapping[str, int] | None = None
) -> list[Outcome]:
    """Take the same step with several findings; each by itself, so that one that cannot stops no other.

    `versions`: by number, what the decision rests on.
    """
    outcomes = []
    for number in dict.fromkeys(numbers):
        try:
            move(actor, number, to, given, version=(versions or {}).get(number))
        except PlatskollenError as error:
            outcomes.append(Outcome(number, error))
        else:
            outcomes.append(Outcome(number))
    return outcomes


def close_verified(older_than: timedelta) -> int:
    """Close what was verified longer ago than this, by rule; returns how many."""
    verified = select(Finding.number).where(
        Finding.status == Status.VERIFIED, Finding.verified_at < now() - older_than
    )
    numbers = list(session().scalars(verified))
    return sum(outcome.error is None for outcome in move_several(SYSTEM, numbers, Status.CLOSED, Given()))


def load_locked(
    running: Change, name: str | UUID, permission: Permission = Permission.VIEW_FINDING
) -> Finding:
    """The finding by number or id, authorised and held against everybody else until the change ends."""
    finding = load_finding(running.actor, name, permission)
    running.session.refresh(finding, with_for_update=True)
    return finding


def take_step(
    running: Change,
    finding: Finding,
    to: Status,
    given: Given,
    photos: Sequence[Upload],
    *,
    at: datetime,
    permission: Permission | None,
) -> None:
    """Carry a step out within a change: the finding's columns, its history, photos, notices and the audit event."""
    actor, before = running.actor, finding.status
    attach(running, finding, photos, _PHOTO_KINDS.get(to, PhotoKind.FINDING))
    role = actor.role_at(finding, permission) if permission and actor.user_id else None
    changed = effects(actor, finding, to, given, at)
    entry = append_step(running, finding, to, changed, role=role, at=at, given=given)
    refresh_search_text(finding)
    running.record(f"finding.{to}", finding.id, before=before, version=finding.version)
    tell_of_step(running, finding, entry)


def _open_row(actor: Actor, finding: Finding, to: Status) -> Transition:
    """The row of the table for this step; raises where there is none, or none for this actor."""
    row = find_transition(finding.status, to)
    if row is None:
        if not any(
            actor.may(who, finding) for other in TRANSITIONS if other.after is to for who in other.who
        ):
            raise ForbiddenError
        raise invalid(
            "to",
            "not_open",
            N_("This step is not open where the finding stands now. Choose one of those shown."),
        )
    if _permission(actor, finding, row) is None:
        raise ForbiddenError
    if to is Status.VERIFIED and verification.is_doer(actor, finding):
        raise verification.DoerMayNotVerifyError
    return row


def _permission(actor: Actor, finding: Finding, row: Transition) -> Permission | None:
    who = row.who
    if row.after is Status.WITHDRAWN and finding.reported_by != actor.user_id:
        who = COORDINATOR  # nobody takes back what a colleague saw
    return next((permission for permission in who if actor.may(permission, finding)), None)
