"""Storing imported cases as findings: in short changes, so that others who write never wait for long."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, select

from app.bulk_insert import BulkInsert
from app.db import Change, change, now, session
from app.models.findings import Finding, Status
from app.models.remedies import StatusChange
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services.case_making import SAID, STEP, CaseMaker, Closing, Made
from app.services.finding_numbers import take_numbers
from app.services.needs import Given
from app.services.steps import append_step

CHUNK = 500
"""Rows in the first change; the next ones are as many as can be stored in half a second."""
_FEWEST, _MOST = 200, 2000
_SHORT_S, _LONG_S = 0.15, 0.5
_STEPS_AT_ONCE = 50
_DRAWN = 256
_PAUSE_S = 0.02
"""Between two changes; whoever waits for the database gets in."""
_WALKS = UUID("6f1b1f0e-6b55-4f0e-9d0f-2f4f5c0f7c11")
"""Name space of the gatherings' ids, so that the same source finds its own again."""

_THERE = select(Finding.external_id, Finding.id, Finding.status, Finding.version).where(
    Finding.external_id.in_(bindparam("names", expanding=True))
)
_FINDINGS = BulkInsert(Finding, ("id", "number", "walk_id", "search_text", *SAID))
_STEPS = BulkInsert(StatusChange, ("id", "finding_id", *STEP))
Case = tuple[str, Made]
"""A case's id at its source, and what the tables take of it."""


class CaseStore:
    """Stores the cases of one source."""

    def __init__(self, actor: Actor, source: str, checklist_id: UUID) -> None:
        self._actor, self._source, self._checklist_id = actor, source, checklist_id
        self.size = CHUNK
        """How many cases to store next: fewer where the machine is slow or busy."""
        self._walks: dict[str, str] = {}
        """The gathering of each site, once it is there; both as hexadecimal digits."""

    def maker(self) -> CaseMaker:
        """What makes cases so that they can be stored."""
        return CaseMaker(self._source, _FINDINGS.process(session().connection(), "reported_at"))

    def count_known(self, external_ids: Sequence[str]) -> int:
        """How many of these were imported before."""
        return len(self._there(external_ids))

    def store(self, cases: Sequence[Case]) -> tuple[int, int]:
        """Store what is new, and let what is as it was imported follow its source; returns how many of each."""
        self._gather({made.series[0] for _, made in cases})
        with self._timed(), change(self._actor, None) as running:
            there = self._there([external_id for external_id, _ in cases])
            fresh = [made for external_id, made in cases if self._name(external_id) not in there]
            self._insert(running, fresh)
        behind = [
            (known.id, made.closing)
            for external_id, made in cases
            if (known := there.get(self._name(external_id))) is not None
            and made.closing is not None
            and _is_untouched(known)
        ]
        for start in range(0, len(behind), _STEPS_AT_ONCE):
            self._follow(behind[start : start + _STEPS_AT_ONCE])
        return len(fresh), len(behind)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Let the next change be smaller where this one held the database for long, and leave a gap after it."""
        start = time.perf_counter()
        yield
        held = time.perf_counter() - start
        if held > _LONG_S:
            self.size = max(_FEWEST, self.size // 2)
        elif held < _SHORT_S:
            self.size = min(_MOST, self.size * 3 // 2)
        time.sleep(_PAUSE_S)

    def _name(self, external_id: str) -> str:
        return f"{self._source}:{external_id}"

    def _there(self, external_ids: Sequence[str]) -> dict[str, Any]:
        names = [self._name(one) for one in external_ids]
        rows = session().connection().execute(_THERE, {"names": names})
        return {row.external_id: row for row in rows}

    def _gather(self, sites: set[str]) -> None:
        """Make, for each site, what its imported findings hang on: a walk that nobody ever started."""
        for site_id in sorted(sites - self._walks.keys()):
            walk_id = uuid5(_WALKS, f"{self._source}:{UUID(site_id)}")
            with change(self._actor, None) as running:
                if running.session.get(Walk, walk_id) is None:
                    running.session.add(
                        Walk(
                            id=walk_id,
                            site_id=UUID(site_id),
                            checklist_id=self._checklist_id,
                            state=WalkState.FINISHED,
                            purpose=self._source,
                            planned_at=now(),
                            finished_at=now(),
                        )
                    )
            self._walks[site_id] = walk_id.hex

    def _insert(self, running: Change, fresh: Sequence[Made]) -> None:
        if not fresh:
            return
        wanted = Counter(made.series for made in fresh)
        numbers = {
            (site, year): iter(take_numbers(running, UUID(site), year, count))
            for (site, year), count in sorted(wanted.items())
        }
        keys = _in_order()
        findings: list[tuple[Any, ...]] = []
        steps: list[tuple[Any, ...]] = []
        for made in fresh:
            key, number = next(keys), next(numbers[made.series])
            words = f"{number.casefold()}\n{made.searched}"
            findings.append((key, number, self._walks[made.series[0]], words, *made.said))
            steps += [(next(keys), key, *step) for step in made.steps]
        _FINDINGS.run_made(running.connection, findings)
        _STEPS.run_made(running.connection, steps)
        running.record("findings.imported", None, source=self._source, added=len(findings))

    def _follow(self, behind: Iterable[tuple[UUID, Closing]]) -> None:
        with change(self._actor, None) as running:
            for finding_id, closing in behind:
                finding = running.session.get_one(Finding, finding_id, with_for_update=True)
                entry = append_step(
                    running,
                    finding,
                    Status(closing.after),
                    closing.changes(),
                    role=None,
                    at=datetime.fromisoformat(closing.at),
                    given=Given(closing.words),
                )
                entry.given = json.loads(closing.given)
                running.record(
                    "finding.followed_source", finding.id, source=self._source, after=finding.status
                )
        time.sleep(_PAUSE_S)


def _in_order() -> Iterator[str]:
    """Ids by the time they were made (RFC 9562, version 7): what is stored together lies together in every index."""
    while True:
        # A call of the system for many of them.
        chance = os.urandom(10 * _DRAWN)
        made = time.time_ns() // 1_000_000 << 80
        for n in range(0, len(chance), 10):
            key = made | int.from_bytes(chance[n : n + 10])
            yield f"{key & ~(0xF << 76 | 0b11 << 62) | 0x7 << 76 | 0b10 << 62:032x}"


def _is_untouched(known: Any) -> bool:
    """Whether a case stands as it was imported, open: then it follows its source."""
    return known.version == 1 and known.status in {Status.NEW, Status.SENT}
