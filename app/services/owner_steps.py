"""What a responsible organisation may read of a finding's history: the steps taken while it had the finding."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.models.findings import Finding, Level
from app.models.remedies import StatusChange
from app.permissions import Actor, Permission


def own_steps(finding: Finding, organisation_id: UUID) -> Sequence[StatusChange]:
    """The steps of a finding that concern this organisation, in order; what another one answered is not among them."""
    return [step for step in finding.history if step.organisation_id == organisation_id]


def seen_steps(actor: Actor, finding: Finding) -> Sequence[StatusChange]:
    """The steps that this actor may read: all of them for whoever knows the site, else those of the responsible."""
    if actor.may(Permission.VIEW_SITE, finding):
        return finding.history
    return own_steps(finding, finding.responsible_id) if finding.responsible_id else ()


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
