"""The weekly digest: on Mondays a letter to each person of the staff for whom something waits."""

from __future__ import annotations

from datetime import date, datetime

from app.db import now
from app.i18n import local
from app.services.letters import is_quiet, make_letter
from app.services.staff_mail import readers


class Digests:
    """The standing duty: once on a Monday, when people may be written to."""

    def __init__(self) -> None:
        self._day: date | None = None

    def __call__(self, moment: datetime | None = None) -> int:
        """Make the letters of the day; returns how many."""
        clock = local(moment or now())
        if clock.date() == self._day or is_quiet(clock):
            return 0
        addresses = [reader.email for reader in readers(clock.date())]
        made = sum(make_letter(email, clock.date()) for email in addresses)
        self._day = clock.date()
        return made
