"""A worker killed with signal 9 at random points of 500 letters, on both databases."""

from __future__ import annotations

import pytest

from app.models.sites import Site
from tests.databases import PostgresTemplate, SqliteTemplate
from tests.killed_workers import Ordeal, write_letters

LETTERS, KILLS = 500, 15


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SqliteTemplate | PostgresTemplate:
    folder = tmp_path_factory.mktemp("template")
    return PostgresTemplate(folder) if request.param == "postgresql" else SqliteTemplate(folder)


def test_letters_of_a_worker_that_is_killed_are_sent_once_or_seen_to_wait(site: Site) -> None:
    write_letters(site, LETTERS)
    Ordeal(seed=500).run(KILLS)
