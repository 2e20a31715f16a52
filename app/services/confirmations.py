"""Proving anew who one is, for what only administrators do: by passkey, or by a code that is mailed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import change, now
from app.errors import N_, invalid
from app.jobs import enqueue, job
from app.models.accounts import SignInLink, SignInSession, User
from app.permissions import SYSTEM, Actor
from app.services import mail
from app.services.mailed_codes import new_code, secret_hash, spend_code
from app.services.passkeys import PasskeyError, Purpose, prove
from config import settings

FRESH = timedelta(minutes=15)
"""How long a proof is good for."""
CODE_LIFE = timedelta(minutes=30)


def is_fresh(confirmed_at: datetime | None) -> bool:
    """Whether the last proof is still good."""
    return confirmed_at is not None and now() - confirmed_at < FRESH


def send_code(actor: Actor, session_id: UUID) -> None:
    """Mail the person a code that is good in this session only."""
    with change(actor, "confirmation.asked", actor.user_id) as asking:
        link = SignInLink(
            user_id=actor.user_id,
            nonce_hash="",
            browser_hash=secret_hash(_browser(session_id)),
            expires_at=now() + CODE_LIFE,
        )
        asking.session.add(link)
        asking.session.flush()
        enqueue(asking, "confirmation.mail", link_id=str(link.id))


@job("confirmation.mail", in_turn=True)
def mail_code(link_id: str) -> None:
    """Make the code and mail it; it exists only in the mail and as a hash."""
    code = new_code()
    with change(SYSTEM, None) as sending:
        link = sending.session.get_one(SignInLink, UUID(link_id))
        link.code_hash = secret_hash(code)
        user = sending.session.get_one(User, link.user_id)
        to, language, key = user.email, user.language, link.id
    with force_locale(language):
        mail.send(
            settings(),
            to=to,
            subject=_("Your code for Platskollen"),
            body=_(
                "Type this code on the page that asked for it: %(code)s\n\n"
                "It works for 30 minutes. If you did not ask for it, somebody else may be signed in as you: "
                "sign out everywhere at %(url)s.",
                code=code,
                url=f"{settings().base_url}/konto",
            ),
            key=key,
        )


def confirm_by_code(actor: Actor, session_id: UUID, code: str) -> None:
    """Note the proof in the session; raises InvalidInputError for a wrong or old code."""
    with change(actor, "confirmation.code_typed", actor.user_id) as confirming:
        link = spend_code(code, _browser(session_id))
        right = link is not None and link.user_id == actor.user_id
        if right:
            confirming.session.get_one(SignInSession, session_id).confirmed_at = now()
    if not right:  # after the change, so that the attempt counts
        raise invalid(
            "code", "wrong", N_("The code is wrong or too old. Type it again, or ask for a new one.")
        )


def confirm_by_passkey(actor: Actor, session_id: UUID, challenge: str, answer: str) -> None:
    """Note the proof in the session; raises PasskeyError, also for somebody else's key."""
    with change(actor, "confirmation.passkey_used", actor.user_id) as confirming:
        if prove(Purpose.CONFIRM, challenge, answer).id != actor.user_id:
            raise PasskeyError
        confirming.session.get_one(SignInSession, session_id).confirmed_at = now()


def _browser(session_id: UUID) -> str:
    return f"confirmation of {session_id}"
