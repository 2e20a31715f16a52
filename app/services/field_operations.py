"""What each kind of operation does: what phones ask for, carried out by the services that pages use as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.db import Change, now
from app.errors import N_, invalid
from app.models.findings import Finding
from app.models.operations import Conflict, Operation
from app.models.photos import PhotoKind
from app.permissions import Permission
from app.services import field_walks
from app.services.expected_photos import expect_photos
from app.services.finding_details import NAMES, FindingDetails, details_of, ready
from app.services.findings import apply_details
from app.services.merging import UNIT_OF, UNITS, merge, settle_units
from app.services.rechecks import recheck
from app.services.remedies import load_locked
from app.services.withdrawals import withdraw


@dataclass(frozen=True)
class Wanted:
    """One operation that is allowed to be tried; `at`: by the server's clock."""

    operation_id: UUID
    device_id: UUID
    object_id: UUID
    base_version: int | None
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """What an operation came to."""

    version: int
    current: dict[str, Any] | None = None
    conflicts: tuple[Conflict, ...] = field(default=())


def reported_details(data: Mapping[str, Any]) -> FindingDetails:
    """What a report says of a finding."""
    return FindingDetails(**{name: data[name] for name in NAMES if data.get(name) is not None})


def brief(number: str, version: int, status: str) -> dict[str, Any]:
    """What a phone needs to know of a finding that was taken in."""
    return {"number": number, "version": version, "status": status}


def whole(finding: Finding) -> dict[str, Any]:
    """A finding as it stands, by the fields of an operation."""
    stands = {name: getattr(finding, name) for name in UNIT_OF}
    return {**brief(finding.number, finding.version, finding.status), "id": str(finding.id), **stands}


def _start(running: Change, wanted: Wanted) -> Done:
    said = dict(wanted.data)
    site = said.pop("site")
    walk = field_walks.start_or_join(running.actor, wanted.object_id, site, said, at=wanted.at)
    return Done(walk.version)


def _update_walk(running: Change, wanted: Wanted) -> Done:
    walk = field_walks.load_version(running, wanted.object_id)
    seen = wanted.base_version is not None and wanted.base_version >= walk
    return Done(field_walks.add_to_walk(running.actor, wanted.object_id, wanted.data, seen=seen).version)


def _finish(running: Change, wanted: Wanted) -> Done:
    return Done(field_walks.finish(running.actor, wanted.object_id, wanted.data, at=wanted.at).version)


def _update_finding(running: Change, wanted: Wanted) -> Done:
    finding = load_locked(running, wanted.object_id, Permission.EDIT_FINDING)
    # Without a version it was made before the phone had heard of any: on what was first reported.
    base = wanted.base_version or 1
    if base > finding.version:
        raise invalid("base_version", "unknown", N_("The server knows no such version of the finding."))
    said = {name: value for name, value in wanted.data.items() if name in UNIT_OF}
    if "item" not in said and said.get("category", finding.category) != finding.category:
        said["item"] = ""  # a point of the other category says nothing here
    before = details_of(finding)
    ready(replace(before, **said), finding.walk)  # what is kept for a person to choose from must be choosable
    merged = merge(finding, base, said, _own_versions(running, wanted, base))
    details = ready(replace(before, **merged.taken), finding.walk)
    changed = [name for name in NAMES if getattr(details, name) != getattr(before, name)]
    if changed:
        apply_details(finding, details)
        running.record("finding.updated", finding.id, fields=changed)
    if merged.disputed:
        finding.updated_at = (
            now()
        )  # a version of its own: who has seen an earlier one has not seen this conflict
    running.session.flush()
    settle_units(running, finding, [name for unit in merged.agreed for name in UNITS[unit]], base)
    expect_photos(running, [(finding.id, finding.walk_id, one) for one in wanted.data.get("photos", ())])
    if not merged.disputed:
        return Done(finding.version, brief(finding.number, finding.version, finding.status))
    running.record("finding.conflict", finding.id, units=sorted(merged.disputed))
    conflicts = tuple(
        Conflict(
            finding_id=finding.id,
            operation_id=wanted.operation_id,
            unit=unit,
            mine=mine,
            theirs=theirs,
            version=finding.version,
            actor_id=running.actor.user_id,
        )
        for unit, (mine, theirs) in merged.disputed.items()
    )
    return Done(finding.version, whole(finding), conflicts)


def _own_versions(running: Change, wanted: Wanted, base: int) -> set[int]:
    """Versions after `base` that this person made and that the edit follows: nobody disputes with themselves.

    A phone keeps its base when somebody else's change of another part came between. One device sends in the order
    in which things were said; between two devices of one person the clock decides.
    """
    before = or_(Operation.device_id == wanted.device_id, Operation.corrected_at < wanted.at)
    made = select(Operation.version).where(
        Operation.object_id == wanted.object_id,
        Operation.actor_id == running.actor.user_id,
        Operation.version > base,
        before,
    )
    return {version for version in running.session.scalars(made) if version is not None}


def _withdraw(running: Change, wanted: Wanted) -> Done:
    finding = withdraw(running.actor, wanted.object_id, wanted.data.get("duplicate_of"), at=wanted.at)
    running.session.flush()
    return Done(finding.version, brief(finding.number, finding.version, finding.status))


def _recheck(running: Change, wanted: Wanted) -> Done:
    data = wanted.data
    result, photos = data["result"], data.get("photos", [])
    row = recheck(
        running.actor,
        data["walk_id"],
        wanted.object_id,
        result,
        data.get("note", ""),
        recheck_id=wanted.operation_id,
        at=wanted.at,
        promised=len(photos),
    )
    promised = [(row.finding_id, row.walk_id, one) for one in photos]
    expect_photos(running, promised, PhotoKind.VERIFICATION)
    running.session.flush()
    finding = row.finding
    return Done(finding.version, brief(finding.number, finding.version, finding.status))


HANDLERS: Mapping[str, Callable[[Change, Wanted], Done]] = {
    "walk.start": _start,
    "walk.update": _update_walk,
    "walk.finish": _finish,
    "finding.update": _update_finding,
    "finding.withdraw": _withdraw,
    "finding.recheck": _recheck,
}
"""By type; `finding.report` comes in runs, see `app.services.syncs`."""
