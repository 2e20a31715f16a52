"""What the people of the demo do: they plan, walk, note, answer, mend and check through the product's services."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.models.accounts import Role
from app.models.findings import Finding, RemedyType, Severity, Status
from app.models.remedies import RecheckResult
from app.models.walks import Ground, WalkRole, Weather
from app.permissions import Actor, Permission
from app.services import places, rechecks, remedies, verification, walks
from app.services.demo import content
from app.services.demo.drawings import draw
from app.services.demo.registers import Register
from app.services.demo.stories import FOLLOW_UP, REASONS, RESENT_TO, WORDS
from app.services.findings import FindingDetails, load_finding, report_finding
from app.services.needs import Given
from app.services.photos import Upload, take_in
from app.services.transitions import TRANSITIONS, find_transition

COORDINATOR, FIELD = "samordnare@demo.example", "falt@demo.example"
_ROLES = (WalkRole.LEADER, WalkRole.RECORDER, WalkRole.PHOTOGRAPHER)
_UNDRAWN = "square"
"""Stands in for the photo of a fix where the fault has no scene of its own."""
_OWNERS = {Permission.ANSWER, Permission.REPRESENT}
_OWNERS_STEPS = frozenset(row.after for row in TRANSITIONS if _OWNERS & set(row.who))


@dataclass
class Noted:
    """A finding of the demo: its row, when and where, and its number once it is reported."""

    row: Mapping[str, str]
    at: datetime
    place: tuple[float, float]
    repeats: Noted | None
    seed: int
    """Of its drawings: not every dark lamp looks the same."""
    number: str = ""


class Acts:
    """The people of the demo at work; each act happens at the moment it is given."""

    def __init__(self, register: Register, chance: random.Random) -> None:
        self._register = register
        self._chance = chance
        self._walk_ids: dict[str, UUID] = {}
        self._drawn: dict[tuple[str, int, bool], Upload] = {}
        self._sites = {site["slug"]: site for site in content.sites()}

    def plan(self, walk: Mapping[str, Any], start: datetime) -> None:
        """Plan a walk that starts then."""
        site = self._sites[walk["site"]]
        route = self._register.grounds[walk["site"]].route()
        plan = walks.WalkPlan(
            planned_at=start,
            purpose=site["purpose"],
            meeting_point=site["stops"][0],
            participants=self._participants(site["partners"], walk["people"]),
            route=tuple(walks.RoutePoint(*point) for point in route),
        )
        planned = walks.plan_walk(self._actor(COORDINATOR), site_slug=walk["site"], plan=plan)
        self._walk_ids[walk["key"]] = planned.id

    def _participants(self, keys: list[str], people: int) -> tuple[walks.Participant, ...]:
        each, left = divmod(people, len(keys))
        return tuple(
            walks.Participant(
                self._register.organisations[key],
                _ROLES[number] if number < len(_ROLES) else WalkRole.PARTICIPANT,
                each + (number < left),
            )
            for number, key in enumerate(keys)
            if each + (number < left)
        )

    def start(self, walk: Mapping[str, Any], at: datetime) -> None:
        """Start a planned walk."""
        planned = walks.load_walk(self._actor(FIELD), self._walk_ids[walk["key"]])
        walks.start_walk(
            self._actor(FIELD),
            planned.id,
            light=walks.light_at(planned.site, at),
            weather=Weather(walk["weather"]),
            ground=Ground(walk["ground"]),
            at=at,
        )

    def finish(self, walk: Mapping[str, Any], at: datetime) -> None:
        """Finish a walk."""
        walks.finish_walk(self._actor(FIELD), self._walk_ids[walk["key"]], note=walk["note"], at=at)

    def report(self, noted: Noted) -> None:
        """Note a finding."""
        row = noted.row
        details = FindingDetails(
            category=row["category"],
            item=row["item"],
            lon=noted.place[0],
            lat=noted.place[1],
            accuracy_m=round(self._chance.uniform(4, 14), 1),
            place_words=row["place_words"],
            title=row["title"],
            description=row["description"],
            severity=Severity(row["severity"]) if row["severity"] else None,
            unsafe_day=int(row["unsafe_day"]) if row["unsafe_day"] else None,
            unsafe_evening=int(row["unsafe_evening"]) if row["unsafe_evening"] else None,
            hate=row["hate"] == "1",
        )
        photos = [self._photo(noted, noted.at, row["scene"], mended=False)] if row["scene"] else []
        walk_id = self._walk_ids[row["walk"]]
        noted.number = report_finding(self._actor(FIELD), walk_id, details, photos, at=noted.at).number

    def step(self, noted: Noted, status: Status, at: datetime) -> None:
        """Take a step of the finding's story, if it is still open."""
        finding = load_finding(self._actor(COORDINATOR), noted.number)
        if find_transition(finding.status, status) is None:
            return  # a follow-up walk came between
        given = self._given(noted, finding, status, at)
        photos: list[Upload] = []
        if status is Status.REPORTED_FIXED and verification.fix_needs_photo(finding):
            photos = [self._photo(noted, at, noted.row["scene"] or _UNDRAWN, mended=True)]
        if given.how is not None and verification.check_needs_photo(finding, given.how):
            photos = [self._photo(noted, at, noted.row["scene"] or _UNDRAWN, mended=True, again=True)]
        remedies.move(self._doer(finding, status), noted.number, status, given, photos, at=at)

    def _given(self, noted: Noted, finding: Finding, status: Status, at: datetime) -> Given:
        given = Given(words=self._chance.choice(WORDS.get(status, ("",))))
        day = at.date()
        match status:
            case Status.TRIAGED:
                kind = self._chance.choice((RemedyType.OPERATION, RemedyType.OPERATION, RemedyType.PLANNED))
                return replace(given, severity=finding.severity or Severity.MEDIUM, remedy_type=kind)
            case Status.SENT:
                return replace(given, responsible_id=self._responsible(noted, finding))
            case Status.PLANNED:
                order = f"AO-{self._chance.randint(20000, 99999)}"
                ahead = timedelta(days=self._chance.randint(20, 70))
                return replace(given, planned_on=day + ahead, work_order=order)
            case Status.ON_HOLD:
                return replace(given, hold_until=day + timedelta(days=200))
            case Status.REPORTED_FIXED:
                return replace(given, fixed_on=day)
            case Status.VERIFIED:
                return replace(given, how=verification.methods(finding)[0])
            case Status.WONT_FIX:
                return replace(given, reason=self._chance.choice(REASONS))
            case Status.DUPLICATE:
                assert noted.repeats is not None
                return replace(given, duplicate_of=noted.repeats.number)
        return given

    def _responsible(self, noted: Noted, finding: Finding) -> UUID:
        """Who the story names; else the first whose ground it is."""
        if finding.status is Status.NOT_OURS:
            return self._register.organisations[RESENT_TO]
        if noted.row["owner"]:
            return self._register.organisations[noted.row["owner"]]
        near = places.candidates(*noted.place, finding.accuracy_m, finding.category)
        return near[0].organisation_id if near else self._register.organisations["sdf"]

    def recheck(self, noted: Noted, walk: Mapping[str, Any], at: datetime) -> None:
        """Look at an earlier finding again on a walk."""
        result, words = FOLLOW_UP[noted.row["story"]]
        photos: list[Upload] = []
        if result is RecheckResult.FIXED:
            photos = [self._photo(noted, at, noted.row["scene"] or _UNDRAWN, mended=True, again=True)]
        walk_id = self._walk_ids[walk["key"]]
        rechecks.recheck(self._actor(FIELD), walk_id, noted.number, result, words, photos, at=at)

    def _doer(self, finding: Finding, status: Status) -> Actor:
        """The owner's own person where the demo has one; else the coordinator writes down what they said."""
        if status is Status.VERIFIED:
            return self._actor(FIELD)
        if status in _OWNERS_STEPS:
            for actor in self._register.actors.values():
                if actor.role_at(finding, Permission.ANSWER) is Role.OWNER:
                    return actor
        return self._actor(COORDINATOR)

    def _photo(self, noted: Noted, at: datetime, scene: str, *, mended: bool, again: bool = False) -> Upload:
        """The fault, what was done, or (`again`) another look at it; what is drawn is drawn once."""
        seed = noted.seed + 2 * again
        key = (scene, seed, mended)
        if key not in self._drawn:
            self._drawn[key] = take_in(draw(scene, seed, mended=mended))
        return replace(self._drawn[key], taken_at=at, lon=noted.place[0], lat=noted.place[1])

    def _actor(self, email: str) -> Actor:
        return self._register.actors[email]
