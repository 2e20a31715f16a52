"""Passkeys: adding one, and proving with one who somebody is (WebAuthn level 2, without attestation).

A challenge is a signed, dated token that the view keeps in the browser's own cookie; what was answered once is noted,
so that the same answer is worth nothing again. The device must have seen a finger, a face or a PIN: the key stands for
mail and code together.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum, auto
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, select
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.db import change, now, session
from app.errors import N_, NotFoundError, PlatskollenError, invalid
from app.models.accounts import Passkey, UsedChallenge, User
from app.permissions import Actor
from config import settings

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_KEYS = 20
_VERIFIED = UserVerificationRequirement.REQUIRED


class Purpose(StrEnum):
    """What a challenge may be answered for."""

    ADD = auto()
    ENTER = auto()
    CONFIRM = auto()


class PasskeyError(PlatskollenError):
    """The key is unknown or gone, or it answered something else, too late, or for the second time."""

    code = "passkey_refused"
    status = 403
    title = N_("The passkey did not work")
    message = N_("Nothing was changed. Try again, or use your e-mail address instead.")


def new_challenge(purpose: Purpose) -> str:
    """A challenge to keep in the browser that asked."""
    return _serializer(purpose).dumps(secrets.token_urlsafe(24))


def options_for_adding(actor: Actor, challenge: str) -> str:
    """What the browser is told to make a key, as JSON."""
    user = session().get_one(User, actor.user_id)
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name="Platskollen",
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=_bytes_of(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(key.credential_id) for key in keys_of(actor)],
    )
    return webauthn.options_to_json(options)


def options_for_proving(challenge: str) -> str:
    """What the browser is told to answer with a key, as JSON; the same for everybody, so it tells of nobody."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=_host(), challenge=_bytes_of(challenge), user_verification=_VERIFIED
        )
    )


def keys_of(actor: Actor) -> Sequence[Passkey]:
    """One's own keys, oldest first."""
    mine = select(Passkey).where(Passkey.user_id == actor.user_id)
    return session().scalars(mine.order_by(Passkey.created_at)).all()


def add_key(actor: Actor, name: str, challenge: str, answer: str) -> Passkey:
    """Keep a key that the browser has just made; raises PasskeyError, InvalidInputError for the name."""
    if not name.strip():
        raise invalid("name", "missing", N_("Give the passkey a name, e.g. My phone."))
    if len(keys_of(actor)) >= MOST_KEYS:
        raise invalid("name", "too_many", N_("You have many passkeys already. Remove one first."))
    with change(actor, None) as adding:
        expected = _use_up(challenge, Purpose.ADD)
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=expected,
                expected_rp_id=_host(),
                expected_origin=_origin(),
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
            raise PasskeyError from error
        known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
        if adding.session.scalar(known) is not None:
            raise PasskeyError
        key = Passkey(
            user_id=actor.user_id,
            name=name.strip(),
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
        adding.session.add(key)
        adding.session.flush()
        adding.record("passkey.added", actor.user_id, passkey=key.id)
    return key


def remove_key(actor: Actor, passkey_id: UUID) -> None:
    """Take one of one's own keys away; raises NotFoundError for somebody else's."""
    with change(actor, "passkey.removed", actor.user_id, passkey=passkey_id) as removing:
        key = removing.session.get(Passkey, passkey_id)
        if key is None or key.user_id != actor.user_id:
            raise NotFoundError
        removing.session.delete(key)


def prove(purpose: Purpose, challenge: str, answer: str) -> User:
    """Whom the answer proves; within a running change. Raises PasskeyError, whatever was wrong with it."""
    expected = _use_up(challenge, purpose)
    try:
        said = json.loads(answer)
        credential_id = base64url_to_bytes(said["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyError from error
    # Locked, so that of two answers with the same counter one comes second.
    mine = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update(of=Passkey)
    key = session().scalar(mine)
    if key is None or not key.user.active:
        raise PasskeyError
    try:
        proved = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=expected,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyError from error
    key.sign_count = proved.new_sign_count
    key.used_at = now()
    return key.user


def _use_up(challenge: str, purpose: Purpose) -> bytes:
    try:
        _serializer(purpose).loads(challenge, max_age=int(CHALLENGE_LIFE.total_seconds()))
    except BadSignature as error:  # an old one too
        raise PasskeyError from error
    database = session()
    database.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < now()))
    expected = _bytes_of(challenge)
    if database.scalar(select(UsedChallenge.id).where(UsedChallenge.digest == expected.hex())) is not None:
        raise PasskeyError
    # Twice as long as it lives: clocks of two nodes may differ.
    database.add(UsedChallenge(digest=expected.hex(), expires_at=now() + 2 * CHALLENGE_LIFE))
    return expected


def _bytes_of(challenge: str) -> bytes:
    return hashlib.sha256(challenge.encode()).digest()


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret, salt=f"passkey-{purpose}")


def _host() -> str:
    return urlsplit(settings().base_url).hostname or "localhost"


def _origin() -> str:
    parts = urlsplit(settings().base_url)
    return f"{parts.scheme}://{parts.netloc}"
