"""Taking in what a phone did: each operation once, in one transaction with its entry in the ledger.

Reports come by the dozen, so those that follow each other are written together; if that fails, each by itself.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.bulk_insert import BulkInsert
from app.db import Change, change, session
from app.errors import (
    N_,
    ChangedMeanwhileError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    PlatskollenError,
)
from app.models.findings import Finding
from app.models.operations import Operation, Outcome
from app.permissions import Actor, Permission
from app.services.expected_photos import expect_photos
from app.services.field_operations import HANDLERS, Wanted, brief, reported_details, whole
from app.services.finding_details import FindingDetails, ready
from app.services.finding_reports import insert_reports, prepare_reports
from app.services.walks import ReportedWalk, load_reported_walk

REPORT = "finding.report"
OLDEST = timedelta(days=365)
"""A clock that says an earlier time than this is taken to be wrong."""
_ATTEMPTS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One operation as it came."""

    id: UUID
    type: str
    object_id: UUID
    actor_id: UUID
    """Who captured it."""
    base_version: int | None
    claimed: datetime | None
    """When, by the phone's clock; None where it cannot be read."""
    body_hash: str
    data: Mapping[str, Any]
    faults: tuple[FieldError, ...] = ()
    """What is wrong with the data; it is then refused."""


@dataclass(frozen=True)
class Result:
    """What became of an operation; `errors` as the ledger keeps them, in message ids."""

    id: str | None
    outcome: Outcome
    version: int | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    current: dict[str, Any] | None = None
    original: Outcome | None = None


def apply(
    actor: Actor, device_id: UUID, asked: Sequence[Asked], *, sent_at: datetime | None, received: datetime
) -> list[Result]:
    """Carry out operations in their order, each by itself; returns one result for each.

    `sent_at` by the phone's clock, `received` by ours. What fails by a fault of ours is rejected as `unexpected`
    and not kept, so that it can be sent again.
    """
    phone = _Phone(actor, device_id, sent_at, received)
    return [result for run in _runs(asked, actor) for result in phone.take(run)]


def corrected(claimed: datetime | None, sent_at: datetime | None, received: datetime) -> datetime:
    """A moment of the phone's clock by ours: never in the future, and what cannot be believed is now."""
    if claimed is None:
        return received
    try:
        moment = claimed + (received - sent_at) if sent_at is not None else claimed
    except OverflowError:
        return received
    return moment if received - OLDEST <= moment <= received else received


def kept_errors(faults: Iterable[FieldError]) -> list[dict[str, Any]]:
    """Errors as the ledger keeps them."""
    return [
        {"field": one.field, "code": one.code, "message": one.message, "values": dict(one.values)}
        for one in faults
    ]


def _runs(asked: Iterable[Asked], actor: Actor) -> Iterator[list[Asked]]:
    """Reports that follow each other, of different findings, together; everything else by itself."""
    run: list[Asked] = []
    taken: set[UUID] = set()
    for one in asked:
        joins = one.type == REPORT and not one.faults and one.actor_id == actor.user_id
        if run and (not joins or {one.id, one.object_id} & taken):
            yield run
            run, taken = [], set()
        if joins:
            run.append(one)
            taken |= {one.id, one.object_id}
        else:
            yield [one]
    if run:
        yield run


