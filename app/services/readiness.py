"""Whether this process can do its work."""

from __future__ import annotations

import logging

from sqlalchemy import func, select, text

from app import storage
from app.db import now, session
from app.models.jobs import Job, JobState
from app.services.jobs import LATE

_log = logging.getLogger(__name__)


def faults() -> list[str]:
    """The names of what does not work: `database`, `storage`, `jobs`; empty when all is well."""
    found = []
    for name, check in (("database", _database), ("storage", storage.files().check), ("jobs", _jobs)):
        try:
            check()
        except Exception:
            _log.exception("%s does not answer", name)
            found.append(name)
    return found


def _database() -> None:
    session().execute(text("SELECT 1"))


def _jobs() -> None:
    waiting = select(func.count()).where(Job.state == JobState.WAITING, Job.not_before < now() - LATE)
    if session().scalar(waiting):
        raise RuntimeError("jobs wait longer than they should; is a worker running?")
