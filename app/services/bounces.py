"""Mail that came back: the report of a mail server (RFC 3464) read, and kept at the letter that it is about.

Which letter it was is told by the address that the report came to, or by the Message-ID that it quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum, auto
from uuid import UUID

from app.db import change, now, session
from app.models.letters import Follower, Letter, LetterState
from app.permissions import SYSTEM
from app.services.followers import forget_address

MOST_BYTES = 1024 * 1024
"""As much as is taken from a mail server."""
_MOST_READ = 128 * 1024
_MOST_LINES = 3000
"""More than that no report needs before it names the letter: what is sent back whole stands last.

What a message costs grows faster than its size, and with its lines: each may begin another part.
"""
_MOST_WORDS = 500
_MOST_PARTS = 50
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


class Bounce(StrEnum):
    """What became of a message that was read."""

    RECORDED = auto()
    DELAYED = auto()
    """The server still tries; nothing is wrong yet."""
    NO_REPORT = auto()
    """Not a report at all: an answer out of office, a reply of a person."""
    UNKNOWN = auto()
    """A report about a mail that is none of our letters."""


@dataclass(frozen=True)
class _Report:
    keys: tuple[UUID, ...]
    failed: bool
    words: str


def take_bounce(data: bytes) -> Bounce:
    """Read a message as the mail server hands it over, and keep a failure at its letter."""
    try:
        report = _read(message_from_bytes(beginning_of(data), policy=policy.compat32))
    except Exception:
        # The parser fails in many ways at what is no mail: thousands of nested parts, a charset of two.
        report = None
    if report is None:
        return Bounce.NO_REPORT
    if not report.failed:
        return Bounce.DELAYED
    for key in report.keys:
        if _keep(key, report.words):
            return Bounce.RECORDED
    return Bounce.UNKNOWN


def beginning_of(data: bytes) -> bytes:
    """As much of a message as is read."""
    return b"".join(data[:_MOST_READ].splitlines(keepends=True)[:_MOST_LINES])


def _keep(key: UUID, words: str) -> bool:
    """Keep a failure at the letter, or forget the follower who was asked by the mail; False where it is neither."""
    letter, asked = session().get(Letter, key), session().get(Follower, key)
    if letter is None and asked is None:
        return False
    email = letter.email if letter else asked.email if asked else ""
    with change(SYSTEM, None) as keeping:
        keeping.record("letter.returned", key, answer=_ADDRESS.sub("…", words))
        if (kept := keeping.session.get(Letter, key)) is not None:
            kept.state, kept.answer, kept.sent_at = LetterState.REFUSED, words, kept.sent_at or now()
        forget_address(keeping, email)
    return True


def _read(message: Message) -> _Report | None:
    """What a report says; None where the message is none."""
    parts = list(_parts(message))
    status = next((one for one in parts if one.get_content_type() == "message/delivery-status"), None)
    if message.get_content_type() != "multipart/report" or status is None:
        return None
    fields = _recipient(status)
    if fields is None:
        return None
    said = fields.get("Diagnostic-Code", "").partition(";")[2] or fields.get("Diagnostic-Code", "")
    words = " ".join(f"{fields.get('Status', '')} {said}".split())[:_MOST_WORDS]
    failed = fields.get("Action", "").strip().lower() == "failed"
    return _Report(tuple(_keys(message, parts)), failed, words or "returned")


def _recipient(status: Message) -> dict[str, str] | None:
    """The fields of the recipient whom it could not be delivered to; the letters of ours have but one."""
    groups = (
        [one for one in status.get_payload() if isinstance(one, Message)] if status.is_multipart() else []
    )
    for group in groups:
        if group.get("Action"):
            return {name: str(group.get(name, "")) for name in ("Action", "Status", "Diagnostic-Code")}
    return None


def _keys(message: Message, parts: list[Message]) -> Iterator[UUID]:
    """The ids that may name the letter: in the address that it came to, then in the mail that it quotes."""
    quoted = [one for part in parts for one in _quoted(part)]
    named = (
        *(str(message.get(name, "")) for name in ("X-Original-To", "Delivered-To", "To")),
        *quoted,
        *(str(message.get(name, "")) for name in ("In-Reply-To", "References")),
    )
    for text in named:
        for found in _KEY.findall(text.lower()):
            yield UUID(found)


def _quoted(part: Message) -> Iterator[str]:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = part.get_payload(0)
        if isinstance(inner, Message):
            yield str(inner.get("Message-ID", ""))
    elif part.get_content_type() == "text/rfc822-headers":
        text = part.get_payload()
        if isinstance(text, str):
            found = re.search(r"^message-id:(.*)$", text, re.IGNORECASE | re.MULTILINE)
            yield found[1] if found else ""


def _parts(message: Message) -> Iterator[Message]:
    """The first parts of a message: whoever sends thousands is not read to the end."""
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        yield part
