"""What a responsible organisation asks, and what it is answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import change, session
from app.errors import N_, invalid
from app.models.comments import Audience, Comment
from app.models.findings import Finding
from app.permissions import Actor, Permission
from app.services.findings import load_finding

MOST_LETTERS = 5000


def ask(actor: Actor, number: str, words: str) -> Comment:
    """Say something about a finding to the coordinator, in the organisation's name; raises InvalidInputError."""
    words = words.strip()
    if not words:
        raise invalid("words", "missing", N_("Write your question."))
    if len(words) > MOST_LETTERS:
        raise invalid("words", "too_long", N_("At most 5,000 characters."))
    finding = load_finding(actor, number, Permission.ANSWER)
    with change(actor, "comment.made", finding.id) as asking:
        comment = Comment(
            finding_id=finding.id,
            audience=Audience.OWNER,
            actor_id=actor.user_id,
            actor_role=actor.role_at(finding, Permission.ANSWER),
            organisation_id=finding.responsible_id,
            words=words,
        )
        asking.session.add(comment)
    return comment


def conversation(finding: Finding) -> Sequence[Comment]:
    """What was said between staff and the organisation that answers for the finding now, oldest first."""
    query = (
        select(Comment)
        .where(
            Comment.finding_id == finding.id,
            Comment.audience == Audience.OWNER,
            Comment.organisation_id == finding.responsible_id,
        )
        .order_by(Comment.at)
    )
    return session().scalars(query).all()
