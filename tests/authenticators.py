"""A device that makes and uses passkeys, in plain Python: what a browser would send (WebAuthn level 2, "none")."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost"


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One key of one device; `counter` is what it claims to have signed so far."""

    def __init__(self, *, counter: int = 0) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user_id = b""
        self.counter = counter

    def make(self, options: str, *, origin: str = ORIGIN, verified: bool = True) -> str:
        """Answer to "make a key"."""
        asked = json.loads(options)
        self.user_id = bytes_of(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(asked["rp"]["id"], 0x41 | (0x04 if verified else 0)) + kept
        said = {"attestationObject": text_of(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._answer(said, "webauthn.create", asked["challenge"], origin)

    def use(self, options: str, *, origin: str = ORIGIN, verified: bool = True) -> str:
        """Answer to "prove it"; the counter goes up by one."""
        asked = json.loads(options)
        self.counter += 1
        data = self._data(asked["rpId"], 0x01 | (0x04 if verified else 0))
        client = self._client("webauthn.get", asked["challenge"], origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "authenticatorData": text_of(data),
            "signature": text_of(signature),
            "userHandle": text_of(self.user_id),
        }
        return self._answer(said, "webauthn.get", asked["challenge"], origin)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _answer(self, said: dict[str, Any], kind: str, challenge: str, origin: str) -> str:
        response = {"clientDataJSON": text_of(self._client(kind, challenge, origin)), **said}
        return json.dumps(
            {"id": text_of(self.id), "rawId": text_of(self.id), "type": "public-key", "response": response}
        )
