"""Rate limits, of callers and of owners' links.

Callers are told apart by a salted key that changes daily, so no address is ever stored.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from uuid import UUID

from flask import request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many

from app.errors import TooMuchByLinkError
from config import settings


def caller() -> str:
    """A key for whoever calls, worthless tomorrow; of IPv6 the /64 counts, which one household or server has whole."""
    day = datetime.now(UTC).date().isoformat()
    return hashlib.sha256(
        f"{settings().secret}{day}{_network(request.remote_addr or '')}".encode()
    ).hexdigest()[:24]


def _network(address: str) -> str:
    try:
        whole = ip_address(address)
    except ValueError:
        return address
    if isinstance(whole, IPv4Address):
        return address
    return str(whole.ipv4_mapped or IPv6Address(int(whole) >> 64 << 64))


limiter = Limiter(caller, headers_enabled=False)
_BY_LINK = parse_many("60 per hour;300 per day")


def count_sending(link_id: UUID) -> None:
    """Count that something was sent by an owner's link, from wherever; raises TooMuchByLinkError beyond the limit."""
    key = ("owner_link", str(link_id))
    for limit in _BY_LINK:
        if not limiter.limiter.hit(limit, *key):
            window = limiter.limiter.get_window_stats(limit, *key)
            raise TooMuchByLinkError(datetime.fromtimestamp(window.reset_time, UTC))


# A school or a whole mobile network may share one address, so these stop floods and not neighbours.
_ANSWERS = parse_many("120 per hour;600 per day")
_GUESSES = parse_many("30 per hour;100 per day")
_WRONG = "codes that were none"


def answered_too_often() -> bool:
    """Count an answer to a questionnaire; tells when very many came from one network."""
    return _is_too_often(_ANSWERS, "answers")


def guessed_too_often() -> bool:
    """Count a code that somebody typed; tells when it is too many to be mistakes."""
    return _is_too_often(_GUESSES, "codes")


def count_wrong_code() -> None:
    """Count a code that came with answers and was none: as a rule the first page has looked at it before."""
    _is_too_often(_GUESSES, _WRONG)


def sent_wrong_codes_too_often() -> bool:
    """Whether too many of them came. Right ones are not counted, so that neighbours stop nobody half-way."""
    storage = limiter.limiter
    return limiter.enabled and not all(storage.test(limit, _WRONG, caller()) for limit in _GUESSES)


def _is_too_often(limits: list[RateLimitItem], what: str) -> bool:
    return limiter.enabled and not all(limiter.limiter.hit(limit, what, caller()) for limit in limits)
