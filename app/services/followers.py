"""Those who asked to hear of a finding: put in by a coordinator, asked by mail whether they want it, forgotten on stop.

A follower has no account. The address of their page is signed, and what a letter tells them is public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, or_, select

from app.db import Change, change, now, session
from app.errors import N_, NotFoundError, invalid
from app.i18n import DEFAULT, LANGUAGES
from app.jobs import enqueue, job
from app.models.findings import Finding
from app.models.letters import Follower, Letter, Notice
from app.permissions import SYSTEM, Actor, Permission
from app.services import mail
from app.services.accounts import normal_email
from app.services.findings import load_finding
from app.services.public_rules import may_be_followed
from config import settings

ANSWERED_WITHIN = timedelta(days=14)
"""Whoever has not said yes by then is forgotten."""
ASKED_AGAIN_AFTER = timedelta(days=1)
MOST_LETTERS = 300
_ASK = "follower.ask"


def add(actor: Actor, number: str, email: str, wish: str, language: str = DEFAULT) -> Follower:
    """Note that somebody wants to hear of a finding and ask them by mail, once a day at most; for coordinators.

    `wish`: how they asked for it. Raises InvalidInputError.
    """
    finding = load_finding(actor, number, Permission.COORDINATE)
    email, wish = normal_email(email), wish.strip()
    if not wish:
        raise invalid("wish", "missing", N_("Write how the person asked for it."))
    if len(wish) > MOST_LETTERS:
        raise invalid("wish", "too_long", N_("At most 300 characters."))
    if not may_be_followed(finding):
        raise invalid("email", "hidden", N_("Nobody outside hears of a finding that the public may not see."))
    with change(actor, None) as adding:
        known = select(Follower).where(Follower.finding_id == finding.id, Follower.email == email)
        follower = adding.session.scalar(known)
        if follower is not None and follower.confirmed_at is not None:
            return follower
        lately = select(Follower.id).where(
            Follower.email == email, Follower.created_at > now() - ASKED_AGAIN_AFTER
        )
        asked = adding.session.scalar(lately.limit(1)) is not None
        if follower is None:
            follower = Follower(finding_id=finding.id, email=email)
            adding.session.add(follower)
        follower.wish, follower.language = wish, language if language in LANGUAGES else DEFAULT
        adding.session.flush()
        adding.record("follower.added", finding.id, follower=follower.id)
        if not asked:
            follower.created_at = now()
            enqueue(adding, _ASK, follower_id=str(follower.id))
    return follower


def followers_of(actor: Actor, finding: Finding) -> Sequence[Follower]:
    """Who follows a finding or was asked to, for coordinators; nobody for others."""
    if not actor.may(Permission.COORDINATE, finding):
        return ()
    query = select(Follower).where(Follower.finding_id == finding.id).order_by(Follower.created_at)
    return session().scalars(query).all()


def remove(actor: Actor, number: str, follower_id: UUID) -> None:
    """Forget one follower of a finding; for coordinators."""
    finding = load_finding(actor, number, Permission.COORDINATE)
    with change(actor, "follower.removed", finding.id) as removing:
        follower = removing.session.get(Follower, follower_id)
        if follower is None or follower.finding_id != finding.id:
            raise NotFoundError
        _forget(removing, [follower])


def find(token: str) -> Sequence[Follower]:
    """Everything that whoever holds this link follows or was asked about; nothing once they have stopped.

    Raises NotFoundError for a link that we did not make.
    """
    first = session().get(Follower, _read(token))
    if first is None:
        return ()
    query = select(Follower).where(Follower.email == first.email).order_by(Follower.created_at)
    return session().scalars(query).all()


def confirm(token: str) -> int:
    """Say yes to all that one was asked about; returns how many findings that is."""
    with change(SYSTEM, None) as confirming:
        asked = [one for one in find(token) if one.confirmed_at is None]
        for one in asked:
            one.confirmed_at = now()
            confirming.record("follower.confirmed", one.finding_id, follower=one.id)
    return len(asked)


def stop(token: str, finding_id: UUID | None = None) -> None:
    """End hearing of one finding or of all and forget the address; what has been ended already stays so."""
    with change(SYSTEM, None) as stopping:
        leaving = [one for one in find(token) if finding_id in {None, one.finding_id}]
        for one in leaving:
            stopping.record("follower.stopped", one.finding_id, follower=one.id)
        _forget(stopping, leaving)


def forget_silent() -> int:
    """Forget whoever was asked and has not said yes for some time; returns how many."""
    old = select(Follower.id).where(
        Follower.confirmed_at.is_(None), Follower.created_at < now() - ANSWERED_WITHIN
    )
    if session().scalar(old.limit(1)) is None:
        return 0
    with change(SYSTEM, None) as forgetting:
        silent = forgetting.session.scalars(select(Follower).where(Follower.id.in_(old))).all()
        _forget(forgetting, silent)
    return len(silent)


def forget_address(running: Change, email: str) -> None:
    """Forget everything that an address follows, within a change: mail to it does not arrive."""
    _forget(running, running.session.scalars(select(Follower).where(Follower.email == email)).all())


def page_address(follower: Follower) -> str:
    """The address of a follower's own page."""
    return f"{settings().base_url}/folj/{_signer().dumps(follower.id.hex)}"