@dataclass(frozen=True)
class _Phone:
    """One request of one phone."""

    actor: Actor
    device_id: UUID
    sent_at: datetime | None
    received: datetime

    def take(self, run: Sequence[Asked]) -> Sequence[Result]:
        if len(run) > 1:
            try:
                return self._report(run)
            except Exception as error:
                # One of them may be at fault, or somebody sent the same at this moment: each by itself, then.
                session().rollback()
                _log.info("a run of %d reports is taken one by one: %s", len(run), type(error).__name__)
        return [self._take_one(one) for one in run]

    def _take_one(self, asked: Asked) -> Result:
        if asked.actor_id != self.actor.user_id:
            # Not kept: whose it is shall still be able to send it.
            return _refused(asked, Outcome.FORBIDDEN, [_OTHER_ACTOR])
        alone = self._report if asked.type == REPORT and not asked.faults else self._carry_out
        for _attempt in range(_ATTEMPTS):
            try:
                return alone([asked])[0]
            except PlatskollenError as error:
                if not isinstance(error.__cause__, StaleDataError):
                    return self._refuse(asked, error)
            except IntegrityError:
                pass  # somebody else was first with the same id; the next attempt sees it
            except Exception as error:
                # The words of an error may quote what somebody wrote; the lines of code tell enough.
                where = "".join(traceback.format_tb(error.__traceback__))
                _log.error("%s in an operation %s\n%s", type(error).__name__, asked.type, where)
                break
            session().rollback()
        session().rollback()
        return _refused(asked, Outcome.REJECTED, [_UNEXPECTED])

    def _report(self, run: Sequence[Asked]) -> list[Result]:
        """Take in reports of different findings in one transaction, as short as can be.

        What was sent before is looked up ahead of it: if somebody sends the same meanwhile, the ledger refuses.
        """
        known = _known(session(), [one.id for one in run])
        results = {one.id: _again(self.actor, known[one.id], one) for one in run if one.id in known}
        fresh = [one for one in run if one.id not in known]
        if fresh:
            results |= self._report_fresh(fresh)
        return [results[one.id] for one in run]

    def _report_fresh(self, fresh: Sequence[Asked]) -> dict[UUID, Result]:
        results: dict[UUID, Result] = {}
        said: dict[UUID, tuple[UUID, ReportedWalk, FindingDetails, datetime]] = {}
        load = cache(lambda walk_id: load_reported_walk(self.actor, walk_id))
        for one in fresh:
            try:
                walk = load(one.data["walk_id"])
                details = ready(reported_details(one.data), walk)
                said[one.id] = (one.object_id, walk, details, self._corrected(one))
            except PlatskollenError as error:
                results[one.id] = _refusal(one, error)
        reports = prepare_reports(self.actor, list(said.values()))
        with change(self.actor, None) as running:
            made = {one.finding_id: one for one in insert_reports(running, reports)} if reports else {}
            photos: list[tuple[UUID, UUID, str]] = []
            for one in fresh:
                if one.id in results:
                    continue
                found = made[one.object_id]
                if found.walk_id != one.data["walk_id"]:
                    results[one.id] = _refusal(one, ChangedMeanwhileError())
                    continue
                current = brief(found.number, found.version, found.status)
                results[one.id] = Result(str(one.id), Outcome.APPLIED, found.version, current=current)
                photos += [(found.finding_id, found.walk_id, sha256) for sha256 in one.data.get("photos", ())]
            expect_photos(running, photos)
            self._note(running, [(one, results[one.id]) for one in fresh])
        return results

    def _carry_out(self, run: Sequence[Asked]) -> list[Result]:
        """Carry out one operation that is no report."""
        [asked] = run
        with change(self.actor, None) as running:
            known = _known(running.session, [asked.id])
            if known:
                return [_again(self.actor, known[asked.id], asked)]
            if asked.faults:
                raise InvalidInputError(*asked.faults)
            at = self._corrected(asked)
            wanted = Wanted(asked.id, self.device_id, asked.object_id, asked.base_version, at, asked.data)
            done = HANDLERS[asked.type](running, wanted)
            outcome = Outcome.CONFLICT if done.conflicts else Outcome.APPLIED
            result = Result(str(asked.id), outcome, done.version, current=done.current)
            self._note(running, [(asked, result)])
            running.session.add_all(done.conflicts)
        return [result]

    def _refuse(self, asked: Asked, error: PlatskollenError) -> Result:
        """Put a refusal into the ledger, since it is final for this id."""
        refusal = _refusal(asked, error)
        try:
            with change(self.actor, None) as running:
                known = _known(running.session, [asked.id])
                if known:
                    return _again(self.actor, known[asked.id], asked)
                self._note(running, [(asked, refusal)])
        except IntegrityError:
            session().rollback()  # the same refusal, sent twice at once
        return refusal

    def _note(self, running: Change, done: Iterable[tuple[Asked, Result]]) -> None:
        """Put operations with their outcomes into the ledger."""
        rows = [
            (
                asked.id,
                asked.actor_id,
                asked.type,
                asked.object_id,
                asked.body_hash,
                result.outcome,
                result.version,
                result.errors,
                asked.claimed or self.received,
                self._corrected(asked),
            )
            for asked, result in done
        ]
        _LEDGER.run(running.connection, rows, device_id=self.device_id, received_at=self.received)

    def _corrected(self, asked: Asked) -> datetime:
        return corrected(asked.claimed, self.sent_at, self.received)


_LEDGER = BulkInsert(
    Operation,
    (
        *("id", "actor_id", "type", "object_id", "body_hash", "outcome", "version", "errors"),
        *("claimed_at", "corrected_at"),
    ),
    ("device_id", "received_at"),
)
# Making a statement takes as long as running it.
_KNOWN = select(
    Operation.id,
    Operation.body_hash,
    Operation.object_id,
    Operation.outcome,
    Operation.version,
    Operation.errors,
).where(Operation.id.in_(bindparam("ids", expanding=True)))

_OTHER_ACTOR = FieldError(
    "actor", "other_actor", N_("Somebody else captured this. It waits until they sign in on this phone.")
)
_ID_REUSED = FieldError("id", "id_reused", N_("Something else was sent under this id before."))
_UNEXPECTED = FieldError("", "unexpected", N_("Something went wrong with us. It will be sent again."))


def _known(database: Session, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """What the ledger says of these ids."""
    return {row.id: row for row in database.connection().execute(_KNOWN, {"ids": list(ids)})}


def _again(actor: Actor, before: Row[Any], asked: Asked) -> Result:
    """The answer to an operation that was sent before."""
    if before.body_hash != asked.body_hash:
        return _refused(asked, Outcome.REJECTED, [_ID_REUSED])
    current = None
    if before.outcome in {Outcome.APPLIED, Outcome.CONFLICT}:
        finding = session().get(Finding, before.object_id)
        if finding is not None and actor.may(Permission.VIEW_FINDING, finding):
            show: Callable[[Finding], dict[str, Any]] = (
                whole if before.outcome is Outcome.CONFLICT else _brief
            )
            current = show(finding)
    return Result(str(asked.id), Outcome.DUPLICATE, before.version, before.errors, current, before.outcome)


def _brief(finding: Finding) -> dict[str, Any]:
    return brief(finding.number, finding.version, finding.status)


def _refusal(asked: Asked, error: PlatskollenError) -> Result:
    """What an error of the catalogue means for an operation."""
    faults = (
        error.errors if isinstance(error, InvalidInputError) else [FieldError("", error.code, error.title)]
    )
    return _refused(
        asked, Outcome.FORBIDDEN if isinstance(error, ForbiddenError) else Outcome.REJECTED, faults
    )


def _refused(asked: Asked, outcome: Outcome, faults: Iterable[FieldError]) -> Result:
    return Result(str(asked.id), outcome, errors=kept_errors(faults))
