"""How the remedies of the demo go: for each story the steps a finding takes and what is said at them."""

from __future__ import annotations

from app.models.findings import ClosedReason, Status
from app.models.remedies import RecheckResult

_S = Status
Steps = tuple[tuple[Status, int], ...]
"""Statuses with the number of days after the finding was noted."""

_SENT: Steps = ((_S.TRIAGED, 1), (_S.SENT, 3))
_SEEN: Steps = (*_SENT, (_S.ACKNOWLEDGED, 7))
_PLANNED: Steps = (*_SEEN, (_S.PLANNED, 12))
_WORKED: Steps = (*_PLANNED, (_S.IN_PROGRESS, 20))
_REPORTED: Steps = (*_PLANNED, (_S.REPORTED_FIXED, 25))
_VERIFIED: Steps = (*_REPORTED, (_S.VERIFIED, 30))

STORIES: dict[str, Steps] = {
    "new": (),
    "triaged": ((_S.TRIAGED, 2),),
    "sent": _SENT,
    "acknowledged": _SEEN,
    "planned": _PLANNED,
    "in_progress": _WORKED,
    "reported": _REPORTED,
    "verified": _VERIFIED,
    "verified_walk": _REPORTED,
    "closed": (*_VERIFIED, (_S.CLOSED, 58)),
    "again": (*_VERIFIED, (_S.SENT, 370), (_S.ACKNOWLEDGED, 378), (_S.PLANNED, 395)),
    "reopened": _VERIFIED,
    "not_ours": (*_SENT, (_S.NOT_OURS, 9)),
    "resent": (*_SENT, (_S.NOT_OURS, 9), (_S.SENT, 14)),
    "declined": (*_SEEN, (_S.DECLINED_PROPOSED, 18)),
    "wont_fix": (*_SEEN, (_S.DECLINED_PROPOSED, 18), (_S.WONT_FIX, 32)),
    "refused": ((_S.TRIAGED, 2), (_S.WONT_FIX, 21)),
    "investment": (*_SEEN, (_S.NEEDS_INVESTMENT, 40)),
    "on_hold": (*_SEEN, (_S.ON_HOLD, 20)),
    "duplicate": ((_S.DUPLICATE, 2),),
}

FOLLOW_UP: dict[str, tuple[RecheckResult, str]] = {
    "verified_walk": (RecheckResult.FIXED, "Åtgärdat, ser bra ut."),
    "again": (RecheckResult.WORSE, "Lamporna är släckta igen, nu i hela tunneln."),
    "reopened": (RecheckResult.REMAINS, "Det har vuxit igen på samma ställe."),
    "investment": (RecheckResult.REMAINS, "Kvar. Väntar på beslut om pengar."),
    "planned": (RecheckResult.REMAINS, "Kvar, men planerat."),
    "in_progress": (RecheckResult.REMAINS, "Arbete pågår på platsen."),
    "acknowledged": (RecheckResult.NOT_FOUND, "Vi gick inte in på den delen av slingan."),
}
"""What the next walk of the site finds, by story."""

WORDS: dict[Status, tuple[str, ...]] = {
    _S.TRIAGED: ("", "Bedömd på samverkansmötet.", ""),
    _S.SENT: ("", "Tas gärna med i nästa rond.", ""),
    _S.ACKNOWLEDGED: ("Mottaget.", "Tack, vi tittar på det.", "Mottaget, driften är informerad."),
    _S.PLANNED: ("Beställt.", "Ligger i höstens planering.", "Entreprenören är kontaktad."),
    _S.IN_PROGRESS: ("Arbetet har börjat.", ""),
    _S.REPORTED_FIXED: ("Klart enligt entreprenören.", "Åtgärdat.", "Åtgärdat, se foto."),
    _S.VERIFIED: ("Kontrollerat, ser bra ut.", "Stämmer, åtgärdat."),
    _S.CLOSED: ("",),
    _S.NOT_OURS: ("Ytan sköts inte av oss enligt avtalet.", "Gränsen går vid stolpen, det här är utanför."),
    _S.DECLINED_PROPOSED: (
        "Går inte att motivera i årets budget.",
        "Dörren byts vid den stora renoveringen.",
    ),
    _S.WONT_FIX: ("Tas i stället med när huset renoveras.", "Kostnaden står inte i proportion till nyttan."),
    _S.NEEDS_INVESTMENT: ("Kräver en ny lösning som måste sökas medel för.",),
    _S.ON_HOLD: ("Väntar på säsongen.",),
}
"""What is said at a step; one of them is picked."""

REASONS = (ClosedReason.OTHER_WORK, ClosedReason.COST)
RESENT_TO = "tk"
"""Who gets what the first one asked said was not theirs, by key."""
