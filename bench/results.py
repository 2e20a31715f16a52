"""The page of results for 10,000 answers: counting them, and the page once they are counted (processor time)."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

from app import create_app, db
from app.db import session
from app.models.surveys import Wave
from app.services.result_counts import count_wave
from app.services.results import load_public_results
from bench import Row, report
from config import Settings, use_settings
from migrations.upgrade import upgrade
from tests.builders import make_site
from tests.results import (
    SAFETY,
    close_wave,
    draw,
    make_survey,
    map_question,
    pins,
    select,
    street_definition,
)

ANSWERS, QUESTIONS = 10_000, 22
PLACES = ("place_safe", "place_unsafe")
MOST_MS = 300.0


def measure() -> list[Row]:
    """Count and show a wave of 10,000 answers to 29 questions and two maps, weighted by age and gender."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), secret_key="bench", base_url="http://localhost")
        use_settings(settings)
        upgrade()
        app = create_app(settings)
        with app.app_context():
            street = street_definition()
            more = [select(f"item{one}", SAFETY, good="very_safe rather_safe") for one in range(QUESTIONS)]
            shown = [map_question(name) for name in PLACES]
            asked = street.model_copy(update={"items": (*street.items, *more, *shown)})
            survey = make_survey(make_site(), slug="kista", definition=asked)
            margins = {"age_band": {"age_18_29": 0.3, "age_30_64": 0.5, "age_65": 0.2}}
            people = [one | _shown(number) for number, one in enumerate(draw(asked, ANSWERS, 1))]
            wave = session().get_one(Wave, close_wave(survey, people, margins=margins).id)
            counted = min(_milliseconds(lambda: count_wave(wave)) for _ in range(5))
            load_public_results("kista-centrum", "kista")  # keeps what is told, as the first look does
            client = app.test_client()
            address = "/plats/kista-centrum/enkat/kista"
            client.get(address)  # the templates are compiled once per process
            looked = min(_milliseconds(lambda: client.get(address)) for _ in range(5))
            print(
                f"counting {counted:.0f} ms, the page {looked:.0f} ms, {len(client.get(address).data)} bytes"
            )
        db.dispose()
    return [
        Row(
            f"results of {ANSWERS} answers, first look (at most {MOST_MS:g} ms)",
            counted + looked,
            looked,
            MOST_MS / looked,
            "ms",
        ),
    ]


def _shown(person: int) -> dict[str, Any]:
    """Three of ten show two places that feel safe and two that do not, in and round the site."""
    chance = random.Random(person)
    if chance.random() > 0.3:
        return {}

    def one() -> tuple[float, float]:
        return 17.9421 + chance.gauss(0, 0.004), 59.4037 + chance.gauss(0, 0.002)

    return pins(PLACES[0], one(), one()) | pins(PLACES[1], one(), one())


def _milliseconds(work: object) -> float:
    began = process_time()
    assert callable(work)
    work()
    return 1000 * (process_time() - began)


if __name__ == "__main__":
    sys.exit(report(measure()))
