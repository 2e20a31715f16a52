"""The demo's register: real boundaries and place names, and the sites, organisations and people of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import shapely

from app.db import change, session
from app.models.accounts import Contact, Membership, Organisation, OrganisationKind, Role, User
from app.models.routing import RoutingRule
from app.models.sites import Phase, Property, Responsibility, Site, SitePartner
from app.permissions import Actor
from app.services.accounts import actor_of
from app.services.demo import content
from app.services.demo.ground import Ground
from app.services.import_registers import RegisterName
from app.services.imports import Reading, import_file

SOURCE = "Påhittad för demon"
_RULES = (
    ("belysning", "tk", "Gatubelysning enligt driftavtalet"),
    ("elskap", "elnat", ""),
    ("hallplats", "sl", ""),
    ("ordning", "polis", ""),
)
"""Category, key of the organisation, and why."""
_CONTACTS = (
    ("tk", "Driftledare belysning", "belysning", False),
    ("tk", "Enhetschef drift", None, True),
    ("bba", "Förvaltare", None, False),
    ("bba", "Förvaltningschef", None, True),
)
"""Key of the organisation, function, category, and whether only for escalation."""


@dataclass(frozen=True)
class Register:
    """What the stories of the demo refer to, by key."""

    organisations: dict[str, UUID]
    actors: dict[str, Actor]
    """By e-mail address."""
    grounds: dict[str, Ground]
    """By slug of the site."""


def external_id(key: str) -> str:
    """The external id of a demo organisation; it also marks the database as holding the demo."""
    return f"demo-{key}"


def fill_register(actor: Actor) -> Register:
    """Write everything that walks and findings rest on."""
    organisations = _add_organisations(actor)
    _import_boundaries(actor)
    grounds = {site["slug"]: Ground(site) for site in content.sites()}
    _add_sites(actor, organisations, grounds)
    _add_routing(actor, organisations)
    return Register(organisations, _add_people(actor, organisations), grounds)


def _add_organisations(actor: Actor) -> dict[str, UUID]:
    with change(actor, "demo.filled") as adding:
        rows = {
            row["key"]: Organisation(
                name=row["name"],
                kind=OrganisationKind(row["kind"]),
                email=f"{row['key']}@demo.example",
                fault_line=row["fault_line"],
                external_id=external_id(row["key"]),
            )
            for row in content.organisations()
        }
        adding.session.add_all(rows.values())
        adding.session.flush()
        return {key: row.id for key, row in rows.items()}


def _import_boundaries(actor: Actor) -> None:
    parts = (
        ("jarva_stadsdelar", "stadsdel", {"kind": "stadsdel"}),
        ("jarva_stadsdelsomrade", "stadsdelsomrade", {"kind": "stadsdelsområde", "valid_from": "2023-07-01"}),
        (
            "jarva_tidigare_stadsdelsomraden",
            "tidigare_stadsdelsomrade",
            {"kind": "stadsdelsområde", "valid_to": "2023-06-30"},
        ),
    )
    for file, name, fixed in parts:
        reading = Reading(columns={"name": name}, fixed={**fixed, "source": "Stockholms stad, CC0"})
        import_file(actor, RegisterName.AREAS, content.FOLDER / f"{file}.geojson", reading)
    stops = Reading(fixed={"source": "Stockholms Puls by Anders Bjarby, CC BY 4.0"})
    import_file(actor, RegisterName.PLACES, content.FOLDER / "jarva_stops.geojson", stops)


def _add_sites(actor: Actor, organisations: dict[str, UUID], grounds: dict[str, Ground]) -> None:
    with change(actor, None) as adding:
        for row in content.sites():
            ground = grounds[row["slug"]]
            adding.session.add(
                Site(
                    slug=row["slug"],
                    name=row["name"],
                    code=row["code"],
                    phase=Phase(row["phase"]),
                    purpose=row["purpose"],
                    polygon=shapely.to_wkb(ground.polygon),
                    partners=[SitePartner(organisation_id=organisations[key]) for key in row["partners"]],
                )
            )
            for number, unit in enumerate(ground.units(), start=1):
                adding.session.add(
                    Property(
                        designation=unit.designation,
                        polygon=shapely.to_wkb(unit.polygon),
                        owner_id=organisations[unit.owner],
                        leaseholder_id=organisations[unit.leaseholder] if unit.leaseholder else None,
                        source=SOURCE,
                        external_id=f"demo-{row['slug']}-{number}",
                    )
                )
            for tended in ground.tended():
                adding.session.add(
                    Responsibility(
                        name=tended.name,
                        organisation_id=organisations[tended.organisation],
                        category=tended.category,
                        polygon=shapely.to_wkb(tended.polygon),
                        source=SOURCE,
                    )
                )


def _add_routing(actor: Actor, organisations: dict[str, UUID]) -> None:
    with change(actor, None) as adding:
        for position, (category, key, words) in enumerate(_RULES, start=1):
            adding.session.add(
                RoutingRule(
                    position=position, category=category, organisation_id=organisations[key], words=words
                )
            )
        for number, (key, function, category_of_contact, escalation) in enumerate(_CONTACTS, start=1):
            adding.session.add(
                Contact(
                    organisation_id=organisations[key],
                    function=function,
                    email=f"{key}-{number}@demo.example",
                    phone="08-000 00 00",
                    category=category_of_contact,
                    escalation=escalation,
                )
            )


def _add_people(actor: Actor, organisations: dict[str, UUID]) -> dict[str, Actor]:
    with change(actor, None) as adding:
        for row in content.people():
            held = Membership(role=Role(row["role"]), organisation_id=organisations[row["organisation"]])
            adding.session.add(User(email=row["email"], name=row["name"], memberships=[held]))
    return {user.email: actor_of(user) for user in session().query(User)}
