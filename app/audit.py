"""The audit trail: append-only events, sealed into a hash chain in batches so that writers never wait for each other.

An event's payload and salt can be erased (GDPR) without breaking the chain: the chain covers only the salted digest.
It holds pseudonymous ids, never names.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from app.bulk_insert import BulkInsert
from app.db import change, now, session
from app.models.audit import AuditEvent, AuditSeal

if TYPE_CHECKING:
    from app.permissions import Actor

_FIRST = "0" * 64
_BATCH = 1000


_APPEND = BulkInsert(AuditEvent, ("subject_id", "payload", "salt", "digest"), ("at", "actor_id", "name"))
_SEALED = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.name,
    AuditEvent.subject_id,
    AuditEvent.digest,
)
"""What a seal covers of an event."""


def append(
    connection: Connection, actor: Actor, name: str, events: Iterable[tuple[UUID | None, dict[str, Any]]]
) -> None:
    """Add an unsealed event for each subject and payload to the running transaction, all in one statement."""
    rows = [_event(subject, payload) for subject, payload in events]
    _APPEND.run(connection, rows, at=now(), actor_id=actor.user_id, name=name)


def _event(subject: UUID | None, payload: dict[str, Any]) -> tuple[UUID | None, str, str, str]:
    text = json.dumps(payload, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    salt = secrets.token_hex(16)
    return subject, text, salt, _digest(salt, text)


def seal(actor: Actor) -> int:
    """Seal every unsealed event into the chain; returns how many."""
    sealed = 0
    while batch := _seal_batch(actor):
        sealed += batch
    return sealed


def _seal_batch(actor: Actor) -> int:
    if not session().scalar(select(AuditEvent.id).where(AuditEvent.seal_number.is_(None)).limit(1)):
        return 0
    # Its own transaction and no event of its own: sealing would otherwise never come to an end.
    with change(actor, None) as sealing:
        last = sealing.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
        unsealed = select(*_SEALED).where(AuditEvent.seal_number.is_(None)).order_by(AuditEvent.id)
        events = sealing.connection.execute(unsealed.limit(_BATCH).with_for_update()).all()
        number = last.number + 1 if last else 1
        before = last.hash if last else _FIRST
        sealing.session.add(
            AuditSeal(
                number=number, at=now(), events=len(events), previous=before, hash=_chain(before, events)
            )
        )
        sealing.session.flush()
        # By their ids: an event with an earlier one may be committed at this very moment.
        of_batch = AuditEvent.id.in_([event.id for event in events])
        sealing.connection.execute(update(AuditEvent).where(of_batch).values(seal_number=number))
    return len(events)


def verify() -> Iterator[str]:
    """Walk the whole chain and yield a sentence for each fault; nothing when it is whole."""
    before = _FIRST
    number = 0
    for number, entry in enumerate(session().scalars(select(AuditSeal).order_by(AuditSeal.number)), start=1):
        events = list(
            session().scalars(
                select(AuditEvent).where(AuditEvent.seal_number == entry.number).order_by(AuditEvent.id)
            )
        )
        if entry.number != number:
            yield f"seal {number} is missing"
        if entry.previous != before:
            yield f"seal {entry.number} does not follow seal {number - 1}"
        if entry.events != len(events):
            yield f"seal {entry.number} covers {entry.events} events, {len(events)} are there"
        if entry.hash != _chain(entry.previous, events):
            yield f"seal {entry.number} does not match its events"
        for event in events:
            if (
                event.payload is not None
                and event.salt
                and event.digest != _digest(event.salt, event.payload)
            ):
                yield f"event {event.id} was altered"
        before, number = entry.hash, entry.number


def _digest(salt: str, payload: str) -> str:
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def _chain(before: str, events: Iterable[AuditEvent | Row[*tuple[Any, ...]]]) -> str:
    running = hashlib.sha256(before.encode())
    for event in events:
        fields = (event.id, event.at.isoformat(), event.actor_id, event.name, event.subject_id, event.digest)
        running.update(json.dumps(fields, default=str).encode())
    return running.hexdigest()
