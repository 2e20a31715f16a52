"""Storing imported cases as findings: in short changes, so that others who write never wait for long."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, select

from app.bulk_insert import BulkInsert
from app.db import Change, change, now, session
from app.i18n import local
from app.models.findings import Finding, Status
from app.models.remedies import StatusChange
from app.models.walks import Walk, WalkState
from app.permissions import Actor
from app.services.finding_numbers import take_numbers
from app.services.needs import Given
from app.services.steps import append_step
from geo.tiles import quadkeys

CHUNK = 500
"""Rows in the first change; the next ones are as many as can be stored in half a second."""
_FEWEST, _MOST = 200, 2000
_SHORT_S, _LONG_S = 0.15, 0.5
_STEPS_AT_ONCE = 50
_PAUSE_S = 0.02
"""Between two changes; whoever waits for the database gets in."""
_WALKS = UUID("6f1b1f0e-6b55-4f0e-9d0f-2f4f5c0f7c11")
"""Name space of the gatherings' ids, so that the same source finds its own again."""

_THERE = select(Finding.external_id, Finding.id, Finding.status, Finding.version).where(
    Finding.external_id.in_(bindparam("names", expanding=True))
)
_FINDING = (
    *("id", "number", "walk_id", "site_id", "area_id", "external_id", "lon", "lat", "quadkey", "place_words"),
    *("asset_number", "category", "item", "title", "description", "positive", "severity", "case_number"),
    *(
        "fault_number",
        "work_order",
        "status",
        "responsible_id",
        "due_on",
        "reported_fixed_at",
        "closed_reason",
    ),
    *("closed_words", "reported_at", "search_text"),
)
_STEP = ("id", "finding_id", "number", "at", "before", "after", "organisation_id", "words", "given")
_FINDINGS, _STEPS = BulkInsert(Finding, _FINDING), BulkInsert(StatusChange, _STEP)
Case = tuple[str, dict[str, Any]]
"""A case's id at its source, and what the staging table kept of it."""


