"""What a responsible organisation may read of a finding's history: the steps taken while it had the finding."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.models.findings import Finding, Level
from app.models.remedies import StatusChange
from app.permissions import Actor, Permission


def seen_steps(actor: Actor, finding: Finding) -> Sequence[StatusChange]:
    """The steps that this actor may read, in order: all of them for whoever knows the site, else the responsible's own.

    What another organisation answered before is not among those.
    """
    if actor.may(Permission.VIEW_SITE, finding):
        return finding.history
    if finding.responsible_id is None:
        return ()
    return [step for step in finding.history if step.organisation_id == finding.responsible_id]


def what_became(organisation_id: UUID, number: str) -> StatusChange | None:
    """The step by which a finding left this organisation, for somebody who still has its page open."""
    query = (
        select(StatusChange)
        .join(Finding, Finding.id == StatusChange.finding_id)
        .where(
            Finding.number == number.upper(),
            Finding.level != Level.PROTECTED,
            Finding.responsible_id.is_distinct_from(organisation_id),
            StatusChange.organisation_id == organisation_id,
        )
        .order_by(StatusChange.number.desc())
        .limit(1)
    )
    return session().scalar(query)
