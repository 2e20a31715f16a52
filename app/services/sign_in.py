"""Signing in without passwords: a mailed link and a short code, each usable once.

Opening the link consumes nothing (mail scanners open links); pressing the button does. The code works only in the
browser that asked, so that it can be typed into the installed app. Only hashes are stored.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import bindparam, func, select

from app.db import change, now, session
from app.errors import N_, PlatskollenError
from app.jobs import enqueue, job
from app.models.accounts import Membership, SignInLink, SignInSession, User
from app.permissions import SYSTEM, Actor, Grant
from app.services import devices, mail
from app.services.accounts import actor_of, find_user
from app.services.devices import Device
from app.services.mailed_codes import is_usable, new_code, secret_hash, spend_code
from app.services.passkeys import Purpose, prove
from config import settings

LINK_LIFE = timedelta(minutes=30)
MOST_MAILS = ((timedelta(hours=1), 5), (timedelta(days=1), 20))
"""As many as one address is mailed in each span, whoever asks."""
PRINTED_LINK_LIFE = timedelta(days=7)
UNKNOWN_DEVICE = Device()
# Asked in every request: one statement, made once, and no objects of rows.
_PERSON = (
    select(
        SignInSession.id,
        SignInSession.user_id,
        SignInSession.created_at,
        SignInSession.expires_at,
        SignInSession.enrolled,
        SignInSession.confirmed_at,
        User.name,
        User.language,
        Membership.role,
        Membership.site_id,
        Membership.organisation_id,
    )
    .join(User, User.id == SignInSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(SignInSession.id == bindparam("id"), SignInSession.revoked_at.is_(None), User.active)
    .order_by(Membership.id)
)


class SignInError(PlatskollenError):
    """The link or code is used, too old, altered, or typed in another browser."""

    code = "sign_in_refused"
    status = 403
    title = N_("The link or code does not work")
    message = N_(
        "It may be used already, too old, or copied only in part. Ask for a new one: it takes a minute."
    )


@dataclass(frozen=True)
class SignedIn:
    """A person in a signed-in browser, in the form that flask-login asks for."""

    session_id: UUID
    name: str
    language: str
    actor: Actor
    confirmed_at: datetime | None = None
    """When the person last proved who they are."""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the browser's signed cookie holds: the session, not the person."""
        return str(self.session_id)


def ask(email: str, browser: str) -> None:
    """Have a link and a code mailed, unless that was done too often; says nothing of whether the address is known."""
    user = find_user(email)
    with change(SYSTEM, "sign_in.asked", user.id if user else None) as asking:
        # As much work as for somebody known: the time it takes tells nothing either.
        if _mailed_often(user.id if user else uuid4()) or user is None:
            enqueue(asking, "sign_in.mail", link_id=str(uuid4()))
            return
        link = SignInLink(
            user_id=user.id, nonce_hash="", browser_hash=secret_hash(browser), expires_at=now() + LINK_LIFE
        )
        asking.session.add(link)
        asking.session.flush()
        enqueue(asking, "sign_in.mail", link_id=str(link.id))


def _mailed_often(user_id: UUID) -> bool:
    """Whether the user was mailed as many codes as may be in an hour or a day; within a running change."""
    session().execute(select(User.id).where(User.id == user_id).with_for_update())  # one after the other
    codes = select(func.count()).where(SignInLink.user_id == user_id, SignInLink.browser_hash.is_not(None))
    return any(
        session().scalars(codes.where(SignInLink.created_at > now() - span)).one() >= most
        for span, most in MOST_MAILS
    )


@job("sign_in.mail", in_turn=True)
def send_link(link_id: str) -> None:
    """Make the secrets of a link and mail them; they exist only in the mail and as hashes."""
    code = new_code()
    with change(SYSTEM, None) as sending:
        link = sending.session.get(SignInLink, UUID(link_id))
        if link is None:
            return  # nobody has the address that was asked for
        link.code_hash = secret_hash(code)
        token = renew_link(link)
        user = sending.session.get_one(User, link.user_id)
        to, language, key = user.email, user.language, link.id
    with force_locale(language):
        mail.send(
            settings(),
            to=to,
            subject=_("Sign in to Platskollen"),
            body=_(
                "Open this link and press the button to sign in:\n\n%(url)s\n\n"
                "Or type this code where you asked for it: %(code)s\n\n"
                "Both work for 30 minutes. If you did not ask for this, do nothing.",
                url=f"{settings().base_url}/logga-in/{token}",
                code=code,
            ),
            key=key,
        )


