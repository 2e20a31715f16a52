"""The words for what the audit trail keeps of a finding."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.models.comments import Audience
from app.models.findings import Level, Status
from app.models.remedies import RecheckResult, RevisitKind
from app.services.finding_audits import Event
from app.services.functions import Function
from app.words import word

_NAMES = {
    "finding.reported": _l("Noted"),
    "finding.updated": _l("Particulars changed"),
    "finding.record_kept": _l("Numbers, type of remedy or level changed"),
    "finding.photos_added": _l("Photos added"),
    "finding.corrected": _l("A step taken back"),
    "finding.rechecked": _l("Looked at again on a walk"),
    "finding.archived": _l("Taken out for the archive"),
    "finding.imported": _l("Imported"),
    "comment.made": _l("Something said"),
    "comment.withdrawn": _l("Something said no longer shown to residents"),
    "follower.added": _l("Follower put in"),
    "follower.confirmed": _l("Follower said yes"),
    "follower.stopped": _l("Follower stopped"),
    "follower.removed": _l("Follower forgotten"),
    "revisit.asked": _l("Revisit asked for"),
    "revisit.done": _l("Revisit done"),
    "photo.derivatives_made": _l("Photo prepared"),
    "photo.derivatives_failed": _l("Photo could not be prepared"),
    "revisit.dropped": _l("Revisit taken back"),
    "finding.passed_on": _l("Passed on to a contractor"),
    "finding.conflict": _l("Said in two ways"),
    "finding.conflict_settled": _l("One of two versions chosen"),
    "finding.published": _l("Published to residents"),
    "finding.unpublished": _l("No longer published"),
    "photo.received": _l("Photo received"),
    "photo.asked_for_public": _l("Photo prepared for residents"),
    "photo.faces_blurred": _l("Faces blurred"),
    "photo.blurred": _l("Photo blurred by hand"),
    "photo.approved": _l("Photo approved for residents"),
    "photo.taken_back": _l("Photo taken back from residents"),
    "owner_link.made": _l("Link made for this finding"),
    "owner_link.revoked": _l("Link ended"),
}


def event_name(event: Event) -> str:
    """What was done, in words; a step by the status that it led to."""
    if event.name in _NAMES:
        return str(_NAMES[event.name])
    after = event.name.removeprefix("finding.")
    if event.name.startswith("finding.") and after in set(Status):
        return word(Status(after))
    return event.name


def event_by(event: Event) -> str:
    """Who did it: the product, an organisation, or a role."""
    if event.by_system:
        return str(_("The system"))
    return function_word(event.by)


def function_word(function: Function | None) -> str:
    """A function in words."""
    if function is None:
        return str(_("Somebody who has no role any more"))
    return function.organisation or ", ".join(word(role) for role in function.roles)


def event_details(event: Event) -> str:
    """What the trail keeps of it in words; a field by its name in code, what is only an id not at all."""
    told = [_detail(name, value) for name, value in event.details.items() if value not in (None, "", [])]
    return " · ".join(filter(None, told))


def _detail(name: str, value: Any) -> str:
    kinds: dict[str, type[StrEnum]] = {"audience": Audience, "level": Level, "result": RecheckResult}
    if name == "before" and value in set(Status):
        return str(_("before: %(status)s", status=word(Status(value))))
    if name == "kind" and value in set(RevisitKind):
        return word(RevisitKind(value))
    if name in kinds and value in set(kinds[name]):
        return word(kinds[name](value))
    if name in {"fields", "changed"}:
        return ", ".join(str(one) for one in value)
    if name == "photos":
        return str(ngettext("1 photo", "%(num)s photos", int(value)))
    return ""
