"""A worker killed over and over while it mails; `tests/faults/test_killed_worker.py` does so with 500 letters."""

from __future__ import annotations

from app.models.sites import Site
from tests.killed_workers import Ordeal, write_letters


def test_letters_of_a_worker_that_is_killed_are_sent_once_or_seen_to_wait(site: Site) -> None:
    write_letters(site, 60)
    Ordeal(seed=7).run(kills=2)
