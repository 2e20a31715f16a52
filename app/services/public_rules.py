"""How the public may know of a finding: as a point of its own, as one in a number, or not at all.

What is not listed here is no point while it stands: a category that an operator adds is counted until it is fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum, auto

from app.models.findings import FIXED, Finding, Level, Status
from app.services.checklists import checklist_of, latest
from forms.checklists import Checklist

_EVERY: frozenset[str] = frozenset()
OPEN_SPOTS: Mapping[str, frozenset[str]] = {
    "skrap": _EVERY,
    "klotter": _EVERY,
    "underlag": _EVERY,
    "sno-halka": _EVERY,
    "trafik": _EVERY,
    "positivt": _EVERY,
    "skadegorelse": frozenset({"bank", "ruta", "racke", "skylt", "brand"}),
    "parkering": frozenset({"overgivet-fordon", "utbrant-fordon", "cykelvrak"}),
    "hallplats": frozenset({"kur", "information", "sittplats"}),
    "torg": frozenset({"igensatt", "sittplatser"}),
    "orientering": frozenset({"skyltning"}),
    "park": frozenset({"lekutrustning", "skotsel", "grillplats", "bank-park"}),
    "elskap": frozenset({"lutar"}),
    "byggplats": frozenset({"avsparrning", "omledning", "material"}),
}
"""Category → its points that are neither dark, hidden nor a way in, so that they may be shown before they are fixed.

None named: every one of them, said or not. Of the others only those named: where nothing is said, it may be dark.
"""
_DISORDER = "ordning"


class Counted(StrEnum):
    """Why a finding is no point on any map: the heading under which it is counted."""

    DISORDER = auto()
    HATE = auto()
    DARK = auto()
    """Dark, hidden or unlocked, and nobody has checked that it is fixed."""


def original_of(finding: Finding) -> Finding:
    """The finding itself, or the one that it repeats."""
    while finding.status is Status.DUPLICATE and finding.duplicate_of is not None:
        finding = finding.duplicate_of
    return finding


def may_be_told(finding: Finding) -> bool:
    """Whether the public may know of it at all: neither protected nor taken back, nor what it repeats."""
    return all(
        one.level is not Level.PROTECTED and one.status is not Status.WITHDRAWN for one in _chain(finding)
    )


def counted_as(finding: Finding, checklist: Checklist) -> Counted | None:
    """Under which heading it is only counted, whatever has been published; None: it may be a point.

    `checklist` is the one in force: what it restricts is restricted for what older ones noted too.
    """
    chain = list(_chain(finding))
    if any(_is_disorder(one, checklist) for one in chain):
        return Counted.DISORDER
    if any(one.hate for one in chain):
        return Counted.HATE
    if original_of(finding).status in FIXED or all(_is_open_spot(one) for one in chain):
        return None
    return Counted.DARK


def may_be_followed(finding: Finding) -> bool:
    """Whether somebody outside may hear what becomes of it: of a dark spot too, since whoever asked knows of it."""
    held_back = (Counted.DISORDER, Counted.HATE)
    return may_be_told(finding) and counted_as(finding, latest()) not in held_back


def _chain(finding: Finding) -> Iterator[Finding]:
    yield finding
    while finding.status is Status.DUPLICATE and finding.duplicate_of is not None:
        finding = finding.duplicate_of
        yield finding


def _is_disorder(finding: Finding, checklist: Checklist) -> bool:
    if finding.category == _DISORDER:
        return True
    known = (one.category(finding.category) for one in (checklist, checklist_of(finding.walk.checklist_id)))
    return any(category is not None and category.restricted for category in known)


def _is_open_spot(finding: Finding) -> bool:
    items = OPEN_SPOTS.get(finding.category)
    return items is not None and (items is _EVERY or finding.item in items)
