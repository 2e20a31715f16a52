"""Notices that a browser shows at once (Web Push): asked for on each device, encrypted for it, without personal data.

Whoever runs the browser's push service sees only when and to which device; the server asks no host that is not one of
the browser makers'.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections.abc import Sequence
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import Change, change, session
from app.errors import N_, NotFoundError, invalid
from app.i18n import DEFAULT
from app.jobs import enqueue, job
from app.models.accounts import PushSubscription, User
from app.models.findings import Finding, Level
from app.permissions import SYSTEM, Actor, Permission
from app.services.accounts import actor_of
from config import settings

MOST_DEVICES = 10
_MOST_LETTERS = 1000
_KEPT_SECONDS = 24 * 3600
"""How long the push service keeps a notice for a device that is off."""
_TIMEOUT = 10
_GONE = frozenset({404, 410})
_SEND = "push.send"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (FIPS 186-5): a private key is a number from 1 to one below."""


def public_key() -> str:
    """The key by which a browser knows that a notice comes from here; nothing where notices are not offered."""
    if not settings().push_hosts.strip():
        return ""
    point = _private_key(settings().secret).public_key()
    return _encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def devices_of(actor: Actor) -> Sequence[PushSubscription]:
    """The actor's devices that show notices, the newest first."""
    query = select(PushSubscription).where(PushSubscription.user_id == actor.user_id)
    return session().scalars(query.order_by(PushSubscription.created_at.desc())).all()


def subscribe(actor: Actor, *, endpoint: str, public_key: str, secret: str) -> None:
    """Let a browser show notices to this person; it is theirs who asked last. Raises InvalidInputError."""
    assert actor.user_id is not None
    if not _allowed(endpoint) or not _is_point(public_key) or len(_decode(secret)) != 16:
        raise invalid("endpoint", "refused", N_("This browser's notices cannot be used here."))
    with change(actor, "push.subscribed", actor.user_id) as subscribing:
        known = select(PushSubscription).where(PushSubscription.endpoint == endpoint)
        row = subscribing.session.scalar(known) or PushSubscription(endpoint=endpoint)
        row.user_id, row.public_key, row.secret = actor.user_id, public_key, secret
        subscribing.session.add(row)
        subscribing.session.flush()
        for old in devices_of(actor)[MOST_DEVICES:]:
            subscribing.session.delete(old)


def unsubscribe(actor: Actor, subscription_id: UUID) -> None:
    """Show no more notices on one of one's own devices; raises NotFoundError."""
    with change(actor, "push.unsubscribed", actor.user_id) as ending:
        row = ending.session.get(PushSubscription, subscription_id)
        if row is None or row.user_id != actor.user_id:
            raise NotFoundError
        ending.session.delete(row)


def notify(running: Change, finding: Finding, readers: Sequence[User], why: str) -> None:
    """Have the devices of these people told within a change that a finding waits for them; `why`: as in `_words`."""
    wanted = select(PushSubscription.id).where(
        PushSubscription.user_id.in_([reader.id for reader in readers])
    )
    for subscription_id in running.session.scalars(wanted):
        enqueue(running, _SEND, subscription_id=str(subscription_id), finding_id=str(finding.id), why=why)


@job(_SEND)
def send(subscription_id: str, finding_id: str, why: str) -> None:
    """Send one notice; a device that is gone is forgotten, a push service that is down is tried again."""
    # Brings a second HTTP client along, which only a worker that sends something needs.
    from pywebpush import WebPushException, webpush

    row = session().get(PushSubscription, UUID(subscription_id))
    finding = session().get(Finding, UUID(finding_id))
    if row is None or finding is None or not _allowed(row.endpoint):
        return
    reader = session().get_one(User, row.user_id)
    if not reader.active or not actor_of(reader).may(Permission.VIEW_FINDING, finding):
        return
    with force_locale(reader.language or DEFAULT):
        words = _words(finding, why)
    key, info = row.id, {"endpoint": row.endpoint, "keys": {"p256dh": row.public_key, "auth": row.secret}}
    session().rollback()  # nothing is held while somebody else's server is waited for
    try:
        with requests.Session() as asking:
            asking.max_redirects = 0  # the host that was allowed, and no other
            webpush(
                info,
                json.dumps(words),
                vapid_private_key=_vapid(settings().secret),
                vapid_claims={"sub": f"mailto:{parseaddr(settings().mail_from)[1]}"},
                timeout=_TIMEOUT,
                ttl=_KEPT_SECONDS,
                requests_session=asking,
            )
    except WebPushException as error:
        if error.response is None or error.response.status_code not in _GONE:
            raise
        with change(SYSTEM, "push.gone", reader.id) as forgetting:
            gone = forgetting.session.get(PushSubscription, key)
            if gone is not None:
                forgetting.session.delete(gone)


def _words(finding: Finding, why: str) -> dict[str, str]:
    """What is shown: a number and what it waits for; of what is protected not even that."""
    if finding.level is Level.PROTECTED:
        return {"title": "Platskollen", "body": _("Something waits for you."), "url": "/"}
    said = {
        "asked": _("%(number)s: a question from the responsible", number=finding.number),
        "reported_fixed": _("%(number)s: reported fixed, to be checked", number=finding.number),
        "not_ours": _("%(number)s: not the right responsible", number=finding.number),
        "declined_proposed": _("%(number)s: proposed not to be fixed", number=finding.number),
    }
    return {"title": "Platskollen", "body": said[why], "url": f"/brister/{finding.number}"}


def _allowed(endpoint: str) -> bool:
    """Whether an address is one of a browser maker's: HTTPS, no other port, no user; or an origin that is set whole."""
    if len(endpoint) > _MOST_LETTERS or not endpoint.isascii() or any(sign <= " " for sign in endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or "\\" in endpoint:
        return False
    for entry in settings().push_hosts.split():
        if "://" in entry and f"{parts.scheme}://{parts.netloc}" == entry:
            return True
        same = host == entry or (entry.startswith("*.") and host.endswith(entry[1:]))
        if same and parts.scheme == "https" and port in {None, 443}:
            return True
    return False


@lru_cache(maxsize=2)
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    # Out of the signing secret, which every node has: one key less to make, hand out and lose.
    number = int.from_bytes(hmac.digest(secret.encode(), b"vapid", "sha512"), "big")
    return ec.derive_private_key(1 + number % (_ORDER - 1), ec.SECP256R1())


def _vapid(secret: str) -> object:
    from py_vapid import Vapid02

    signer = Vapid02()
    signer.private_key = _private_key(secret)
    return signer


def _is_point(text: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(text))
    except ValueError:
        return False
    return True


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """What a browser wrote in base64url without padding; nothing where it is none."""
    try:
        return (
            urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)) if len(text) < _MOST_LETTERS else b""
        )
    except (NotBase64Error, ValueError):
        return b""
