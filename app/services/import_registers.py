"""The registers that can be imported: what a row of each holds, and by what it is known again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from app.models.accounts import Contact, Organisation
from app.models.areas import Area, PlaceName
from app.models.routing import RoutingRule
from app.models.sites import Property, Responsibility, Site, SitePartner
from app.services import import_columns as read
from app.services.import_columns import Column

Registered = Organisation | Contact | RoutingRule | Area | PlaceName | Site | Property | Responsibility


class RegisterName(StrEnum):
    """The word for a register on the command line."""

    ORGANISATIONS = "organisations"
    AREAS = "areas"
    SITES = "sites"
    PROPERTIES = "properties"
    RESPONSIBILITIES = "responsibilities"
    PLACES = "places"
    CONTACTS = "contacts"
    ROUTING_RULES = "routing-rules"


def _set_each(thing: Registered, values: Mapping[str, Any]) -> None:
    for attribute, value in values.items():
        setattr(thing, attribute, value)


def _set_site(site: Registered, values: Mapping[str, Any]) -> None:
    assert isinstance(site, Site)
    _set_each(site, {name: value for name, value in values.items() if name != "partners"})
    wanted: frozenset[UUID] | None = values.get("partners")
    if wanted is None:
        return
    here = {partner.organisation_id: partner for partner in site.partners}
    for left in here.keys() - wanted:
        site.partners.remove(here[left])
    site.partners += [SitePartner(organisation_id=joined) for joined in sorted(wanted - here.keys())]


def _nothing(_values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _code_of_slug(values: Mapping[str, Any]) -> dict[str, Any]:
    """The first word of the slug: KISTA for kista-centrum."""
    return {"code": values["slug"].split("-")[0].upper()}


@dataclass(frozen=True)
class Register:
    """One kind of import."""

    model: type[Any]
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]
    """By which attributes a row is known again, the surest first; one counts if its first value is there."""
    geometry: Literal["polygon", "point"] | None = None
    unique: str = ""
    """An attribute that no two may share, beside the keys."""
    when_new: Callable[[Mapping[str, Any]], dict[str, Any]] = _nothing
    """What a new thing gets where its row says nothing."""
    assign: Callable[[Registered, Mapping[str, Any]], None] = _set_each


_VALID = (
    Column("valid_from", read.read_day, ("giltig_från", "giltig_fran", "från", "fran", "from")),
    Column("valid_to", read.read_day, ("giltig_till", "till", "to")),
)
_SOURCE = Column("source", read.read_text, ("källa", "kalla"))
_EXTERNAL_ID = Column("external_id", read.read_text, ("externt_id", "extern_id", "objekt_id", "object_id"))

REGISTERS: dict[RegisterName, Register] = {
    RegisterName.ORGANISATIONS: Register(
        Organisation,
        (
            Column("name", read.read_text, ("namn", "organisation"), required=True),
            Column("kind", read.read_organisation_kind, ("typ", "slag", "sort"), blank_keeps=True),
            Column("email", read.read_email, ("e-post", "epost", "mejl", "e-mail", "mail")),
            Column("fault_line", read.read_text, ("felanmälan", "felanmalan", "telefon", "phone")),
            _EXTERNAL_ID,
            *_VALID,
        ),
        keys=(("external_id",), ("name",)),
        unique="name",
    ),
    RegisterName.AREAS: Register(
        Area,
        (
            Column("name", read.read_text, ("namn", "område", "omrade"), required=True),
            Column("kind", read.read_text, ("typ", "slag", "sort"), required=True),
            *_VALID,
            _SOURCE,
        ),
        keys=(("kind", "name", "valid_from"),),
        geometry="polygon",
    ),
    RegisterName.SITES: Register(
        Site,
        (
            Column("slug", read.read_slug, ("kortnamn",), required=True),
            Column("name", read.read_text, ("namn", "plats"), required=True),
            Column("code", read.read_code, ("kod",), blank_keeps=True),
            Column("phase", read.read_phase, ("fas",), blank_keeps=True),
            Column("purpose", read.read_words, ("syfte",), most=5000),
            Column("partners", read.read_organisations, ("parter", "partner"), most=5000),
        ),
        keys=(("slug",),),
        geometry="polygon",
        unique="code",
        when_new=_code_of_slug,
        assign=_set_site,
    ),
    RegisterName.PROPERTIES: Register(
        Property,
        (
            Column("designation", read.read_text, ("beteckning", "fastighetsbeteckning"), required=True),
            Column("owner", read.read_organisation, ("ägare", "agare"), attribute="owner_id"),
            Column(
                "leaseholder",
                read.read_organisation,
                ("tomträttshavare", "tomtrattshavare", "tomträtt", "tomtratt"),
                attribute="leaseholder_id",
            ),
            _EXTERNAL_ID,
            *_VALID,
            _SOURCE,
        ),
        keys=(("external_id",), ("designation",)),
        geometry="polygon",
    ),
    RegisterName.RESPONSIBILITIES: Register(
        Responsibility,
        (
            Column("name", read.read_text, ("namn", "yta"), required=True),
            Column(
                "organisation",
                read.read_organisation,
                ("ansvarig", "skötselansvarig", "skotselansvarig"),
                required=True,
                attribute="organisation_id",
            ),
            Column("category", read.read_category, ("kategori",)),
            _EXTERNAL_ID,
            *_VALID,
            _SOURCE,
        ),
        keys=(("external_id",), ("name", "organisation_id", "category")),
        geometry="polygon",
    ),
    RegisterName.CONTACTS: Register(
        Contact,
        (
            Column("organisation", read.read_organisation, required=True, attribute="organisation_id"),
            Column("function", read.read_text, ("funktion", "roll"), required=True),
            Column("email", read.read_email, ("e-post", "epost", "mejl", "e-mail", "mail"), required=True),
            Column("phone", read.read_words, ("telefon", "tel")),
            Column("category", read.read_category, ("kategori",)),
            Column("escalation", read.read_yes, ("eskalering",)),
        ),
        keys=(("organisation_id", "email"),),
    ),
    RegisterName.ROUTING_RULES: Register(
        RoutingRule,
        (
            Column("position", read.read_place_in_order, ("ordning", "nr", "nummer"), required=True),
            Column("category", read.read_category, ("kategori",)),
            Column("site", read.read_site, ("plats",), attribute="site_id"),
            Column(
                "organisation",
                read.read_organisation,
                ("ansvarig",),
                required=True,
                attribute="organisation_id",
            ),
            Column("words", read.read_words, ("skäl", "skal", "motivering")),
            *_VALID,
        ),
        keys=(("position",),),
    ),
    RegisterName.PLACES: Register(
        PlaceName,
        (Column("name", read.read_text, ("namn", "plats", "hållplats"), required=True), _SOURCE),
        keys=(("name", "lon", "lat"),),
        geometry="point",
    ),
}
