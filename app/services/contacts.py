"""The functions of an organisation that can be reached: who answers for what, and who hears when it takes too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import select

from app.db import change, session
from app.errors import N_, ChangedMeanwhileError, NotFoundError, invalid
from app.models.accounts import Contact, Organisation
from app.permissions import Actor
from app.services.accounts import normal_email
from app.services.register_access import fingerprint, require_changing


@dataclass(frozen=True)
class ContactValues:
    """What is said of a contact."""

    function: str
    """What others see, e.g. "Förvaltare"; never a name."""
    email: str
    phone: str = ""
    category: str | None = None
    escalation: bool = False


_NAMES = ("function", "email", "phone", "category", "escalation")


def contacts_of(organisation: Organisation) -> Sequence[Contact]:
    """Its contacts by function; those for escalation last."""
    mine = select(Contact).where(Contact.organisation_id == organisation.id)
    return session().scalars(mine.order_by(Contact.escalation, Contact.function, Contact.email)).all()


def load_contact(organisation: Organisation, contact_id: UUID) -> Contact:
    """One contact of an organisation that the actor may read of; raises NotFoundError."""
    found = session().get(Contact, contact_id)
    if found is None or found.organisation_id != organisation.id:
        raise NotFoundError
    return found


def version_of(contact: Contact) -> int:
    """What a form for it is made from."""
    return fingerprint(contact, _NAMES)


def save_contact(
    actor: Actor,
    organisation: Organisation,
    contact_id: UUID | None,
    values: ContactValues,
    *,
    version: int | None = None,
) -> Contact:
    """Add a contact (id None) or change one.

    Raises InvalidInputError, ForbiddenError for who may only read, ChangedMeanwhileError for an old version.
    """
    require_changing(actor)
    if not values.function:
        raise invalid("function", "missing", N_("Write the function, e.g. Förvaltare."))
    given = asdict(replace(values, email=normal_email(values.email)))
    held = select(Contact.id).where(
        Contact.organisation_id == organisation.id,
        Contact.email == given["email"],
        Contact.id != (contact_id or UUID(int=0)),
    )
    if session().scalar(held):
        raise invalid("email", "taken", N_("“%(value)s” is a contact already."), value=given["email"])
    with change(actor, None) as running:
        found = load_contact(organisation, contact_id) if contact_id else None
        if found is not None and version is not None and version_of(found) != version:
            raise ChangedMeanwhileError
        made = found or Contact(id=uuid4(), organisation_id=organisation.id)
        changed = [name for name in _NAMES if getattr(made, name) != given[name]]
        for name in changed:
            setattr(made, name, given[name])
        running.session.add(made)
        # Which values, never what they say: an address may be somebody's own.
        running.record(
            "contact.updated" if found else "contact.added", organisation.id, contact=made.id, changed=changed
        )
    return made


def remove_contact(actor: Actor, organisation: Organisation, contact_id: UUID) -> None:
    """Take a contact away; what was mailed to it stays in the letters."""
    require_changing(actor)
    with change(actor, "contact.removed", organisation.id, contact=contact_id) as running:
        running.session.delete(load_contact(organisation, contact_id))