def print_link(email: str) -> str:
    """A one-time sign-in address for an operator to hand over; raises SignInError for an unknown address."""
    user = find_user(email)
    if user is None:
        raise SignInError
    with change(SYSTEM, "sign_in.link_printed", user.id) as printing:
        link = SignInLink(user_id=user.id, expires_at=now() + PRINTED_LINK_LIFE)
        printing.session.add(link)
        token = renew_link(link)
    return f"{settings().base_url}/logga-in/{token}"


def follow_link(token: str, device: Device = UNKNOWN_DEVICE) -> SignedIn:
    """Use the link up and open a session."""
    link_id, nonce = _read(token)
    with change(SYSTEM, "sign_in.done", link_id) as signing:
        link = signing.session.scalar(select(SignInLink).where(SignInLink.id == link_id).with_for_update())
        if not is_usable(link) or not hmac.compare_digest(link.nonce_hash, secret_hash(nonce)):
            raise SignInError
        return _open_session(link, device)


def check_link(token: str) -> None:
    """Raise SignInError unless the link could be followed; consumes nothing."""
    link_id, nonce = _read(token)
    link = session().get(SignInLink, link_id)
    if not is_usable(link) or not hmac.compare_digest(link.nonce_hash, secret_hash(nonce)):
        raise SignInError


def type_code(code: str, browser: str, device: Device = UNKNOWN_DEVICE) -> SignedIn:
    """Use the code up in the browser that asked for it; five wrong ones end it."""
    found: SignedIn | None = None
    with change(SYSTEM, "sign_in.code_typed"):
        link = spend_code(code, browser)
        if link is not None:
            found = _open_session(link, device)
    if found is None:  # after the change, so that the attempt counts
        raise SignInError
    return found


def use_passkey(challenge: str, answer: str, device: Device = UNKNOWN_DEVICE) -> SignedIn:
    """Open a session for whom the key belongs to; raises PasskeyError."""
    with change(SYSTEM, None) as signing:
        user = prove(Purpose.ENTER, challenge, answer)
        row = devices.open_session(user, device)
        signing.record("sign_in.done", user.id, by="passkey")
    return signed_in(row)


def find_session(session_id: UUID) -> SignedIn | None:
    """The signed-in person of a browser, unless revoked, expired or no longer active."""
    rows = session().connection().execute(_PERSON, {"id": session_id}).all()
    if not rows or rows[0].expires_at <= now():
        return None
    one = rows[0]
    devices.note_use(one)
    held = tuple(Grant(row.role, row.site_id, row.organisation_id) for row in rows if row.role is not None)
    return SignedIn(one.id, one.name, one.language, Actor(one.user_id, held), one.confirmed_at)


def signed_in(row: SignInSession) -> SignedIn:
    """The person of a session."""
    return SignedIn(row.id, row.user.name, row.user.language, actor_of(row.user), row.confirmed_at)


def _open_session(link: SignInLink, device: Device) -> SignedIn:
    user = session().get_one(User, link.user_id)
    if not user.active:
        raise SignInError
    link.used_at = now()
    return signed_in(devices.open_session(user, device))


def renew_link(link: SignInLink) -> str:
    """A new token of the link, for its address; earlier ones end. Within a running change."""
    nonce = secrets.token_urlsafe(24)
    link.nonce_hash = secret_hash(nonce)
    session().flush()
    return _serializer().dumps([link.id.hex, nonce])


def _read(token: str) -> tuple[UUID, str]:
    try:
        link_id, nonce = _serializer().loads(token)
        return UUID(link_id), str(nonce)
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInError from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret, salt="sign-in-link")
