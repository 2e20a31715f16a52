"""Columns of files that we import: under which names they are found, and how a cell becomes a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.errors import N_, invalid
from app.models.accounts import OrganisationKind
from app.models.sites import Phase
from app.services.accounts import normal_email
from forms.checklists import Checklist


@dataclass(frozen=True)
class Known:
    """What rows refer to: organisations by folded name, and the checklist."""

    organisations: Mapping[str, UUID]
    checklist: Checklist
    sites: Mapping[str, UUID] = field(default_factory=dict)
    """By folded slug and by folded name."""


Reader = Callable[[str, str, Known], Any]
"""Makes a value of (column name, text of the cell, what is known); raises InvalidInputError."""


@dataclass(frozen=True)
class Column:
    """One thing a row says: its name, other names it goes by in files, and how it is read."""

    name: str
    read: Reader
    also: tuple[str, ...] = ()
    required: bool = False
    attribute: str = ""
    """The model's attribute where it is not called `name`."""
    most: int = 300
    """How many characters fit."""
    blank_keeps: bool = False
    """An empty cell says nothing, instead of "none"."""

    @property
    def sets(self) -> str:
        """The attribute of the model that the value is for."""
        return self.attribute or self.name

    def find_in(self, names: Iterable[str]) -> str | None:
        """The file's name for this column; a Shapefile cuts names off after ten characters."""
        by_folded = {folded(name): name for name in names}
        wanted = (self.name, *self.also)
        found = (by_folded.get(folded(alias)) or by_folded.get(folded(alias)[:10]) for alias in wanted)
        return next((name for name in found if name), None)


def folded(text: str) -> str:
    """A name as it is compared: case, spaces and underscores do not count."""
    return re.sub(r"[\s_-]+", "_", text.strip()).casefold()


def cell_text(value: Any) -> str:
    """The text of a cell, whatever type the file gave it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read_text(_name: str, text: str, _known: Known) -> str | None:
    """Words as they stand; None for an empty cell."""
    return text or None


def read_words(_name: str, text: str, _known: Known) -> str:
    """Words as they stand, empty where there are none."""
    return text


def read_day(name: str, text: str, _known: Known) -> date | None:
    """A day, e.g. 2023-07-01 or 20230701."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        message = N_("“%(value)s” is no day: write it like 2023-07-01.")
        raise invalid(name, "not_a_day", message, value=text[:40]) from error


def read_slug(name: str, text: str, _known: Known) -> str:
    """A name fit for an address, e.g. kista-centrum."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        message = N_("“%(value)s” cannot stand in an address: write small letters a-z, digits and hyphens.")
        raise invalid(name, "not_a_slug", message, value=text[:40])
    return text


def read_code(name: str, text: str, _known: Known) -> str:
    """What finding numbers begin with, e.g. KISTA."""
    if not re.fullmatch(r"[A-Z0-9]{2,20}", text.upper()):
        message = N_("“%(value)s” cannot begin a number: write 2 to 20 letters A-Z and digits.")
        raise invalid(name, "not_a_code", message, value=text[:40])
    return text.upper()


def read_email(_name: str, text: str, _known: Known) -> str | None:
    """An e-mail address."""
    return normal_email(text) if text else None


def read_organisation(name: str, text: str, known: Known) -> UUID | None:
    """The organisation of this name; it must have been imported before."""
    if not text:
        return None
    found = known.organisations.get(folded(text))
    if found is None:
        message = N_("There is no organisation “%(value)s”. Import organisations first, or mend the name.")
        raise invalid(name, "unknown_organisation", message, value=text[:80])
    return found


def read_organisations(name: str, text: str, known: Known) -> frozenset[UUID]:
    """Several organisations, with semicolons between their names."""
    found = (read_organisation(name, part.strip(), known) for part in text.split(";"))
    return frozenset(one for one in found if one is not None)


def read_category(name: str, text: str, known: Known) -> str | None:
    """A category of the checklist, by slug or by its name in any language; None means every category."""
    if not text:
        return None
    for category in known.checklist.categories:
        if folded(text) in {category.slug, *(folded(words) for words in category.names.values())}:
            return category.slug
    slugs = ", ".join(category.slug for category in known.checklist.categories)
    message = N_("The checklist has no category “%(value)s”. It has: %(known)s.")
    raise invalid(name, "unknown_category", message, value=text[:40], known=slugs)


def read_site(name: str, text: str, known: Known) -> UUID | None:
    """The site of this slug or name; None means everywhere."""
    if not text:
        return None
    found = known.sites.get(folded(text))
    if found is None:
        message = N_("There is no site “%(value)s”. Import sites first, or mend the name.")
        raise invalid(name, "unknown_site", message, value=text[:80])
    return found


def read_place_in_order(name: str, text: str, _known: Known) -> int:
    """A number from 1."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise invalid(name, "not_a_number", N_("“%(value)s” is no number from 1."), value=text[:40])
    return int(text)


def read_yes(name: str, text: str, _known: Known) -> bool:
    """Yes or no; an empty cell means no."""
    word = folded(text)
    if word not in {"", "nej", "no", "false", "0", "ja", "yes", "true", "1", "x"}:
        raise invalid(name, "not_yes_or_no", N_("Write yes or no, not “%(value)s”."), value=text[:40])
    return word in {"ja", "yes", "true", "1", "x"}


def _chooser(words: Mapping[str, StrEnum], code: str, message: str) -> Reader:
    def read(name: str, text: str, _known: Known) -> StrEnum:
        chosen = words.get(folded(text))
        if chosen is None:
            raise invalid(name, code, message, value=text[:40], known=", ".join(words))
        return chosen

    return read


def _words(kind: type[StrEnum], swedish: Mapping[str, StrEnum]) -> dict[str, StrEnum]:
    return {**swedish, **{member.value: member for member in kind}}


read_phase = _chooser(
    _words(Phase, {"uppstart": Phase.STARTING, "pågående": Phase.ONGOING, "avslutad": Phase.ENDED}),
    "unknown_phase",
    N_("“%(value)s” is no phase. Write one of: %(known)s."),
)
read_organisation_kind = _chooser(
    _words(
        OrganisationKind,
        {
            "stadsdelsförvaltning": OrganisationKind.DISTRICT,
            "stad": OrganisationKind.CITY,
            "polis": OrganisationKind.POLICE,
            "bostad": OrganisationKind.HOUSING,
            "centrumägare": OrganisationKind.CENTRE,
            "ledningsägare": OrganisationKind.UTILITY,
            "förening": OrganisationKind.ASSOCIATION,
            "annat": OrganisationKind.OTHER,
        },
    ),
    "unknown_kind",
    N_("“%(value)s” is no kind of organisation. Write one of: %(known)s."),
)
