"""What is to be chosen between the versions of a finding, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.i18n import language
from app.models.findings import Finding
from app.permissions import Permission
from app.services.checklists import checklist_of
from app.services.conflicts import Choice, Said, choices_of
from app.views.access import actor
from app.words import word
from forms.checklists import Checklist
from forms.conflicts import STANDS
from geo.crs import Crs, format_northing_easting


@dataclass(frozen=True)
class Version:
    """One of the versions: its value in words, and the value of its button."""

    value: str
    rows: Sequence[tuple[str, str]]
    at: datetime
    who: str
    stands: bool


@dataclass(frozen=True)
class Question:
    """One part of a finding with its versions, what stands first."""

    unit: str
    name: str
    versions: Sequence[Version]


def questions_of(finding: Finding) -> list[Question]:
    """What this person has to choose of a finding; nothing for who may only look."""
    if not actor().may(Permission.EDIT_FINDING, finding):
        return []
    checklist = checklist_of(finding.walk.checklist_id)
    return [_question(choice, checklist) for choice in choices_of(finding)]


def _question(choice: Choice, checklist: Checklist) -> Question:
    said = [choice.stands, *choice.others]
    # A field that all of them say alike is nothing to choose between; one who said nothing of it leaves it as it is.
    whole = [{**choice.stands.values, **one.values} for one in said]
    return Question(
        choice.unit,
        _names()[choice.unit],
        [_version(one, values, checklist) for one, values in zip(said, whole, strict=True)],
    )


def _version(said: Said, values: Mapping[str, Any], checklist: Checklist) -> Version:
    return Version(
        value=str(said.conflict_id or STANDS),
        rows=_rows(values, checklist),
        at=said.at,
        who=word(said.role),
        stands=said.conflict_id is None,
    )


def _rows(values: Mapping[str, Any], checklist: Checklist) -> list[tuple[str, str]]:
    """The fields that belong together, each by its name."""
    if "lon" in values:
        return [
            (_("Position"), _position(values)),
            (_("The place in words"), values["place_words"] or _("Nothing")),
        ]
    if "category" in values:
        return [
            (_("Category"), checklist.name(values["category"], language())),
            (_("What of it"), _item(values, checklist) or _("Nothing")),
        ]
    [(name, value)] = values.items()
    return [(_names()[name], _READ.get(name, _plain)(value))]


def _names() -> dict[str, str]:
    return {
        "position": _("Where it is"),
        "category": _("Category"),
        "asset_number": _("Number on the lamp post or cabinet"),
        "title": _("Title"),
        "description": _("Description"),
        "severity": _("Severity"),
        "unsafe_day": _("Felt unsafe by day"),
        "unsafe_evening": _("Felt unsafe in the evening"),
        "size": _("Size"),
        "positive": _("Something good, to be kept"),
        "hate": _("Graffiti with hate or threats"),
    }


def _position(values: Mapping[str, Any]) -> str:
    if values["lon"] is None or values["lat"] is None:
        return str(_("Nothing"))
    place = format_northing_easting(values["lon"], values["lat"], Crs.WGS84)
    accuracy = values["accuracy_m"]
    return f"{place} ±\N{NO-BREAK SPACE}{accuracy:.0f}\N{NO-BREAK SPACE}m" if accuracy else place


def _item(values: Mapping[str, Any], checklist: Checklist) -> str:
    item: str = values["item"]
    return checklist.item_name(values["category"], item, language()) if item else ""


def _plain(value: Any) -> str:
    return _("Nothing") if value in {None, ""} else str(value)


_READ: dict[str, Callable[[Any], str]] = {
    "severity": lambda value: word(value) or _("Not decided"),
    "positive": lambda value: _("yes") if value else _("no"),
    "hate": lambda value: _("yes") if value else _("no"),
}
