"""What somebody is in the work, for histories: a role or an organisation, never a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.models.accounts import Membership, Organisation, Role
from app.models.owner_links import OwnerLink


@dataclass(frozen=True)
class Function:
    """Roles that somebody holds now, and the organisation of whoever came by a link."""

    roles: tuple[Role, ...] = ()
    organisation: str = ""


def functions_of(actor_ids: Iterable[UUID | None]) -> Mapping[UUID, Function]:
    """What each of these is; one who is gone, and holds nothing, is left out."""
    wanted = {one for one in actor_ids if one is not None}
    held: dict[UUID, set[Role]] = {}
    roles = select(Membership.user_id, Membership.role).where(Membership.user_id.in_(wanted))
    for user_id, role in session().execute(roles):
        held.setdefault(user_id, set()).add(role)
    links = (
        select(OwnerLink.id, Organisation.name)
        .join(Organisation, Organisation.id == OwnerLink.organisation_id)
        .where(OwnerLink.id.in_(wanted))
    )
    return {
        **{key: Function(roles=tuple(role for role in Role if role in found)) for key, found in held.items()},
        **{key: Function((Role.OWNER,), name) for key, name in session().execute(links)},
    }
