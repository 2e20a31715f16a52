"""The words for what the audit trail keeps of a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.findings import Status
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
    "follower.added": _l("Follower put in"),
    "follower.confirmed": _l("Follower said yes"),
    "follower.stopped": _l("Follower stopped"),
    "follower.removed": _l("Follower forgotten"),
    "revisit.asked": _l("Revisit asked for"),
    "revisit.done": _l("Revisit done"),
    "photo.derivatives_made": _l("Photo prepared"),
    "photo.derivatives_failed": _l("Photo could not be prepared"),
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
    """What the trail keeps of it, as short words and codes."""
    return " · ".join(f"{name}: {_plain(value)}" for name, value in _told(event.details).items())


def _told(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what is empty, or only an id."""
    ids = {"walk", "site", "comment", "follower", "organisation", "finding", "revisit"}
    return {name: value for name, value in details.items() if value not in (None, "", []) and name not in ids}


def _plain(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