class CaseStore:
    """Stores the cases of one source."""

    def __init__(self, actor: Actor, source: str, checklist_id: UUID) -> None:
        self._actor, self._source, self._checklist_id = actor, source, checklist_id
        self.size = CHUNK
        """How many cases to store next: fewer where the machine is slow or busy."""
        self._walks: dict[UUID, UUID] = {}
        """The gathering of each site, once it is there."""

    def count_known(self, external_ids: Sequence[str]) -> int:
        """How many of these were imported before."""
        return len(self._there(external_ids))

    def store(self, cases: Sequence[Case]) -> tuple[int, int]:
        """Store what is new, and let what is as it was imported follow its source; returns how many of each."""
        ready = _Ready(self._source, cases)
        self._gather({row["site_id"] for row in ready.findings})
        with self._timed(), change(self._actor, None) as running:
            there = self._there([external_id for external_id, _ in cases])
            fresh = [n for n, row in enumerate(ready.findings) if row["external_id"] not in there]
            self._insert(running, ready, fresh)
        behind = [
            (known.id, case)
            for external_id, case in cases
            if (known := there.get(self._name(external_id))) is not None and _is_behind(known, case)
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

    def _gather(self, sites: set[UUID]) -> None:
        """Make, for each site, what its imported findings hang on: a walk that nobody ever started."""
        for site_id in sorted(sites - self._walks.keys()):
            walk_id = uuid5(_WALKS, f"{self._source}:{site_id}")
            with change(self._actor, None) as running:
                if running.session.get(Walk, walk_id) is None:
                    running.session.add(
                        Walk(
                            id=walk_id,
                            site_id=site_id,
                            checklist_id=self._checklist_id,
                            state=WalkState.FINISHED,
                            purpose=self._source,
                            planned_at=now(),
                            finished_at=now(),
                        )
                    )
            self._walks[site_id] = walk_id

    def _insert(self, running: Change, ready: _Ready, fresh: Sequence[int]) -> None:
        if not fresh:
            return
        series = [(ready.findings[n]["site_id"], ready.years[n]) for n in fresh]
        wanted = Counter(series)
        numbers = {one: iter(take_numbers(running, *one, count)) for one, count in sorted(wanted.items())}
        findings: list[list[Any]] = []
        steps: list[tuple[Any, ...]] = []
        for n, one in zip(fresh, series, strict=True):
            row = ready.findings[n]
            number = next(numbers[one])
            row["number"], row["walk_id"] = number, self._walks[row["site_id"]]
            row["search_text"] = f"{number}\n{row['search_text']}".casefold()
            findings.append([row[name] for name in _FINDING])
            steps += ready.steps[n]
        _FINDINGS.run(running.connection, findings)
        _STEPS.run(running.connection, steps)
        running.record("findings.imported", None, source=self._source, added=len(findings))

    def _follow(self, behind: Sequence[tuple[UUID, dict[str, Any]]]) -> None:
        with change(self._actor, None) as running:
            for finding_id, case in behind:
                finding = running.session.get_one(Finding, finding_id, with_for_update=True)
                step = _step_of(self._source, case)
                changed = {name: value for name, value in _remedy(case).items() if name != "status"}
                entry = append_step(
                    running,
                    finding,
                    step["after"],
                    changed,
                    role=None,
                    at=step["at"],
                    given=Given(step["words"]),
                )
                entry.given = step["given"]
                running.record(
                    "finding.followed_source", finding.id, source=self._source, after=finding.status
                )
        time.sleep(_PAUSE_S)


class _Ready:
    """The rows of a batch as the tables take them, made before the change so that it is short."""

    def __init__(self, source: str, cases: Sequence[Case]) -> None:
        columns = [case["columns"] for _, case in cases]
        placed = [n for n, one in enumerate(columns) if one["lon"] is not None]
        keys = quadkeys([columns[n]["lon"] for n in placed], [columns[n]["lat"] for n in placed]).tolist()
        key_of = dict(zip(placed, keys, strict=True))
        self.years = [local(case["reported_at"]).year for _, case in cases]
        self.findings: list[dict[str, Any]] = []
        self.steps: list[list[tuple[Any, ...]]] = []
        told = {"source": source}
        for n, (external_id, case) in enumerate(cases):
            key, at = _in_order(), case["reported_at"]
            self.findings.append(_finding(key, f"{source}:{external_id}", case, key_of.get(n)))
            steps: list[tuple[Any, ...]] = [(_in_order(), key, 1, at, None, Status.NEW, None, "", told)]
            if case["status"] is not Status.NEW:
                step = _step_of(source, case)
                steps.append((_in_order(), key, 2, *(step[name] for name in _STEP[3:])))
            self.steps.append(steps)


def _in_order() -> UUID:
    """An id by the time it was made (RFC 9562, version 7): what is stored together lies together in every index."""
    chance = int.from_bytes(os.urandom(10))
    made = time.time_ns() // 1_000_000 << 80 | chance
    return UUID(int=made & ~(0xF << 76 | 0b11 << 62) | 0x7 << 76 | 0b10 << 62)


def _finding(finding_id: UUID, external_id: str, case: dict[str, Any], key: int | None) -> dict[str, Any]:
    said: dict[str, Any] = case["columns"]
    words = [said[name] for name in _SEARCHED if said[name]]
    return {
        **said,
        **_NOT_YET,
        **_remedy(case),
        "id": finding_id,
        "external_id": external_id,
        "quadkey": key,
        "reported_at": case["reported_at"],
        "search_text": "\n".join(words),
    }


_SEARCHED = (
    *("title", "description", "place_words", "asset_number"),
    *("case_number", "fault_number", "work_order"),
)
_NOT_YET = {"reported_fixed_at": None, "closed_reason": "", "closed_words": "", "due_on": None}


def _remedy(case: dict[str, Any]) -> dict[str, Any]:
    """The columns that say how far it has come: closed at its source is not verified here."""
    status = case["status"]
    columns: dict[str, Any] = {"status": status, "responsible_id": case["responsible"]}
    if status is Status.REPORTED_FIXED:
        columns |= {"reported_fixed_at": case["closed_at"]}
    elif status is Status.WONT_FIX:
        columns |= {"closed_reason": case["reason"], "closed_words": case["closed_words"]}
    elif case["due_on"]:
        # What is closed at its source is late for nobody here.
        columns |= {"due_on": case["due_on"]}
    return columns


def _step_of(source: str, case: dict[str, Any]) -> dict[str, Any]:
    """The step of the history by which it came to stand as its source says."""
    given = {"source": source}
    if case["due_on"]:
        given["due_on"] = case["due_on"].isoformat()
    if case["reason"]:
        given["reason"] = case["reason"]
    return {
        "at": case["closed_at"] or case["reported_at"],
        "before": Status.NEW,
        "after": case["status"],
        "organisation_id": case["responsible"],
        "words": case["closed_words"],
        "given": given,
    }


def _is_behind(known: Any, case: dict[str, Any]) -> bool:
    """Whether its source has gone on while nobody here has touched it."""
    closed = case["status"] in {Status.REPORTED_FIXED, Status.WONT_FIX}
    return closed and known.version == 1 and known.status in {Status.NEW, Status.SENT}
