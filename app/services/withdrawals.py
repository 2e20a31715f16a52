"""Taking a finding back: a pin set by mistake, or one of two that two phones set for the same thing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db import change
from app.errors import N_, ForbiddenError, NotFoundError, invalid
from app.models.findings import Finding, Status
from app.permissions import Actor, Permission
from app.services.findings import load_finding
from app.services.needs import Given, check
from app.services.remedies import load_locked, take_step
from app.services.transitions import find_transition


def withdraw(actor: Actor, finding_id: UUID, duplicate_of: UUID | None = None, *, at: datetime) -> Finding:
    """Take a finding back, or make it a duplicate of another; by its reporter or a coordinator, once is enough.

    Raises NotFoundError, ForbiddenError, InvalidInputError.
    """
    to = Status.WITHDRAWN if duplicate_of is None else Status.DUPLICATE
    with change(actor, None) as running:
        finding = load_locked(running, finding_id)
        permission = _permission(actor, finding)
        if finding.status is to and finding.duplicate_of_id == duplicate_of:
            return finding
        row = find_transition(finding.status, to)
        if row is None:
            raise invalid(
                "status", "not_open", N_("Somebody works with it already. Ask the coordinator of the site.")
            )
        given = Given(duplicate_of=_number_of(actor, duplicate_of) if duplicate_of else "")
        check(actor, finding, row, given, 0, at)
        take_step(running, finding, to, given, (), at=at, permission=permission)
    return finding


def _permission(actor: Actor, finding: Finding) -> Permission:
    if actor.may(Permission.COORDINATE, finding):
        return Permission.COORDINATE
    if finding.reported_by == actor.user_id and actor.may(Permission.EDIT_FINDING, finding):
        return Permission.EDIT_FINDING
    raise ForbiddenError


def _number_of(actor: Actor, finding_id: UUID) -> str:
    try:
        return load_finding(actor, finding_id).number
    except NotFoundError as error:
        raise invalid("duplicate_of", "unknown", N_("There is no such finding.")) from error
