"""What a role may be given for, and that somebody can always give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from app.db import session
from app.errors import N_, invalid
from app.models.accounts import Membership, Organisation, Role, User
from app.models.sites import Site


class _Held(Protocol):
    role: Any
    site_id: Any
    organisation_id: Any


@dataclass(frozen=True)
class RoleScope:
    """A role with where it holds: everywhere, at one site, for one organisation."""

    role: Role
    site_id: UUID | None = None
    organisation_id: UUID | None = None

    @classmethod
    def of(cls, held: _Held) -> RoleScope:
        """That of a membership, or of a group's role."""
        return cls(held.role, held.site_id, held.organisation_id)

    @property
    def administers(self) -> bool:
        """Whether it lets somebody give roles."""
        return self.role is Role.ADMIN and self.site_id is None

    def columns(self) -> dict[str, Any]:
        """For a row."""
        return {"role": self.role, "site_id": self.site_id, "organisation_id": self.organisation_id}

    def payload(self) -> dict[str, str]:
        """For the audit trail: what is set."""
        return {name: str(value) for name, value in self.columns().items() if value is not None}


def check_scope(scope: RoleScope) -> None:
    """Raise InvalidInputError where the role cannot be held there."""
    if scope.role is Role.OWNER and scope.organisation_id is None:
        raise invalid("organisation", "missing", N_("An owner belongs to an organisation: name it."))
    if scope.role is Role.OWNER and scope.site_id is not None:
        raise invalid(
            "site",
            "not_for_owners",
            N_("An organisation answers wherever its findings are: leave the site out."),
        )
    if scope.role is Role.ADMIN and scope.site_id is not None:
        raise invalid(
            "site",
            "not_for_admins",
            N_("An administrator is one everywhere: leave the site out."),
        )
    if scope.site_id is not None and session().get(Site, scope.site_id) is None:
        raise invalid("site", "unknown", N_("Choose a site of the list."))
    if scope.organisation_id is not None and session().get(Organisation, scope.organisation_id) is None:
        raise invalid("organisation", "unknown", N_("Choose an organisation of the list."))


def require_another_admin(user: User) -> None:
    """Raise InvalidInputError when nobody but `user` could give roles; within a running change."""
    admins = (
        select(Membership.user_id)
        .join(User)
        .where(
            Membership.role == Role.ADMIN,
            Membership.site_id.is_(None),
            User.active.is_(True),
        )
        .order_by(Membership.id)
        .with_for_update(of=Membership)  # two who remove each other come one after the other
    )
    if not [one for one in session().scalars(admins) if one != user.id]:
        raise invalid(
            "role", "last_admin", N_("This is the last administrator. Make somebody else one first.")
        )
