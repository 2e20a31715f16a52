"""`platskollen worker`: what is done in the background, and what is looked after now and then."""

from __future__ import annotations

import os
from datetime import timedelta

import click

from app import create_app
from app.audit import seal
from app.jobs import forget_done, work
from app.permissions import SYSTEM
from app.services import letters
from app.services.answer_order import AnswerOrder
from app.services.digests import Digests
from app.services.file_sweeps import FileSweep
from app.services.followers import forget_silent
from app.services.remedies import close_verified
from app.services.reminders import Reminders
from app.services.uploads import sweep_uploads
from migrations.upgrade import upgrade

CLOSED_AFTER = timedelta(days=30)
"""A verified finding that nobody reopened is closed."""


@click.command()
def worker() -> None:
    """Run jobs until SIGTERM; `serve` starts one, more may run on other machines."""
    os.nice(10)  # where it shares a machine with the web, making photos small must not keep anybody waiting
    upgrade()
    app = create_app()
    with app.app_context():
        duties = (
            lambda: seal(SYSTEM),
            lambda: close_verified(CLOSED_AFTER),
            Reminders(),
            Digests(),
            letters.gather,
            forget_silent,
            letters.retry,
            sweep_uploads,
            FileSweep(),
            forget_done,
            AnswerOrder(),
        )
        work(app.extensions["huey"], duties=duties)
