"""The Järva demo: real boundaries and stops, invented findings; fills an empty database and never another."""

from __future__ import annotations

from sqlalchemy import func, select, update

from app.db import change, session
from app.models.accounts import Organisation, User
from app.models.areas import Area
from app.models.findings import Finding
from app.models.photos import Photo
from app.models.remedies import StatusChange
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import Actor, Permission, require
from app.services.checklists import ensure_shipped
from app.services.demo import content
from app.services.demo.registers import external_id, fill_register
from app.services.demo.surveys import ask
from app.services.demo.timeline import Timeline
from app.services.demo.told import tell

PEOPLE: dict[str, str] = {row["email"]: row["name"] for row in content.people()}
"""E-mail address → what the person is; their names are their roles."""

FAULT_CHANNEL = "Tyck till"
"""What the city of the demo calls its channel for new faults."""
_MARKED = select(Organisation.id).where(Organisation.external_id == external_id("sdf"))


def is_demo() -> bool:
    """Whether this database holds the demo, so that every page can say so; one look-up in a unique index."""
    # Every page asks: one statement, made once, by the plain connection.
    return session().connection().scalar(_MARKED) is not None


def fill(actor: Actor) -> bool:
    """Fill an empty database with the demo; False, and nothing done, when it holds anything."""
    require(actor, Permission.ADMINISTER, None)
    if not _is_empty():
        return False
    ensure_shipped(actor)
    Timeline(fill_register(actor)).run()
    tell(actor)
    _date_back(actor)
    ask(actor)
    return True


def _is_empty() -> bool:
    tables = (User, Organisation, Site, Area, Walk)
    return not any(session().scalar(select(table.id).limit(1)) for table in tables)


def _date_back(actor: Actor) -> None:
    """Give the moments that no service takes from outside: when a row was made or last touched."""
    last_step = (
        select(func.max(StatusChange.at)).where(StatusChange.finding_id == Finding.id).scalar_subquery()
    )
    with change(actor, None) as dating:
        for statement in (
            update(Walk).values(created_at=Walk.planned_at),
            update(Photo).values(received_at=Photo.taken_at),
            update(Finding).values(updated_at=last_step),
        ):
            dating.session.execute(statement, execution_options={"synchronize_session": False})
