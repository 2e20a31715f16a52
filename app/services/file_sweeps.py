"""Files that belong to nothing: left by a process that was killed, or of a form that nobody sent.

A photo's bytes are durable before any row names them, so for a while a file without a row is the rule. Only one that
nobody has put for a week is taken for left behind. It is set aside first: should its row be written at that very
moment, the next turn brings it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import now, session
from app.models.photos import Photo
from app.models.publications import PublicPhoto
from app.models.responses import ResponseFile
from app.models.uploads import Upload
from app.services.photos import NOTE_LIFE
from app.storage import files

UNNAMED_FOR = NOTE_LIFE + timedelta(days=1)
"""How long a file may be there before something names it: longer than any form can still bring it."""
ASIDE_FOR = timedelta(days=1)
WRITING_FOR = timedelta(days=1)  # longer than any process writes at one file
_TURN = timedelta(minutes=30)


class FileSweep:
    """The standing duty: at each call what was set aside, and every half hour one of 256 drawers of files."""

    def __init__(self) -> None:
        self._drawer = ""

    def __call__(self) -> int:
        """Do what is due; returns how many files were removed or set aside."""
        moment = now()
        swept = settle_aside(moment)
        drawer = f"{int(moment.timestamp() // _TURN.total_seconds()) % 256:02x}"
        if drawer != self._drawer:
            swept += files().drop_unfinished(moment - WRITING_FOR) + sweep_parts(moment)
            swept += sweep_drawer(drawer, moment)
            self._drawer = drawer
        return swept


def sweep_parts(moment: datetime) -> int:
    """Remove the parts of uploads whose row was never written; returns of how many uploads."""
    found = files().uploads_before(moment - WRITING_FOR)
    lost = found - set(session().scalars(select(Upload.id))) if found else set()
    for upload_id in lost:
        files().delete_parts(upload_id)
    return len(lost)


def sweep_drawer(drawer: str, moment: datetime) -> int:
    """Set aside the files of a drawer that are old at `moment` and that nothing names; returns how many."""
    found = files().put_before(drawer, moment - UNNAMED_FOR)
    left = set(found) - _named() if found else set()
    for sha256 in left:
        files().set_aside(sha256, moment.date().isoformat())
    return len(left)


def settle_aside(moment: datetime) -> int:
    """Bring back what was set aside and has a name after all, drop what has none for a day; returns how many."""
    aside = files().list_aside()
    named = _named() if aside else set()
    dropped = 0
    for day, sha256 in aside:
        if sha256 in named:
            files().bring_back(sha256, day)
        elif day < (moment - ASIDE_FOR).date().isoformat():
            files().drop_aside(sha256, day)
            dropped += 1
    return dropped


def _named() -> set[str]:
    """Every hash that a photo names, of its original, of a size, or of what the public is shown of it.

    So do the photos that came with an answer.
    """
    blurred = select(PublicPhoto.sha256).where(PublicPhoto.sha256.is_not(None))
    answered = select(ResponseFile.sha256).where(ResponseFile.sha256.is_not(None))
    named = {sha256 for query in (blurred, answered) for sha256 in session().scalars(query) if sha256}
    for sha256, sizes in session().execute(select(Photo.sha256, Photo.sizes)).yield_per(1000):
        named.add(sha256)
        named.update(sizes.values())
    return named
