"""Rate limits; callers are told apart by a salted key that changes daily, so no address is ever stored."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flask import request
from flask_limiter import Limiter

from config import settings


def caller() -> str:
    """A key for whoever calls, worthless tomorrow."""
    day = datetime.now(UTC).date().isoformat()
    return hashlib.sha256(f"{settings().secret}{day}{request.remote_addr}".encode()).hexdigest()[:24]


limiter = Limiter(caller, headers_enabled=False)
