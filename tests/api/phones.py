"""A phone for tests: it speaks the contract over HTTP, by a token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.permissions import Actor
from app.services.tokens import create_token
from tests.builders import email_of

PLACE = {"lon": 17.9421, "lat": 59.4037, "accuracy_m": 8.0}


class Phone:
    """One device of one person; `clock` is how far its clock goes wrong."""

    def __init__(self, client: FlaskClient, actor: Actor) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {create_token(email_of(actor))}"}
        self.device_id = str(uuid4())

    def post(self, body: Any, **options: Any) -> TestResponse:
        """Send a body as it is."""
        return self._client.post("/api/v1/sync", json=body, headers=self.headers, **options)

    def sync(self, *operations: Any, sent_at: datetime | None = None) -> list[dict[str, Any]]:
        """Send operations; returns their results."""
        sent = (sent_at or datetime.now(UTC)).isoformat()
        answer = self.post({"device_id": self.device_id, "sent_at": sent, "operations": list(operations)})
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        results: list[dict[str, Any]] = answer.json["results"]
        assert [one["id"] for one in results if one["id"]] == [
            one["id"] for one, result in zip(operations, results, strict=True) if result["id"]
        ]
        return results

    def one(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Send one operation; returns its result."""
        return self.sync(operation)[0]


def operation(kind: str, object_id: UUID | str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An operation as a phone makes it."""
    return {
        "id": str(uuid4()),
        "type": kind,
        "object_id": str(object_id),
        "base_version": None,
        "at": datetime.now(UTC).isoformat(),
        "data": data,
        **more,
    }


def report(walk_id: UUID, object_id: UUID | str | None = None, **data: Any) -> dict[str, Any]:
    """A report of a finding by the pin of the tests' site."""
    said = {"walk_id": str(walk_id), **PLACE, "category": "belysning", **data}
    return operation("finding.report", object_id or uuid4(), said)


def edit(finding_id: UUID | str, base_version: int | None, **data: Any) -> dict[str, Any]:
    """An edit of a finding."""
    return operation("finding.update", finding_id, data, base_version=base_version)
