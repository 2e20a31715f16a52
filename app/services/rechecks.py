"""Looking at an earlier finding again on a walk: always on record, and a step where the table allows one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from app.db import Change, change, now
from app.errors import N_, ChangedMeanwhileError, FieldError, InvalidInputError
from app.models.findings import FIXED, Finding, Status, VerificationMethod
from app.models.photos import PhotoKind
from app.models.remedies import Recheck, RecheckResult
from app.models.walks import WalkState
from app.permissions import Actor, Permission, require
from app.services import verification
from app.services.needs import Given
from app.services.photos import Upload, attach
from app.services.remedies import load_locked, take_step
from app.services.revisits import note_done
from app.services.transitions import find_transition
from app.services.walks import load_walk

_WAS_FIXED = FIXED | {Status.REPORTED_FIXED}


def recheck(
    actor: Actor,
    walk_id: UUID,
    name: str | UUID,
    result: RecheckResult,
    note: str = "",
    photos: Sequence[Upload] = (),
    *,
    recheck_id: UUID | None = None,
    at: datetime | None = None,
    promised: int = 0,
) -> Recheck:
    """Record what a walk found at the spot of an earlier finding of its site, named by number or id.

    `recheck_id` is made by the client: said twice it gives the re-check of the first time.
    `promised`: how many photos the client has yet to send; they count as if they were there.
    Fixed, seen by somebody other than the doer, verifies; what nobody had reported is then first on record as
    fixed by somebody unknown. Remains or worse reopens what was said to be fixed. The rest is only recorded.
    Raises InvalidInputError, and ChangedMeanwhileError where the first time said something else.
    """
    walk = load_walk(actor, walk_id, Permission.REPORT_FINDING)
    moment = at or now()
    with change(actor, None) as running:
        finding = load_locked(running, name)
        require(actor, Permission.VERIFY, finding, see=Permission.VIEW_FINDING)
        twin = running.session.get(Recheck, recheck_id) if recheck_id else None
        if twin is not None:
            said = (finding.id, walk.id, result, note.strip())
            if said != (twin.finding_id, twin.walk_id, twin.result, twin.note):
                raise ChangedMeanwhileError
            return twin
        _check(finding, walk.site_id, walk.state, result, len(photos) + promised)
        row = Recheck(
            id=recheck_id or uuid4(),
            finding_id=finding.id,
            walk_id=walk.id,
            at=moment,
            result=result,
            note=note.strip(),
            actor_id=actor.user_id,
        )
        running.session.add(row)
        running.session.flush()
        running.record("finding.rechecked", finding.id, walk=walk.id, result=result)
        attach(running, finding, photos, PhotoKind.VERIFICATION)
        running.session.flush()
        if result is not RecheckResult.NOT_FOUND:
            note_done(running, finding, walk, moment)
        if result is RecheckResult.FIXED:
            _verify(running, finding, row.note, moment)
        elif result is not RecheckResult.NOT_FOUND and finding.status in _WAS_FIXED:
            take_step(
                running,
                finding,
                Status.REOPENED,
                Given(words=row.note),
                (),
                at=moment,
                permission=Permission.REOPEN,
            )
    return row


def _verify(running: Change, finding: Finding, note: str, at: datetime) -> None:
    actor = running.actor
    # Taking one's own report back, or reopening it, must not open this way round a colleague.
    if find_transition(finding.status, Status.REPORTED_FIXED) and not verification.said_fixed(actor, finding):
        take_step(running, finding, Status.REPORTED_FIXED, Given(), (), at=at, permission=None)
        finding.fixed_by = None  # the one who saw it is not the one who did it
        running.session.flush()
    if finding.status is Status.REPORTED_FIXED and not verification.is_doer(actor, finding):
        given = Given(words=note, how=VerificationMethod.WALK)
        take_step(running, finding, Status.VERIFIED, given, (), at=at, permission=Permission.VERIFY)


def _check(finding: Finding, site_id: UUID, state: WalkState, result: RecheckResult, photos: int) -> None:
    faults = []
    if finding.site_id != site_id:
        faults.append(
            FieldError("number", "other_site", N_("The finding belongs to another site than the walk."))
        )
    if state is WalkState.PLANNED:
        faults.append(FieldError("walk_id", "not_started", N_("The walk has not started. Start it first.")))
    if (
        result is RecheckResult.FIXED
        and not photos
        and verification.check_needs_photo(finding, VerificationMethod.WALK)
    ):
        faults.append(FieldError("photos", "missing", N_("Add a photo of how it looks now.")))
    if faults:
        raise InvalidInputError(*faults)
