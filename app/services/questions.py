"""What responsible organisations said and nobody has reacted to yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from app.models.accounts import Role
from app.models.comments import Audience, Comment
from app.models.findings import Finding


def asked() -> ColumnElement[bool]:
    """The findings at which an organisation said something that nobody of the staff has reacted to since.

    An answer settles it, and so does a note among staff: not every word needs an answer.
    """
    later = aliased(Comment)
    reacted = select(later.id).where(
        later.finding_id == Comment.finding_id,
        later.actor_role != Role.OWNER,
        later.audience != Audience.PUBLIC,
        later.at > Comment.at,
    )
    open_questions = select(Comment.finding_id).where(
        Comment.audience == Audience.OWNER, Comment.actor_role == Role.OWNER, ~reacted.exists()
    )
    return Finding.id.in_(open_questions)
