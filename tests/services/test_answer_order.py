"""Nothing that the database keeps by itself leads from a used code to the answer that came with it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from app.db import session, tells_order
from app.models.sites import Site
from app.models.surveys import Channel, Wave
from app.permissions import Actor
from app.services.answer_order import TABLES, forget_order
from app.services.responses import Taken, take_response
from app.services.survey_codes import count_codes, make_codes
from tests.questionnaires import make_wave


@pytest.fixture
def wave(site: Site, coordinator: Actor) -> Wave:
    """A wave with ten letters sent and seven answered."""
    wave = make_wave(site)
    for code in make_codes(coordinator, wave, 10)[:7]:
        answers = {"safe_day": "safe", "words": "Mer ljus"}
        take_response(wave, Taken(uuid4(), answers, Channel.LETTER, "sv", code=code))
    return wave


def transactions(table: str) -> set[str]:
    return set(session().scalars(text(f"SELECT xmin::text FROM {table}")))


def test_after_a_night_no_transaction_ties_a_code_to_an_answer(wave: Wave) -> None:
    if not tells_order():
        pytest.skip("SQLite keeps no transactions")
    assert transactions("responses") & transactions("survey_codes"), "the test would pass by itself"
    assert forget_order() == len(TABLES) - 1, "no photo came"
    for table in TABLES[:2]:
        assert len(transactions(table)) == 1
        assert not transactions(table) & transactions("survey_codes")
        keys = list(session().scalars(text(f"SELECT id FROM {table} ORDER BY ctid")))
        assert keys == sorted(keys), f"{table} stands in the order it was written"
    assert forget_order() == 0, "the second time there is nothing to forget"
    assert count_codes(wave.id).used == 7


def test_sqlite_keeps_no_order_in_these_tables(wave: Wave) -> None:
    if tells_order():
        pytest.skip("PostgreSQL does: see above")
    for table in TABLES:
        made = session().scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
        assert "WITHOUT ROWID" in str(made)
    assert forget_order() == 0
