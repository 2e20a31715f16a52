"""Whatever people do in whatever order: the history holds together."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.i18n import today
from app.models.accounts import Organisation, Role
from app.models.findings import FIXED, ClosedReason, Severity, Status, VerificationMethod
from app.models.sites import Site
from app.permissions import Actor
from app.services.corrections import correct, step_to_correct
from app.services.needs import Given
from app.services.photos import Upload
from app.services.remedies import move, steps_for
from tests.builders import make_finding, make_user, make_walk


def everything(organisation: Organisation, duplicate_of: str) -> Given:
    ahead = today() + timedelta(days=9)
    return Given(
        words="Skäl",
        severity=Severity.MEDIUM,
        duplicate_of=duplicate_of,
        responsible_id=organisation.id,
        due_on=ahead,
        planned_on=ahead,
        hold_until=ahead,
        fixed_on=today(),
        how=VerificationMethod.WALK,
        reason=ClosedReason.OTHER,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=3, max_size=14))
def test_history_of_any_random_walk_holds_together(
    choices: list[tuple[int, int]], site: Site, organisation: Organisation, coordinator: Actor, owner: Actor
) -> None:
    walk = make_walk(site)
    finding = make_finding(walk, severity=Severity.MEDIUM)
    given_ = everything(organisation, make_finding(walk).number)
    people = [coordinator, owner, make_user(Role.FIELD), make_user(Role.COORDINATOR)]
    versions = [finding.version]
    for turn, (who, which) in enumerate(choices):
        actor = people[who]
        if which == 12 and step_to_correct(finding) is not None:
            correct(coordinator, finding.number, "Fel")
        else:
            # An owner sees only what is theirs.
            steps = [] if who == 1 and finding.responsible_id is None else steps_for(actor, finding)
            if not steps:
                continue
            proof = [Upload(f"{turn:064d}", "image/jpeg", 4, 3, None, None, None)]
            move(actor, finding.number, steps[which % len(steps)].to, given_, proof)
        versions.append(finding.version)

    entries = finding.history
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert all(later > earlier for earlier, later in pairwise(versions))
    assert all(later.before == earlier.after for earlier, later in pairwise(entries))
    assert not entries or (entries[0].before, entries[-1].after) == (Status.NEW, finding.status)
    for entry in entries:
        if entry.corrects is None and entry.after is Status.CLOSED:
            assert entry.before is Status.VERIFIED
        if entry.corrects is None and entry.after is Status.VERIFIED:
            assert entry.before is Status.REPORTED_FIXED
            doer = [
                one for one in entries if one.number < entry.number and one.after is Status.REPORTED_FIXED
            ][-1]
            assert doer.corrects is not None or doer.actor_id != entry.actor_id
    assert (finding.verified_at is not None) == (finding.status in FIXED)
    assert (finding.duplicate_of_id is not None) == (finding.status is Status.DUPLICATE)
    assert bool(finding.closed_reason) == (finding.status is Status.WONT_FIX)