def stop_address(email: str) -> str:
    """Where an address that follows something stops all of it; nothing for one that does not."""
    wanted = select(Follower).where(Follower.email == email, Follower.confirmed_at.is_not(None))
    follower = session().scalar(wanted.order_by(Follower.created_at).limit(1))
    return page_address(follower) if follower else ""


def stop_headers(address: str) -> Mapping[str, str]:
    """What lets a mail program stop it with one press (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{address}/sluta>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


@job(_ASK, in_turn=True)
def ask_by_mail(follower_id: str) -> None:
    """Ask somebody by mail whether they want to hear; nothing is told before they say yes."""
    follower = session().get(Follower, UUID(follower_id))
    if follower is None or follower.confirmed_at is not None:
        return
    with force_locale(follower.language):
        address = page_address(follower)
        body = "\n\n".join(
            [
                _(
                    "A coordinator has noted that you want to hear what happens with something that was found."
                ),
                _("Say yes here, and you get a mail when it is planned, reported fixed, checked or refused:"),
                address,
                _("If you do nothing you hear no more, and your address is forgotten within 14 days."),
            ]
        )
        mail.send(
            settings(),
            to=follower.email,
            subject=_("Do you want to hear what happens?"),
            body=body + "\n",
            key=follower.id,
            headers=stop_headers(address),
        )


def _forget(running: Change, leaving: Sequence[Follower]) -> None:
    """Drop followers with the notices and letters that only told them."""
    for one in leaving:
        # What is told of a finding also goes to those who follow one that turned out to be the same.
        same = select(Finding.duplicate_of_id).where(Finding.id == one.finding_id)
        own = (
            Notice.email == one.email,
            or_(Notice.finding_id == one.finding_id, Notice.finding_id.in_(same)),
            Notice.organisation_id.is_(None),
            Notice.user_id.is_(None),
        )
        letters = running.session.scalars(select(Notice.letter_id).where(*own)).all()
        running.session.execute(delete(Notice).where(*own))
        left = select(Notice.id).where(Notice.letter_id == Letter.id)
        empty = (Letter.id.in_([one for one in letters if one]), ~left.exists(), Letter.digest_of.is_(None))
        running.session.execute(delete(Letter).where(*empty))
        running.session.delete(one)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret, salt="follower")


def _read(token: str) -> UUID:
    try:
        follower_id = UUID(hex=str(_signer().loads(token)))
    except (BadSignature, ValueError) as error:
        raise NotFoundError from error
    if _signer().dumps(follower_id.hex) != token:  # base64 reads some altered letters as the same
        raise NotFoundError
    return follower_id
