"""What the tables take of a judged case, made while the file is read: so the change that stores it is short.

Made are plain values, which a staging table keeps and gives back at little cost: ids as hexadecimal digits, moments as
the database's driver takes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from app.i18n import local
from app.models.findings import Status
from app.services.finding_rows import CaseRow
from geo.tiles import quadkeys

_PLACE = ("lon", "lat", "place_words", "asset_number")
_WORDS = ("category", "item", "title", "description", "positive", "severity")
_NUMBERS = ("case_number", "fault_number", "work_order")
_TAKEN = (*_PLACE, *_WORDS, *_NUMBERS)
_AT = ("external_id", "quadkey", "site_id", "area_id", "reported_at")
_STANDS = ("status", "responsible_id", "due_on", "reported_fixed_at", "closed_reason", "closed_words")
_GIVEN = (*_AT, *_STANDS)
SAID = (*_GIVEN, *_TAKEN)
"""The columns of a finding that are known before it is stored."""
STEP = ("number", "at", "before", "after", "organisation_id", "words", "given")
"""The same of a step of its history."""

_SEARCHED = ("title", "description", "place_words", "asset_number", *_NUMBERS)
_CLOSED = frozenset({Status.REPORTED_FIXED, Status.WONT_FIX})


class Closing(NamedTuple):
    """How a case was closed at its source, for one that is known here as open."""

    after: str
    responsible: str | None
    at: str
    words: str
    reason: str
    given: str

    def changes(self) -> dict[str, Any]:
        """The columns of the finding beside its status."""
        changed: dict[str, Any] = {"responsible_id": UUID(self.responsible) if self.responsible else None}
        if self.after == Status.REPORTED_FIXED:
            return changed | {"reported_fixed_at": datetime.fromisoformat(self.at)}
        return changed | {"closed_reason": self.reason, "closed_words": self.words}


class Made(NamedTuple):
    """A case as it will be stored."""

    series: tuple[str, int]
    """Site and year, by which its number is counted."""
    searched: str
    """What is searched in, beside its number."""
    said: tuple[Any, ...]
    """The values of SAID."""
    steps: tuple[tuple[Any, ...], ...]
    """The values of STEP for each step."""
    closing: Closing | None

    def plain(self) -> tuple[Any, ...]:
        """The same without classes of ours."""
        return (*self[:-1], None if self.closing is None else tuple(self.closing))

    @classmethod
    def of(cls, plain: tuple[Any, ...]) -> Made:
        """What `plain` was of."""
        return cls._make((*plain[:-1], None if plain[-1] is None else Closing(*plain[-1])))


class CaseMaker:
    """Makes the cases of one source; `moment` gives a moment as the driver takes it."""

    def __init__(self, source: str, moment: Callable[[datetime], Any]) -> None:
        self._source, self._moment = source, moment
        self._told = lru_cache(1000)(self._told_anew)

    def make(self, rows: Sequence[CaseRow]) -> Iterator[Made]:
        """What the tables take of rows without faults that were placed and located."""
        placed = [row.columns for row in rows if row.columns["lon"] is not None]
        keys = iter(quadkeys([one["lon"] for one in placed], [one["lat"] for one in placed]).tolist())
        for row in rows:
            yield self._make(row, next(keys) if row.columns["lon"] is not None else None)

    def _make(self, row: CaseRow, key: int | None) -> Made:
        said, status = row.columns, row.status
        site, area = said["site_id"].hex, said["area_id"].hex if said["area_id"] else None
        responsible = row.responsible.hex if row.responsible else None
        reported = self._moment(row.reported_at)
        closed = self._moment(row.closed_at) if row.closed_at else None
        due = row.due_on.isoformat() if row.due_on else None
        unfixed = status is Status.WONT_FIX
        given = {
            "external_id": f"{self._source}:{row.external_id}",
            "quadkey": key,
            "site_id": site,
            "area_id": area,
            "reported_at": reported,
            # Closed at its source is not verified here.
            "status": status.value,
            "responsible_id": responsible,
            # What is closed at its source is late for nobody here.
            "due_on": None if status in _CLOSED else due,
            "reported_fixed_at": closed if status is Status.REPORTED_FIXED else None,
            "closed_reason": row.reason if unfixed else "",
            "closed_words": row.closed_words if unfixed else "",
        }
        values = (*[given[name] for name in _GIVEN], *[said[name] for name in _TAKEN])
        steps: tuple[tuple[Any, ...], ...] = (
            (1, reported, None, Status.NEW.value, None, "", self._told(None, "")),
        )
        closing = None
        if status is not Status.NEW:
            told = self._told(due, row.reason)
            at = closed or reported
            steps += ((2, at, Status.NEW.value, status.value, responsible, row.closed_words, told),)
            if status in _CLOSED and row.closed_at:
                when = row.closed_at.astimezone(UTC).isoformat()
                closing = Closing(status.value, responsible, when, row.closed_words, row.reason, told)
        searched = "\n".join([said[name] for name in _SEARCHED if said[name]]).casefold()
        return Made((site, local(row.reported_at).year), searched, values, steps, closing)

    def _told_anew(self, due: str | None, reason: str) -> str:
        """What a step says that its source gave it, as JSON."""
        given = {"source": self._source}
        if due:
            given["due_on"] = due
        if reason:
            given["reason"] = reason
        return json.dumps(given)
