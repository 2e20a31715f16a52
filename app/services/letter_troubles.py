"""What became of letters, for coordinators: those to an organisation, and those that did not arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import now, session
from app.models.accounts import Contact, Organisation
from app.models.letters import Letter, LetterState, Notice
from app.permissions import Actor, Permission, require

SHOWN_FOR = timedelta(days=90)
WAITS_LONG = timedelta(days=1)
"""A letter that was not sent by then is no longer a server having a bad hour."""
_LAST = 20
_FIRST = 3


@dataclass(frozen=True)
class Trouble:
    """A letter to an organisation that did not arrive."""

    organisation_id: UUID
    organisation: str
    email: str
    state: LetterState
    created_at: datetime


@dataclass(frozen=True)
class Troubles:
    """How many addresses of organisations did not get their last letter, and the newest of them."""

    count: int
    first: Sequence[Trouble]


def letters_to(actor: Actor, organisation_id: UUID) -> Sequence[Letter]:
    """The last letters that told an organisation something, newest first."""
    require(actor, Permission.COORDINATE, None)
    told = select(Notice.letter_id).where(Notice.organisation_id == organisation_id)
    query = select(Letter).where(Letter.id.in_(told)).order_by(Letter.created_at.desc()).limit(_LAST)
    return session().scalars(query).all()


def returned_from(addresses: Iterable[str]) -> Mapping[str, str]:
    """Of these addresses, in lower case, those whose last letter did not arrive, with what the server said."""
    wanted = {address.lower() for address in addresses}
    later = aliased(Letter)
    newer = select(later.id).where(
        later.email == Letter.email, later.created_at > Letter.created_at, later.state != LetterState.WAITING
    )
    query = select(Letter.email, Letter.answer).where(
        Letter.email.in_(wanted),
        Letter.state == LetterState.REFUSED,
        Letter.created_at > now() - SHOWN_FOR,
        ~newer.exists(),
    )
    return {row.email: row.answer for row in session().execute(query)}


def troubles(actor: Actor) -> Troubles:
    """What did not arrive and nobody has mended: by another address, or by a letter that was sent there since."""
    if not actor.may_somewhere(Permission.COORDINATE):
        return Troubles(0, ())
    later = aliased(Letter)
    settled = (
        select(later.id)
        .where(
            later.email == Letter.email,
            later.created_at > Letter.created_at,
            or_(later.state == LetterState.SENT, _failed(later)),
        )
        .exists()
    )
    contact = select(Contact.id).where(
        Contact.organisation_id == Organisation.id, func.lower(Contact.email) == Letter.email
    )
    registered = or_(func.lower(Organisation.email) == Letter.email, contact.exists())
    query = (
        select(Organisation.id, Organisation.name, Letter.email, Letter.state, Letter.created_at)
        .select_from(Letter)
        .join(Notice, Notice.letter_id == Letter.id)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .where(Letter.created_at > now() - SHOWN_FOR, _failed(Letter), ~settled, registered)
        .distinct()
    )
    count = session().scalar(select(func.count()).select_from(query.subquery())) or 0
    if not count:
        return Troubles(0, ())
    newest = session().execute(query.order_by(Letter.created_at.desc()).limit(_FIRST))
    return Troubles(count, [Trouble(*row) for row in newest])


def _failed(letter: type[Letter]) -> ColumnElement[bool]:
    long = and_(letter.state == LetterState.WAITING, letter.created_at < now() - WAITS_LONG)
    return or_(letter.state == LetterState.REFUSED, long)
