"""Taking a mistaken step back: a new entry puts the finding where it stood; the mistake stays on record."""

from __future__ import annotations

from typing import Any

from app.db import change, now
from app.errors import N_, ChangedMeanwhileError, invalid
from app.models.findings import Finding
from app.models.remedies import StatusChange
from app.permissions import Actor, Permission, require
from app.services.findings import refresh_search_text
from app.services.needs import Given
from app.services.remedies import load_locked
from app.services.steps import append_step, restored

_CHANGED_APART = frozenset({"severity", "remedy_type", "work_order"})
"""Columns that a step writes and that the pages of the finding change too."""


def step_to_correct(finding: Finding) -> StatusChange | None:
    """The last step that has not been taken back; None where only the report itself is left."""
    last = next(reversed(standing_steps(finding)), None)
    return last if last is not None and last.before is not None else None


def standing_steps(finding: Finding) -> list[StatusChange]:
    """The steps of a finding in order, without those that were taken back and the entries that did so."""
    mistaken = {one.corrects for one in finding.history}
    return [one for one in finding.history if one.corrects is None and one.number not in mistaken]


def correct(actor: Actor, number: str, words: str, *, version: int | None = None) -> Finding:
    """Take back the last standing step of a finding, saying why; for coordinators.

    Raises InvalidInputError at `words` when they are missing, ChangedMeanwhileError when somebody was first.
    """
    with change(actor, None) as running:
        finding = load_locked(running, number)
        require(actor, Permission.COORDINATE, finding, see=Permission.VIEW_FINDING)
        if version is not None and finding.version != version:
            raise ChangedMeanwhileError
        if not words.strip():
            raise invalid("words", "missing", N_("Write what was wrong."))
        mistake = step_to_correct(finding)
        if mistake is None or mistake.before is None:
            raise invalid("words", "nothing_to_correct", N_("There is no step to take back."))
        append_step(
            running,
            finding,
            mistake.before,
            restored(_still_its_own(finding, mistake)),
            role=actor.role_at(finding, Permission.COORDINATE),
            at=now(),
            given=Given(words=words.strip()),
            corrects=mistake.number,
        )
        refresh_search_text(finding)
        running.record("finding.corrected", finding.id, corrects=mistake.number, version=finding.version)
    return finding


def _still_its_own(finding: Finding, mistake: StatusChange) -> dict[str, Any]:
    """What the step overwrote, without what somebody has changed apart from any step since."""
    later = {
        name
        for name in _CHANGED_APART & mistake.overwritten.keys()
        if (getattr(finding, name) or None) != _written(mistake, name)
    }
    return {name: value for name, value in mistake.overwritten.items() if name not in later}


def _written(step: StatusChange, name: str) -> str | None:
    """What a step wrote into a column: what it was given; a work order that it was not given it took away."""
    given = str(step.given.get(name) or "").strip()
    return given or (None if name == "work_order" else step.overwritten[name] or None)
