"""Appending a step to a finding's history, where nothing is edited: a new entry takes a mistake back."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.db import Change, now
from app.models.accounts import Role
from app.models.findings import Finding, RemedyType, Severity, Status, VerificationMethod
from app.models.remedies import StatusChange
from app.services.needs import Given

# How a column of the finding comes back out of JSON, for those that are not plain text.
_READERS: dict[str, Any] = {
    "severity": Severity,
    "remedy_type": RemedyType,
    "duplicate_of_id": UUID,
    "responsible_id": UUID,
    "fixed_by": UUID,
    "due_on": date.fromisoformat,
    "planned_on": date.fromisoformat,
    "hold_until": date.fromisoformat,
    "reported_fixed_at": datetime.fromisoformat,
    "verified_at": datetime.fromisoformat,
    "verified_how": VerificationMethod,
}


def append_step(
    running: Change,
    finding: Finding,
    after: Status,
    changed: dict[str, Any],
    *,
    role: Role | None,
    at: datetime,
    given: Given,
    corrects: int | None = None,
) -> StatusChange:
    """Move the finding to `after`, set the changed columns, and append the entry that says so."""
    last = select(func.max(StatusChange.number)).where(StatusChange.finding_id == finding.id)
    sent_to = finding.responsible_id
    overwritten = {name: _plain(getattr(finding, name)) for name in changed}
    before = finding.status
    for name, value in changed.items():
        setattr(finding, name, value)
    finding.status = after
    finding.updated_at = now()  # so that the version grows even where nothing else is new
    entry = StatusChange(
        finding_id=finding.id,
        number=(running.session.scalar(last) or 0) + 1,
        at=at,
        before=before,
        after=after,
        actor_id=running.actor.user_id,
        actor_role=role,
        organisation_id=finding.responsible_id or sent_to,
        words=given.words,
        given=_record(given),
        overwritten=overwritten,
        corrects=corrects,
    )
    running.session.add(entry)
    return entry


def restored(overwritten: dict[str, Any]) -> dict[str, Any]:
    """The columns with the values that a step overwrote."""
    return {
        name: _READERS[name](value) if value is not None and name in _READERS else value
        for name, value in overwritten.items()
    }


def _record(given: Given) -> dict[str, Any]:
    """What was given beside the words, as plain JSON; what was left out stays out."""
    pairs = ((field.name, getattr(given, field.name)) for field in fields(given) if field.name != "words")
    return {name: _plain(value) for name, value in pairs if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return None if value is None else str(value)
