"""Who is told of what: every address that is to hear of a finding gets a notice, which its next letter carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from app.db import Change, now, session
from app.models.accounts import Membership, Organisation, Role, User
from app.models.findings import Finding, Level, Status
from app.models.letters import Follower, Notice, Reason
from app.models.remedies import StatusChange
from app.permissions import Permission
from app.services.accounts import actor_of
from app.services.public_rules import may_be_followed
from app.services.push import notify
from app.services.waiting import WITH_OWNER

NEWS = timedelta(days=7)
"""A step entered later than this after it was taken is history, and nobody is told."""
_TO_FOLLOWERS = {
    Status.PLANNED: Reason.PLANNED,
    Status.REPORTED_FIXED: Reason.REPORTED_FIXED,
    Status.VERIFIED: Reason.VERIFIED,
    Status.WONT_FIX: Reason.WONT_FIX,
}
_TO_COORDINATORS = frozenset({Status.NOT_OURS, Status.DECLINED_PROPOSED, Status.REPORTED_FIXED})
"""What an owner does and a coordinator acts on; their devices show it at once."""
_STILL_NEWS = frozenset({*_TO_FOLLOWERS, Status.IN_PROGRESS, Status.CLOSED})


def tell(running: Change, finding: Finding, reason: Reason, about: str = "") -> int:
    """Note within a change that everybody whom it concerns is to be told of a finding; returns how many are new.

    What was said before for the same reason and `about` is not said again.
    """
    # The caller may still be at work on the finding: a flush between would count as a version of its own.
    with running.session.no_autoflush:
        if reason in _TO_FOLLOWERS.values():
            organisation, addresses = None, _followers(finding)
        else:
            organisation = running.session.get(Organisation, finding.responsible_id)
            addresses = _addresses(organisation, finding.category, reason) if organisation else []
        told = select(Notice.email).where(
            Notice.finding_id == finding.id, Notice.reason == reason, Notice.about == about
        )
        fresh = {address.lower() for address in addresses} - set(running.session.scalars(told))
    for email in sorted(fresh):
        running.session.add(
            Notice(
                email=email,
                organisation_id=organisation.id if organisation else None,
                finding_id=finding.id,
                reason=reason,
                about=about,
            )
        )
    return len(fresh)


def tell_coordinators(running: Change, finding: Finding, about: str) -> int:
    """Note within a change that the coordinators of the site are to be told that somebody waits for their answer.

    Returns how many are: those who want mail, each of whom has the finding under "to do" besides.
    """
    coordinators = _coordinators(running, finding)
    notify(running, finding, coordinators, "asked")
    readers = [one for one in coordinators if one.reminders]
    for reader in readers:
        running.session.add(
            Notice(
                email=reader.email,
                user_id=reader.id,
                finding_id=finding.id,
                reason=Reason.ANSWERED,
                about=about,
            )
        )
    return len(readers)


def _coordinators(running: Change, finding: Finding) -> Sequence[User]:
    at_site = or_(Membership.site_id.is_(None), Membership.site_id == finding.site_id)
    held = select(Membership.user_id).where(Membership.role == Role.COORDINATOR, at_site)
    return running.session.scalars(select(User).where(User.id.in_(held), User.active)).all()


def tell_of_step(running: Change, finding: Finding, step: StatusChange) -> None:
    """Tell of a step that was just taken whoever waits for it."""
    if step.at < now() - NEWS:
        return
    about = str(step.number)
    if step.before is Status.DECLINED_PROPOSED:
        tell(running, finding, Reason.ANSWERED, about)
    elif step.after is Status.SENT:
        tell(running, finding, Reason.SENT, about)
    if step.actor_role is Role.OWNER and step.after in _TO_COORDINATORS:
        with running.session.no_autoflush:
            notify(running, finding, _coordinators(running, finding), step.after)
    if step.after in _TO_FOLLOWERS:
        tell(running, finding, _TO_FOLLOWERS[step.after], about)


def has_address(finding: Finding) -> bool:
    """Whether anybody at the responsible organisation can be told that the finding was sent to it."""
    return finding.responsible is not None and any(
        _addresses(finding.responsible, finding.category, Reason.SENT)
    )


def stands(notice: Notice) -> bool:
    """Whether what a notice says is still so, and still for its address to know."""
    finding = notice.finding
    if finding.level is Level.PROTECTED:
        return False
    if notice.user_id is not None:
        reader = session().get_one(User, notice.user_id)
        return reader.active and actor_of(reader).may(Permission.COORDINATE, finding)
    if notice.organisation_id is None:
        return finding.status in _STILL_NEWS and may_be_followed(finding)
    if notice.organisation_id != finding.responsible_id:
        return False
    return notice.reason is Reason.ANSWERED or finding.status in WITH_OWNER


def _addresses(organisation: Organisation, category: str, reason: Reason) -> Iterable[str]:
    contacts = [one for one in organisation.contacts if one.category in (None, category)]
    if reason is Reason.ESCALATED:
        return [contact.email for contact in contacts if contact.escalation]
    own = [organisation.email] if organisation.email else []
    return [*own, *(contact.email for contact in contacts if not contact.escalation)]


def _followers(finding: Finding) -> Iterable[str]:
    """Who follows the finding, or one that turned out to be the same."""
    same = select(Finding.id).where(or_(Finding.id == finding.id, Finding.duplicate_of_id == finding.id))
    return session().scalars(
        select(Follower.email).where(Follower.finding_id.in_(same), Follower.confirmed_at.is_not(None))
    )
