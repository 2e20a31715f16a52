"""An upload to a real server, over a connection that breaks in the middle of the body."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import pytest

from app import db, storage
from app.models.accounts import Role
from app.services.tokens import create_token
from app.storage import files
from config import Settings, use_settings
from tests.api.tus import BYTES, UPLOADS, jpeg, metadata, photos_of, sha
from tests.builders import email_of, make_finding, make_site, make_user, make_walk
from tools.serving import serve

PHOTO = jpeg(size=(2000, 1500)) + bytes(300_000)  # what stands behind the picture is part of the file


class Wire:
    """One server, spoken to without any help of a client library where the body is to break."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._address = (host, port)
        self._headers = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"}

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | Iterator[bytes] | None = None
    ) -> http.client.HTTPResponse:
        """A whole request; its answer, read. A body without a length goes in chunks."""
        connection = http.client.HTTPConnection(*self._address, timeout=30)
        kind = {"Content-Type": BYTES} if body is not None else {}
        connection.request(method, path, body, {**self._headers, **kind, **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def break_off(self, method: str, path: str, headers: dict[str, str], body: bytes, length: int) -> None:
        """Say that the body has `length` bytes, send `body`, and hang up."""
        every = {
            **self._headers,
            **headers,
            "Host": "localhost",
            "Content-Type": BYTES,
            "Content-Length": str(length),
        }
        head = "\r\n".join(
            [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items())]
        )
        with socket.create_connection(self._address, timeout=30) as wire:
            wire.sendall(head.encode() + b"\r\n\r\n" + body)
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(4096):
                pass


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Wire, UUID]]:
    monkeypatch.delenv("PLATSKOLLEN_DATABASE_URL", raising=False)
    monkeypatch.delenv("PLATSKOLLEN_STORAGE_URL", raising=False)
    with serve(tmp_path) as server:
        settings = Settings(data_dir=tmp_path, secret_key="for-tests-only")
        use_settings(settings)
        db.connect(settings.database)
        storage.connect(settings.storage)
        finding_id = make_finding(make_walk(make_site())).id
        token = create_token(email_of(make_user(Role.FIELD)))
        port = int(server.url.rsplit(":", 1)[1])
        yield Wire("localhost", port, token), finding_id
        db.dispose()


def offset_of(wire: Wire, url: str, beyond: int) -> int:
    """Where the upload stands, once it has gone beyond; the server still works on what it was sent."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        offset = int(wire.ask("HEAD", url, {}).headers["Upload-Offset"])
        if offset > beyond:
            return offset
        sleep(0.05)
    raise AssertionError("nothing of the broken body was kept")


def test_what_came_before_the_break_is_kept_and_the_rest_follows(served: tuple[Wire, UUID]) -> None:
    wire, finding_id = served
    said = metadata({"finding_id": finding_id, "sha256": sha(PHOTO)})
    announced = {"Upload-Length": str(len(PHOTO)), "Upload-Metadata": said}
    answer = wire.ask("POST", UPLOADS, announced)
    assert answer.status == 201
    url = answer.headers["Location"]
    wire.break_off("PATCH", url, {"Upload-Offset": "0"}, PHOTO[:123_456], len(PHOTO))
    offset = offset_of(wire, url, 0)
    assert 0 < offset <= 123_456
    wire.break_off("PATCH", url, {"Upload-Offset": str(offset)}, PHOTO[offset:-1], len(PHOTO) - offset)
    offset = offset_of(wire, url, offset)
    assert offset < len(PHOTO)
    answer = wire.ask("PATCH", url, {"Upload-Offset": str(offset)}, PHOTO[offset:])
    assert (answer.status, answer.headers["Upload-Complete"]) == (204, "?1")
    (photo,) = photos_of(finding_id)
    assert photo.sha256 == sha(PHOTO)
    assert files().get(photo.sha256) == PHOTO
    # A refusal reaches somebody who is still sending; a server that hung up would look like a broken link.
    refused = wire.ask("POST", UPLOADS, {"Upload-Length": "1"}, bytes(20_000_000))
    assert refused.status == 400


def test_a_body_in_chunks_is_refused_and_nothing_of_it_kept(served: tuple[Wire, UUID]) -> None:
    wire, finding_id = served
    photo = jpeg()
    said = metadata({"finding_id": finding_id, "sha256": sha(photo)})
    announced = {"Upload-Length": str(len(photo)), "Upload-Metadata": said}
    assert wire.ask("POST", UPLOADS, announced, iter([photo])).status == 400
    url = wire.ask("POST", UPLOADS, announced).headers["Location"]
    assert wire.ask("PATCH", url, {"Upload-Offset": "0"}, iter([photo[:50], photo[50:]])).status == 400
    assert wire.ask("HEAD", url, {}).headers["Upload-Offset"] == "0"
    assert photos_of(finding_id) == []
    # Also one that never seems to end gets its answer, and is not kept in memory meanwhile.
    endless = wire.ask("PATCH", url, {"Upload-Offset": "0"}, (bytes(1_000_000) for _ in range(40)))
    assert endless.status == 400
    assert wire.ask("PATCH", url, {"Upload-Offset": "0"}, photo).headers["Upload-Complete"] == "?1"
