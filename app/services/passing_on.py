"""Passing one finding on: the responsible organisation mails a contractor a link for that finding alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.db import change, now, session
from app.errors import N_, TooManyRequestsError, invalid
from app.models.findings import Finding
from app.models.owner_links import OwnerLink
from app.permissions import Actor, Permission
from app.services.accounts import normal_email
from app.services.owner_links import made_since, send_link
from app.services.remedies import load_locked
from app.services.waiting import WITH_OWNER

MOST_A_DAY = 50


def pass_on(actor: Actor, number: str, email: str) -> OwnerLink:
    """Mail a link for this finding to a contractor; the organisation stays responsible.

    Raises InvalidInputError for no address or a finding that is over, TooManyRequestsError beyond MOST_A_DAY.
    """
    email = normal_email(email)
    with change(actor, None) as running:
        finding = load_locked(running, number, Permission.REPRESENT)
        if finding.status not in WITH_OWNER or finding.responsible_id is None:
            raise invalid("email", "not_open", N_("There is nothing to do with this finding now."))
        if made_since(now() - timedelta(days=1), by=actor.user_id) >= MOST_A_DAY:
            raise TooManyRequestsError
        link = send_link(running, finding.responsible_id, email, finding.id)
        running.record("finding.passed_on", finding.id, link=link.id)
    return link


def passed_on(actor: Actor, finding: Finding) -> Sequence[OwnerLink]:
    """To whom this finding is passed on now; nobody, for those who may not pass it on."""
    if not actor.may(Permission.REPRESENT, finding):
        return []
    query = (
        select(OwnerLink)
        .where(
            OwnerLink.finding_id == finding.id,
            OwnerLink.organisation_id == finding.responsible_id,
            OwnerLink.revoked_at.is_(None),
            OwnerLink.expires_at > now(),
        )
        .order_by(OwnerLink.created_at)
    )
    return session().scalars(query).all()
