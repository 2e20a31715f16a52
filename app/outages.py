"""What a full or unreachable disk, bucket or database is to whoever asked: an error that says "later", not a fault."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from sqlalchemy.exc import OperationalError

from app.errors import P_, PlatskollenError
from app.storage import StorageUnavailableError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WORDS = ("database or disk is full", "No space left", "File too large")
_PG_DISK_FULL = "53100"


class NoRoomError(PlatskollenError):
    """The server's disk is full; nothing of the request was kept."""

    code = "no_room"
    status = 507
    title = P_("The server is full")
    message = P_("Nothing was saved. What is on the phone stays there and is sent again by itself.")


class UnavailableError(PlatskollenError):
    """The database or the file storage cannot be reached; nothing of the request was kept."""

    code = "unavailable"
    status = 503
    title = P_("The server is resting for a moment")
    message = P_("Nothing was saved. Try again in a minute.")


def outage_of(error: BaseException) -> PlatskollenError | None:
    """The error to tell of when `error` comes from a disk, bucket or database that is full or away, else None."""
    if any(_says_full(one) for one in _chain(error)):
        return NoRoomError()
    return UnavailableError() if isinstance(error, StorageUnavailableError | OperationalError) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def _says_full(error: BaseException) -> bool:
    return (
        (isinstance(error, OSError) and error.errno in _NO_ROOM)
        or getattr(error, "sqlstate", None) == _PG_DISK_FULL
        or (
            isinstance(error, StorageUnavailableError | OperationalError)
            and any(w in str(error) for w in _WORDS)
        )
    )
