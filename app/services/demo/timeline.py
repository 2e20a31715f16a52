"""The demo's years: when everything happens, gathered first and then lived through in order."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from app.db import now
from app.i18n import PLACE_ZONE, local
from app.models.findings import Status
from app.services.demo import content
from app.services.demo.acts import Acts, Noted
from app.services.demo.registers import Register
from app.services.demo.stories import FOLLOW_UP, STORIES

_SLOW_AFTER = timedelta(days=150)
"""What was noted longer ago than this took three times as long: owners usually get half a year."""


class Timeline:
    """Everything that happens in the demo, gathered first and then lived through in order."""

    def __init__(self, register: Register) -> None:
        self._grounds = register.grounds
        self._chance = random.Random("jarva")  # noqa: S311  the same demo every time
        self._acts = Acts(register, self._chance)
        self._today = local(now()).replace(second=0, microsecond=0)
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._findings = content.findings()
        open_noted: dict[str, list[Noted]] = {}
        for walk in content.walks():
            earlier = open_noted.pop(walk["site"], [])
            open_noted[walk["site"]] = self._gather_walk(walk, earlier)

    def run(self) -> None:
        """Let everything happen."""
        for _, _, act in sorted(self._events):
            act()

    def _add(self, at: datetime, act: Callable[[], None]) -> None:
        # The position keeps events of one moment in the order they were thought of.
        if at < self._today:
            self._events.append((at, len(self._events), act))

    def _gather_walk(self, walk: Mapping[str, Any], earlier: list[Noted]) -> list[Noted]:
        start = self._start_of(walk)
        minutes = walk["minutes"] or 30
        rows = [(number, row) for number, row in enumerate(self._findings) if row["walk"] == walk["key"]]
        again = [noted for noted in earlier if noted.row["story"] in FOLLOW_UP] if walk["minutes"] else []
        self._add(min(start, self._today) - timedelta(days=14), lambda: self._acts.plan(walk, start))
        self._add(start, lambda: self._acts.start(walk, start))
        step = timedelta(minutes=minutes) / (len(rows) + len(again) + 2)
        for number, noted in enumerate(again, start=1):
            self._gather_recheck(noted, walk, start + number * step)
        fresh: list[Noted] = []
        for place, (number, row) in enumerate(rows, start=len(again) + 1):
            fresh.append(self._gather_finding(row, walk, start + place * step, fresh, seed=1 + number % 2))
        if walk["minutes"]:
            end = start + timedelta(minutes=minutes)
            self._add(end, lambda: self._acts.finish(walk, end))
        return fresh

    def _gather_finding(
        self, row: Mapping[str, str], walk: Mapping[str, Any], at: datetime, fresh: list[Noted], seed: int
    ) -> Noted:
        kind = (row["category"], row["item"])
        twins = [one for one in fresh if (one.row["category"], one.row["item"]) == kind]
        repeats = twins[0] if row["story"] == "duplicate" else None
        place = repeats.place if repeats else self._grounds[walk["site"]].spot()
        noted = Noted(row, at, place, repeats, seed)
        self._add(at, lambda: self._acts.report(noted))
        pace = {"acute": 0.3, "high": 0.6, "medium": 0.8}.get(row["severity"], 1.0) * self._chance.uniform(
            0.8, 1
        )
        if self._today - at > _SLOW_AFTER:
            pace *= 3
        moment = at
        for status, days in STORIES[row["story"]]:
            wait = days if days > 100 else days * pace
            clock = time(self._chance.randint(8, 15), self._chance.randint(0, 59))
            moment = max(_working_day((at + timedelta(days=wait)).date(), clock), moment + timedelta(hours=2))
            self._gather_step(noted, status, moment)
        return noted

    def _gather_step(self, noted: Noted, status: Status, at: datetime) -> None:
        self._add(at, lambda: self._acts.step(noted, status, at))

    def _gather_recheck(self, noted: Noted, walk: Mapping[str, Any], at: datetime) -> None:
        self._add(at, lambda: self._acts.recheck(noted, walk, at))

    def _start_of(self, walk: Mapping[str, Any]) -> datetime:
        day = self._today.date() + timedelta(days=walk["days"])
        back = max(0, day.isoweekday() - 5) if walk["days"] < 0 else 0
        return datetime.combine(day - timedelta(days=back), time.fromisoformat(walk["at"]), PLACE_ZONE)


def _working_day(day: date, clock: time) -> datetime:
    """That day at a local clock time, or the Monday after when it is a weekend."""
    wait = 8 - day.isoweekday() if day.isoweekday() > 5 else 0
    return datetime.combine(day + timedelta(days=wait), clock, PLACE_ZONE)
