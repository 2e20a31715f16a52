"""New links for those whose link has ended: mailed to a registered address only, and never telling which those are."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select

from app.db import Change, change, now, session
from app.errors import N_, invalid
from app.jobs import enqueue
from app.models.accounts import Contact, Organisation
from app.models.findings import Finding
from app.models.owner_links import OwnerLink
from app.permissions import SYSTEM, Actor, Permission, require
from app.services.accounts import normal_email
from app.services.owner_links import load_by_token, load_organisation, made_since, send_link
from app.services.waiting import WITH_OWNER

MOST_A_DAY = 5
"""New links that one address is sent in a day by asking for them."""


def ask_for_link(email: str) -> None:
    """Have a link mailed to every organisation registered at this address; raises InvalidInputError for no address."""
    email = normal_email(email)
    with change(SYSTEM, "owner_link.asked") as asking:
        known = (
            registered_at(email) if made_since(now() - timedelta(days=1), email=email) < MOST_A_DAY else []
        )
        for organisation_id in known:
            send_link(asking, organisation_id, email)
        if not known:
            _nothing(asking)


def renew(token: str) -> None:
    """Have a new link mailed to the address that this one went to, if that may have one; raises UnknownLinkError."""
    link = load_by_token(token)
    email = link.email
    with change(SYSTEM, "owner_link.asked") as asking:
        often = made_since(now() - timedelta(days=1), email=email) >= MOST_A_DAY
        if often or not _may_have_another(link):
            _nothing(asking)
        else:
            send_link(asking, link.organisation_id, email, link.finding_id)


def send_to_organisation(actor: Actor, organisation_id: UUID, email: str) -> OwnerLink:
    """Send an organisation a link for all that it answers for, to one of its registered addresses only."""
    require(actor, Permission.COORDINATE, None)
    if email not in registered_addresses(load_organisation(organisation_id)):
        raise invalid("email", "unknown", N_("Choose one of the organisation's registered addresses."))
    with change(actor, "owner_link.sent", organisation_id) as sending:
        return send_link(sending, organisation_id, email)


def registered_at(email: str) -> list[UUID]:
    """The organisations that have this address, as their own or as that of one of their contacts."""
    query = (
        select(Organisation.id)
        .outerjoin(Contact, Contact.organisation_id == Organisation.id)
        .where(
            or_(func.lower(Organisation.email) == email.lower(), func.lower(Contact.email) == email.lower())
        )
        .distinct()
    )
    return list(session().scalars(query))


def registered_addresses(organisation: Organisation) -> list[str]:
    """Every address to which links for the whole of an organisation may go, its own first."""
    found = [organisation.email or "", *(contact.email for contact in organisation.contacts)]
    return list(dict.fromkeys(address for address in found if address))


def _may_have_another(link: OwnerLink) -> bool:
    if link.finding_id is None:
        return link.organisation_id in registered_at(link.email)
    # A contractor is registered nowhere: what was revoked stays so, what is merely old goes on while there is work.
    finding = session().get_one(Finding, link.finding_id)
    ours = finding.responsible_id == link.organisation_id and finding.status in WITH_OWNER
    return link.revoked_at is None and ours


def _nothing(asking: Change) -> None:
    """As much work as for somebody known: the time it takes tells nothing either."""
    enqueue(asking, "owner_link.mail", link_id=str(uuid4()))
