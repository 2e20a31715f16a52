"""The conversation as pages show it: by function and organisation, with whom it was said to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.models.accounts import Role
from app.models.comments import Audience
from app.models.findings import Finding, Level
from app.permissions import Actor
from app.services import comments
from app.views.access import actor
from app.words import word
from forms.comments import CommentForm


@dataclass(frozen=True)
class Said:
    """One thing that was said: when, by which function, to whom."""

    at: datetime
    who: str
    audience: Audience
    to: str
    words: str
    id: UUID
    withdrawn_at: datetime | None


def said(reader: Actor, finding: Finding) -> list[Said]:
    """What `reader` may read of what was said, oldest first."""
    return [
        Said(
            one.at,
            name or word(Role.OWNER) if one.actor_role is Role.OWNER else word(one.actor_role),
            one.audience,
            name if one.audience is Audience.OWNER and one.actor_role is not Role.OWNER else "",
            one.words,
            one.id,
            one.withdrawn_at,
        )
        for one, name in comments.conversation(reader, finding)
    ]


def comment_form(
    finding: Finding, *, sent: bool = False, failed: FlaskForm | None = None
) -> CommentForm | None:
    """The form for saying something: as it was `sent` or refused, or empty; None for one who may only look."""
    if isinstance(failed, CommentForm):
        return failed
    open_to = comments.audiences(actor(), finding)
    if not open_to:
        return None
    form = CommentForm(prefix="comment") if sent else CommentForm(formdata=None, prefix="comment")
    form.offer([(one.value, _audience_word(one, finding)) for one in open_to])
    if not sent:
        form.fresh()
    return form


def _audience_word(audience: Audience, finding: Finding) -> str:
    if audience is Audience.OWNER:
        assert finding.responsible is not None
        return str(_("%(name)s and staff", name=finding.responsible.name))
    if audience is Audience.PUBLIC:
        told = finding.level is Level.PUBLIC
        return str(_("Everybody, at once") if told else _("Everybody, when the finding is published"))
    return str(_("Only staff"))
