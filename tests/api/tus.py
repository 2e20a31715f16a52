"""A phone that speaks tus through the test client, and small photos to send."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import session
from app.models.photos import Photo
from app.permissions import Actor
from app.services.tokens import create_token
from tests.builders import email_of

UPLOADS = "/api/v1/uploads"
BYTES = "application/offset+octet-stream"


def jpeg(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG; another colour makes other bytes."""
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


def sha(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def metadata(values: Mapping[str, object]) -> str:
    """Upload-Metadata as tus wants it."""
    return ",".join(
        f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in values.items()
    )


def photos_of(finding_id: UUID) -> list[Photo]:
    """The photos that are kept of a finding."""
    return list(session().scalars(select(Photo).where(Photo.finding_id == finding_id)))


class Phone:
    """A person's phone: every request carries the token and the version of tus."""

    def __init__(self, client: FlaskClient, actor: Actor) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {create_token(email_of(actor))}", "Tus-Resumable": "1.0.0"}

    def send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> TestResponse:
        """Any request."""
        return self.client.open(url, method=method, headers={**self.headers, **(headers or {})}, **options)

    def create(
        self,
        finding_id: UUID,
        data: bytes,
        *,
        first: bytes | None = None,
        length: int | None = None,
        said: Mapping[str, object] | None = None,
        body_length: int | None = None,
    ) -> TestResponse:
        """Announce `data`, with its bytes `first` if any; `body_length` is what the request claims to hold."""
        wanted = {"finding_id": finding_id, "sha256": sha(data), **(said or {})}
        headers = {
            "Upload-Length": str(len(data) if length is None else length),
            "Upload-Metadata": metadata(wanted),
        }
        return self._post("POST", UPLOADS, headers, first, body_length)

    def go_on(self, url: str, offset: int, data: bytes, body_length: int | None = None) -> TestResponse:
        """Send further bytes."""
        return self._post("PATCH", url, {"Upload-Offset": str(offset)}, data, body_length)

    def _post(
        self, method: str, url: str, headers: dict[str, str], data: bytes | None, body_length: int | None
    ) -> TestResponse:
        if data is None:
            return self.send(method, url, headers)
        said = len(data) if body_length is None else body_length
        # Where the body breaks off it just ends, as the server shows it to us.
        return self.send(
            method,
            url,
            headers,
            content_type=BYTES,
            input_stream=io.BytesIO(data),
            environ_overrides={"CONTENT_LENGTH": str(said)},
        )
