"""How the mail stands that tells the responsible organisation of a finding that was sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import select

from app.db import now, session
from app.models.findings import Finding, Level, Severity, Status
from app.models.letters import Letter, LetterState, Notice, Reason
from app.permissions import Actor, Permission
from app.services.corrections import standing_steps
from app.services.letters import goes_at
from app.services.notices import has_address


class Mailed(StrEnum):
    """What became of the mail about a sending."""

    WAITING = auto()
    SENT = auto()
    REFUSED = auto()
    NO_ADDRESS = auto()
    """The organisation has none, so nobody there is told."""
    WITHHELD = auto()
    """The finding is protected, which no mail tells of."""


@dataclass(frozen=True)
class SentMail:
    """How the mail about a sending stands."""

    state: Mailed
    at: datetime | None = None
    """When it went, or will at the latest; a mail that waits for no time goes with the next letters that are made."""


def mail_of_sending(actor: Actor, finding: Finding) -> SentMail | None:
    """How the mail about the last sending stands, for staff; None where the finding waits for no answer to one.

    Of several addresses it is enough that one was reached, or will be.
    """
    step = next(reversed(standing_steps(finding)), None)
    if finding.status is not Status.SENT or step is None or not actor.may(Permission.VIEW_SITE, finding):
        return None
    told = (
        session()
        .execute(
            select(Notice.email, Notice.reason, Letter.state, Letter.sent_at)
            .outerjoin(Notice.letter)
            .where(
                Notice.finding_id == finding.id,
                Notice.organisation_id == finding.responsible_id,
                Notice.reason.in_((Reason.SENT, Reason.ANSWERED)),
                Notice.about == str(step.number),
            )
        )
        .all()
    )
    if went := [one.sent_at for one in told if one.state is LetterState.SENT]:
        return SentMail(Mailed.SENT, min(went))
    if finding.level is Level.PROTECTED:
        return SentMail(Mailed.WITHHELD)
    if any(one.state is LetterState.WAITING for one in told):
        return SentMail(Mailed.WAITING)
    moment, acute = now(), finding.severity is Severity.ACUTE
    coming = [
        goes_at(one.email, moment, urgent=acute and one.reason is Reason.SENT)
        for one in told
        if one.state is None
    ]
    if coming:
        return SentMail(Mailed.WAITING, min(coming) if min(coming) > moment else None)
    if told:
        return SentMail(Mailed.REFUSED)
    return None if has_address(finding) else SentMail(Mailed.NO_ADDRESS)
