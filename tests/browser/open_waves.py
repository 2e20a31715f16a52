"""Opens a wave to be asked on the spot in a served database, or counts what came: `… open <site>`, `… count`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import create_app
from app.db import session
from app.i18n import today
from app.models.responses import Response
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM
from app.services.shipped_questionnaires import ensure_questionnaires
from app.services.surveys import create_survey, newest_version
from app.services.wave_openings import open_wave
from app.services.wave_plans import Slot, WavePlan, plan_wave
from forms.questionnaire.shipped import Instrument
from tools.serving import ROOT, Served

ADDRESS = "fragor-pa-plats"
LEFT_OUT = (
    "place",
    "trust",
    "measures",
    "problem_snow",
    "problem_vehicles",
    "problem_premises",
    "problem_traffic",
)


def ask_at(served: Served, site: str) -> dict[str, Any]:
    """Open the shipped questionnaire at a site, with five interviews wanted in each part of each day."""
    return _run(served, "open", site)


def received(served: Served) -> dict[str, Any]:
    """What has come: `responses` (language, answers), and `made`, the interviews counted in quotas."""
    return _run(served, "count")


def _run(served: Served, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=served.environment, check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _open(site: str) -> dict[str, Any]:
    questionnaire = ensure_questionnaires(SYSTEM)[Instrument.RESIDENT]
    survey = create_survey(SYSTEM, site, questionnaire.id, ADDRESS)
    plan = WavePlan(
        name="Förmätning",
        opens_on=today(),
        closes_on=today() + timedelta(days=20),
        version_id=newest_version(questionnaire).id,
        left_out=LEFT_OUT,
        channels=(Channel.INTERVIEW, Channel.LINK),
        quotas={(weekday, slot): 5 for weekday in range(7) for slot in Slot},
    )
    wave = plan_wave(SYSTEM, ADDRESS, plan)
    open_wave(SYSTEM, wave.id)
    return {"id": str(wave.id), "survey": str(survey.id)}


def _count() -> dict[str, Any]:
    wave = session().scalars(select(Wave).join(Wave.survey).where(Survey.slug == ADDRESS)).one()
    responses = session().scalars(
        select(Response).where(Response.wave_id == wave.id).order_by(Response.language)
    )
    return {
        "responses": [{"language": one.language, "answers": one.answers} for one in responses],
        "made": sum(quota.made for quota in wave.quotas),
    }


if __name__ == "__main__":
    with create_app().app_context():
        told = _open(sys.argv[2]) if sys.argv[1] == "open" else _count()
    sys.stdout.write(json.dumps(told) + "\n")
