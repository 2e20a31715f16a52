"""Links by which those who must act come in without an account: made, mailed, found, revoked.

A link acts for one organisation, or for one finding alone, until it ends. Its token is an HMAC of its id under the
deployment's secret: a mail that must be sent again carries the same link, and the database alone, which keeps the
token's hash, opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import Row, bindparam, func, or_, select

from app.db import Change, change, now, session
from app.errors import N_, ForbiddenError, NotFoundError, PlatskollenError
from app.i18n import DEFAULT
from app.jobs import enqueue, job
from app.models.accounts import Organisation, Role
from app.models.findings import Finding
from app.models.owner_links import OwnerLink
from app.permissions import SYSTEM, Actor, Grant, Permission, require
from app.services import mail
from app.services.findings import load_finding, seen_by
from app.services.letter_words import for_doing
from app.services.register_access import may_change
from app.services.waiting import count_waiting
from config import settings

LIFE = timedelta(days=30)
_USE_NOTED_EVERY = timedelta(hours=1)
# Asked by every page that a link opens: one statement, made once, and no objects of rows.
_HOLDER = (
    select(
        OwnerLink.id,
        OwnerLink.organisation_id,
        Organisation.name,
        OwnerLink.finding_id,
        OwnerLink.used_at,
        OwnerLink.expires_at,
        OwnerLink.revoked_at,
    )
    .join(Organisation, Organisation.id == OwnerLink.organisation_id)
    .where(OwnerLink.secret_hash == bindparam("hash"))
)


class UnknownLinkError(NotFoundError):
    """There is no such link: altered, copied only in part, or never made."""

    code = "owner_link_unknown"
    title = N_("The link does not work")
    message = N_(
        "A letter or more of it is missing or changed. Open it from the mail again, or ask for a new one."
    )


class EndedLinkError(PlatskollenError):
    """The link was right once, but is too old or was revoked."""

    code = "owner_link_ended"
    status = 410
    title = N_("The link has ended")
    message = N_(
        "A link works for 30 days, unless somebody ends it before. Nothing that was answered is lost."
    )


@dataclass(frozen=True)
class Holder:
    """Whoever holds a link: seen as the organisation, never as a person."""

    link_id: UUID
    organisation_id: UUID
    organisation: str
    finding_id: UUID | None
    used_at: datetime | None

    @property
    def actor(self) -> Actor:
        """The actor that the link acts as."""
        grant = Grant(Role.OWNER, organisation_id=self.organisation_id, finding_id=self.finding_id)
        return Actor(self.link_id, (grant,))


def make_link(
    running: Change,
    organisation_id: UUID,
    email: str,
    finding_id: UUID | None = None,
    *,
    link_id: UUID | None = None,
) -> OwnerLink:
    """Make a link within a change, for everything an organisation answers for or for one finding of it.

    `link_id`: for whoever finds the link again by an id that it can work out.
    """
    link_id = link_id or uuid4()
    link = OwnerLink(
        id=link_id,
        organisation_id=organisation_id,
        finding_id=finding_id,
        email=email,
        secret_hash=_hash(_token(link_id)),
        passed_on_by=running.actor.user_id,
        expires_at=now() + LIFE,
    )
    running.session.add(link)
    running.record("owner_link.made", link_id, organisation=organisation_id, finding=finding_id)
    return link


def send_link(
    running: Change, organisation_id: UUID, email: str, finding_id: UUID | None = None
) -> OwnerLink:
    """Make a link within a change and have it mailed to `email` once the change is committed."""
    link = make_link(running, organisation_id, email, finding_id)
    enqueue(running, "owner_link.mail", link_id=str(link.id))
    return link


def link_address(organisation: Organisation, email: str) -> str:
    """A fresh address for a mail to this organisation, usable for 30 days."""
    with change(SYSTEM, None) as running:
        return address_of(make_link(running, organisation.id, email))


def address_of(link: OwnerLink) -> str:
    """The address that opens this link; only its holder and the mail to them ever have it."""
    return f"{settings().base_url}/agare/{_token(link.id)}"


@job("owner_link.mail", in_turn=True)
def mail_link(link_id: str) -> None:
    """Mail a link; a repeat is the same mail with the same link."""
    link = session().get(OwnerLink, UUID(link_id))
    if link is None or not _open(link):
        return  # nobody is registered at the address that was asked for, or it was revoked since
    finding = session().get(Finding, link.finding_id) if link.finding_id else None
    with force_locale(DEFAULT):
        subject, body = _words(link, finding)
        mail.send(settings(), to=link.email, subject=subject, body=body, key=link.id)


def find_link(token: str) -> Holder:
    """Who holds the link with this token; looking changes nothing. Raises UnknownLinkError or EndedLinkError."""
    found = session().connection().execute(_HOLDER, {"hash": _hash(token)}).first()
    if found is None:
        raise UnknownLinkError
    if not _open(found):
        raise EndedLinkError
    return Holder(found.id, found.organisation_id, found.name, found.finding_id, found.used_at)


def load_by_token(token: str) -> OwnerLink:
    """The link with this token, open or ended; raises UnknownLinkError."""
    link = session().scalar(select(OwnerLink).where(OwnerLink.secret_hash == _hash(token)))
    if link is None:
        raise UnknownLinkError
    return link


def note_use(holder: Holder) -> None:
    """Note that somebody acts by the link, once an hour at most."""
    if holder.used_at is not None and holder.used_at > now() - _USE_NOTED_EVERY:
        return
    with change(holder.actor, None) as noting:
        noting.session.get_one(OwnerLink, holder.link_id).used_at = now()


def revoke_link(actor: Actor, link_id: UUID) -> OwnerLink:
    """End a link: whoever coordinates everywhere any, an organisation those of a finding that it passed on."""
    with change(actor, "owner_link.revoked", link_id) as revoking:
        link = revoking.session.get(OwnerLink, link_id)
        if link is None:
            raise NotFoundError
        _require_ending(actor, link)
        if link.revoked_at is None:
            link.revoked_at = now()
    return link


def links_of(actor: Actor, organisation_id: UUID) -> Sequence[tuple[OwnerLink, str | None]]:
    """The open links of an organisation, newest first, each with the number of its one finding if it has one."""
    require(actor, Permission.COORDINATE, None)
    query = (
        select(OwnerLink, Finding.number)
        .outerjoin(Finding, Finding.id == OwnerLink.finding_id)
        .where(
            OwnerLink.organisation_id == organisation_id,
            OwnerLink.revoked_at.is_(None),
            OwnerLink.expires_at > now(),
            or_(OwnerLink.finding_id.is_(None), seen_by(actor)),
        )
        .order_by(OwnerLink.created_at.desc())
        .limit(200)
    )
    return [(link, number) for link, number in session().execute(query)]


def load_organisation(organisation_id: UUID) -> Organisation:
    """The organisation with this id; raises NotFoundError."""
    organisation = session().get(Organisation, organisation_id)
    if organisation is None:
        raise NotFoundError
    return organisation


def made_since(moment: datetime, *, by: UUID | None = None, email: str | None = None) -> int:
    """How many links were made since then by one actor, or for one address."""
    wanted = select(func.count()).select_from(OwnerLink).where(OwnerLink.created_at >= moment)
    if by is not None:
        wanted = wanted.where(OwnerLink.passed_on_by == by)
    if email is not None:
        wanted = wanted.where(func.lower(OwnerLink.email) == email.lower())
    return session().scalar(wanted) or 0


def _require_ending(actor: Actor, link: OwnerLink) -> None:
    if link.finding_id is None:
        if not may_change(actor):  # it serves every site of the organisation
            raise ForbiddenError
        return
    finding = load_finding(actor, link.finding_id)
    ours = finding.responsible_id == link.organisation_id and actor.may(Permission.REPRESENT, finding)
    if not ours and not actor.may(Permission.COORDINATE, finding):
        raise ForbiddenError


def _open(link: OwnerLink | Row[*tuple[Any, ...]]) -> bool:
    return link.revoked_at is None and link.expires_at > now()


def _words(link: OwnerLink, finding: Finding | None) -> tuple[str, str]:
    """Subject and body of the mail that carries the link."""
    name = link.organisation.name
    ends = _(
        "The link works for 30 days and needs no password. Whoever has it can answer for %(name)s.", name=name
    )
    if finding is not None:
        subject = _("%(name)s passes a finding on to you: %(number)s", name=name, number=finding.number)
        opening = for_doing(finding) + "\n\n"
        opening += _("Look at it, say when you will do it, and report it fixed with a photo here:")
    else:
        holder = Holder(link.id, link.organisation_id, name, None, None)
        count = count_waiting(holder.actor)
        subject = ngettext(
            "%(name)s: 1 finding waits for you", "%(name)s: %(num)s findings wait for you", count, name=name
        )
        opening = _("Look at your findings and answer them here:")
    return subject, f"{opening}\n\n{address_of(link)}\n\n{ends}\n"


def _token(link_id: UUID) -> str:
    digest = hmac.digest(settings().secret.encode(), b"owner-link " + link_id.bytes, "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(token: str) -> str:
    # What stands in an address may not even be UTF-8.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
