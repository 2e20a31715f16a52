"""What is said about a finding: among staff, with whoever answers for it, and for everybody; appended, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select

from app.db import Change, change, now, session
from app.errors import N_, ChangedMeanwhileError, ForbiddenError, NotFoundError, invalid
from app.models.accounts import Organisation, Role
from app.models.comments import Audience, Comment
from app.models.findings import Finding
from app.models.letters import Reason
from app.permissions import Actor, Permission, require
from app.services.findings import load_finding
from app.services.notices import tell, tell_coordinators
from app.services.owner_steps import what_became

MOST_LETTERS = 5000
MOST_SHOWN = 200


def audiences(actor: Actor, finding: Finding) -> tuple[Audience, ...]:
    """Whom this actor may say something to about a finding; nobody for one who may only look."""
    if actor.may(Permission.COORDINATE, finding):
        to_owner = (Audience.OWNER,) if finding.responsible_id else ()
        return (Audience.INTERNAL, *to_owner, Audience.PUBLIC)
    if actor.may(Permission.EDIT_FINDING, finding):
        return (Audience.INTERNAL,)
    return (Audience.OWNER,) if actor.may(Permission.ANSWER, finding) else ()


def say(
    actor: Actor, number: str, audience: Audience, words: str, *, comment_id: UUID | None = None
) -> Comment:
    """Say something about a finding, settled or not, and have the other side told.

    `comment_id` is made by the page: sent twice it is said once. Raises InvalidInputError, ForbiddenError, and
    ChangedMeanwhileError where the first time said something else.
    """
    finding = load_finding(actor, number)
    if audience not in audiences(actor, finding):
        raise ForbiddenError
    words = _checked(words)
    permission = Permission.ANSWER if _answers(actor, finding) else Permission.EDIT_FINDING
    role = actor.role_at(finding, permission)
    organisation_id = finding.responsible_id if audience is Audience.OWNER else None
    with change(actor, None) as saying:
        comment_id = comment_id or uuid4()
        if (known := saying.session.get(Comment, comment_id)) is not None:
            if (known.finding_id, known.audience, known.words) != (finding.id, audience, words):
                raise ChangedMeanwhileError
            return known
        comment = _add(saying, comment_id, finding, audience, words, role, organisation_id)
        if role is Role.OWNER:
            tell_coordinators(saying, finding, about=str(comment.id))
        elif audience is Audience.OWNER:
            tell(saying, finding, Reason.ANSWERED, about=str(comment.id))
    return comment


def say_late(actor: Actor, organisation_id: UUID, number: str, words: str) -> Comment:
    """Keep what an organisation says of a finding that has left it meanwhile; the coordinators read it.

    Raises NotFoundError where the finding never was with it.
    """
    step = what_became(organisation_id, number)
    if step is None:
        raise NotFoundError
    words = _checked(words)
    with change(actor, None) as saying:
        finding = saying.session.get_one(Finding, step.finding_id)
        comment = _add(saying, uuid4(), finding, Audience.OWNER, words, Role.OWNER, organisation_id)
        tell_coordinators(saying, finding, about=str(comment.id))
    return comment


def withdraw(actor: Actor, number: str, comment_id: UUID) -> Comment:
    """Take what was said to everybody off the public page; staff go on reading it.

    Raises NotFoundError where nothing of the kind was said, ForbiddenError.
    """
    finding = load_finding(actor, number)
    require(actor, Permission.COORDINATE, finding, see=Permission.VIEW_FINDING)
    with change(actor, None) as withdrawing:
        comment = withdrawing.session.get(Comment, comment_id)
        if comment is None or (comment.finding_id, comment.audience) != (finding.id, Audience.PUBLIC):
            raise NotFoundError
        if comment.withdrawn_at is None:
            comment.withdrawn_at = now()
            withdrawing.record("comment.withdrawn", finding.id, comment=comment.id)
    return comment


def conversation(actor: Actor, finding: Finding) -> Sequence[tuple[Comment, str]]:
    """What this actor may read of what was said, oldest first, each with the organisation it was said by or to.

    Staff who work with the finding read all of it, the responsible organisation what was said with itself, whoever
    only looks what is for everybody.
    """
    if actor.may(Permission.EDIT_FINDING, finding):
        seen: ColumnElement[bool] = Comment.finding_id == finding.id
    else:
        public = (Comment.audience == Audience.PUBLIC) & Comment.withdrawn_at.is_(None)
        seen = (Comment.finding_id == finding.id) & public
        if actor.may(Permission.ANSWER, finding):
            seen |= _with(finding)
    query = (
        select(Comment, func.coalesce(Organisation.name, ""))
        .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
        .where(seen)
        .order_by(Comment.at.desc(), Comment.id)
        .limit(MOST_SHOWN)
    )
    return [(comment, name) for comment, name in session().execute(query)][::-1]


def _with(finding: Finding) -> ColumnElement[bool]:
    return (
        (Comment.finding_id == finding.id)
        & (Comment.audience == Audience.OWNER)
        & (Comment.organisation_id == finding.responsible_id)
    )


def _answers(actor: Actor, finding: Finding) -> bool:
    return actor.may(Permission.ANSWER, finding) and not actor.may(Permission.EDIT_FINDING, finding)


def _checked(words: str) -> str:
    words = words.strip()
    if not words:
        raise invalid("words", "missing", N_("Write what you want to say."))
    if len(words) > MOST_LETTERS:
        raise invalid("words", "too_long", N_("At most 5,000 characters."))
    return words


def _add(
    running: Change,
    comment_id: UUID,
    finding: Finding,
    audience: Audience,
    words: str,
    role: Role | None,
    organisation_id: UUID | None,
) -> Comment:
    comment = Comment(
        id=comment_id,
        finding_id=finding.id,
        audience=audience,
        actor_id=running.actor.user_id,
        actor_role=role,
        organisation_id=organisation_id,
        words=words,
    )
    running.session.add(comment)
    running.session.flush()
    running.record("comment.made", finding.id, audience=audience, comment=comment_id)
    return comment
