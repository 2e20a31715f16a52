"""What the office keeps on a finding: its numbers in other systems, the type of remedy, and its level."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.db import change, now
from app.errors import ChangedMeanwhileError, ForbiddenError
from app.models.findings import Finding, Level, RemedyType
from app.permissions import Actor, Permission
from app.services.findings import refresh_search_text
from app.services.remedies import load_locked

_OF_OWNER = frozenset({"work_order"})
_OF_STAFF = frozenset({"work_order", "fault_number", "case_number"})
_OF_COORDINATOR = _OF_STAFF | {"remedy_type", "level"}


@dataclass(frozen=True)
class Record:
    """The new values; None leaves a value as it is."""

    fault_number: str | None = None
    work_order: str | None = None
    case_number: str | None = None
    remedy_type: RemedyType | Literal[""] | None = None
    """Empty: set back to not decided."""
    level: Level | None = None


def may_keep(actor: Actor, finding: Finding) -> frozenset[str]:
    """The values of the record that this actor may change."""
    if actor.may(Permission.COORDINATE, finding):
        return _OF_COORDINATOR
    if actor.may(Permission.EDIT_FINDING, finding):
        return _OF_STAFF
    return _OF_OWNER if actor.may(Permission.ANSWER, finding) else frozenset()


def keep_record(actor: Actor, number: str, record: Record, *, version: int | None = None) -> Finding:
    """Change the record of a finding.

    Raises ForbiddenError for a value that is not the actor's to change, ChangedMeanwhileError for an old version.
    """
    with change(actor, None) as running:
        finding = load_locked(running, number)
        given: dict[str, Any] = {name: value for name, value in asdict(record).items() if value is not None}
        if not given.keys() <= may_keep(actor, finding):
            raise ForbiddenError
        changed = {
            name: value or None if name == "remedy_type" else value
            for name, value in given.items()
            if (getattr(finding, name) or "") != value
        }
        if not changed:
            return finding
        if version is not None and finding.version != version:
            raise ChangedMeanwhileError
        for name, value in changed.items():
            setattr(finding, name, value)
        finding.updated_at = now()
        refresh_search_text(finding)
        # Which values, never what they say: a level is a code of ours, the numbers are typed.
        running.record("finding.record_kept", finding.id, changed=sorted(changed), level=finding.level)
    return finding
