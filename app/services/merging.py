"""Edits that meet: a finding remembers when each of its parts changed, so that edits of different parts merge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect, update

from app.db import Change, now
from app.models.findings import Finding, Severity
from app.models.operations import Conflict

UNITS: dict[str, tuple[str, ...]] = {
    "position": ("lon", "lat", "accuracy_m", "place_words"),
    "category": ("category", "item"),
    **{
        name: (name,)
        for name in (
            "asset_number",
            "title",
            "description",
            "severity",
            "unsafe_day",
            "unsafe_evening",
            "size",
            "positive",
            "hate",
        )
    },
}
"""Part → the fields that mean something only together."""
UNIT_OF = {name: unit for unit, names in UNITS.items() for name in names}


@dataclass
class Merged:
    """What of an edit may be written, and where it meets somebody else's."""

    taken: dict[str, Any] = field(default_factory=dict)
    """Field → new value."""
    agreed: list[str] = field(default_factory=list)
    """Parts that now stand as the edit has them."""
    disputed: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    """Part → what the edit wants and what stands there, by field."""


def merge(finding: Finding, base_version: int, said: Mapping[str, Any], own: Collection[int] = ()) -> Merged:
    """Hold an edit based on `base_version` against a finding; nothing is written.

    A part that nobody else changed since takes the new value; one that was changed to something else is disputed.
    `own` are later versions that came from whoever edits, and before this edit.
    """
    merged = Merged()
    for unit, names in UNITS.items():
        mine = {name: said[name] for name in names if name in said}
        if not mine:
            continue
        theirs = {name: getattr(finding, name) for name in names}
        if all(theirs[name] == value for name, value in mine.items()):
            merged.agreed.append(unit)
        elif base_version >= (changed := finding.unit_versions.get(unit, 1)) or changed in own:
            merged.taken |= mine
            merged.agreed.append(unit)
        else:
            merged.disputed[unit] = (mine, theirs)
    return merged


def settle_units(running: Change, finding: Finding, names: Iterable[str], version: int) -> None:
    """End the open conflicts about the parts of these fields that an edit based on `version` has seen."""
    units = {UNIT_OF[name] for name in names if name in UNIT_OF}
    settled = running.session.scalars(
        update(Conflict)
        .where(
            Conflict.finding_id == finding.id,
            Conflict.unit.in_(units),
            Conflict.settled_at.is_(None),
            Conflict.version <= version,
        )
        .values(settled_at=now(), settled_by=running.actor.user_id)
        .returning(Conflict.unit)
    )
    for unit in sorted(set(settled)):
        running.record("finding.conflict_settled", finding.id, unit=unit)


def read_fields(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as a conflict keeps them in JSON, as a finding has them."""
    return {
        name: Severity(value) if name == "severity" and value is not None else value
        for name, value in kept.items()
    }


@event.listens_for(Finding, "before_update")
def _remember_changed_units(_mapper: object, _connection: object, finding: Finding) -> None:
    # Here, so that every way of changing a finding counts: the phone, a form, a step of its remedy.
    state = inspect(finding)
    changed = {unit for name, unit in UNIT_OF.items() if state.attrs[name].history.has_changes()}
    if changed:
        after = finding.version + 1
        finding.unit_versions = {**finding.unit_versions, **dict.fromkeys(changed, after)}
