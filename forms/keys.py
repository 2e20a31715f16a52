"""The id that a page was given for what it will make, so that the same form sent twice makes one."""

from __future__ import annotations

from uuid import UUID, uuid4


def client_key(text: str | None) -> UUID:
    """The id as it came back from the page; a fresh one where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()
