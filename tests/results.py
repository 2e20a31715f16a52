"""Waves that have closed, with answers drawn by chance: for tests and the bench of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from app.db import change, now, session
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.responses import Response
from app.models.sites import Site
from app.models.surveys import Channel, LocalEvent, Survey, Wave
from app.permissions import SYSTEM
from forms.questionnaire.definition import Choice, Definition, Group, Item, Kind, Question

SAFETY = ("very_safe", "rather_safe", "rather_unsafe", "very_unsafe", "not_here", "dont_know")


def select(name: str, choices: Sequence[str], *, good: str = "", many: bool = False, **more: Any) -> Question:
    """A question; the choices named in `good` (with blanks between) are good answers."""
    return Question(
        name=name,
        path=f"/data/{name}",
        kind=Kind.SELECT_MULTIPLE if many else Kind.SELECT_ONE,
        label={"sv": f"Fråga {name}?", "en": f"Question {name}?"},
        choices=tuple(
            Choice(name=one, label={"sv": f"Svar {one}", "en": f"Answer {one}"}, good=one in good.split())
            for one in choices
        ),
        **more,
    )


def street_definition() -> Definition:
    """A questionnaire like the shipped one, in little."""
    return Definition(
        name="gatan",
        title={"sv": "Gatuenkät", "en": "Street survey"},
        languages=("sv", "en"),
        items=(
            select("relation", ("lives", "works", "visits", "passes")),
            select("safe_day", SAFETY, good="very_safe rather_safe", required="true()"),
            select("safe_evening", SAFETY, good="very_safe rather_safe"),
            Group(
                name="problems",
                path="/data/problems",
                matrix=True,
                label={"sv": "Problem", "en": "Problems"},
                items=(select("problem_litter", ("none", "small", "big", "dont_know"), good="none"),),
            ),
            select("next_steps", ("lighting", "cleaning", "police", "nothing"), many=True),
            select("age_band", ("age_18_29", "age_30_64", "age_65", "prefer_not")),
            select("gender", ("woman", "man", "other", "prefer_not")),
        ),
    )


def map_question(name: str, *, repeat: bool = True) -> Item:
    """A question that asks for places: as many as wanted, or one."""
    asked = Question(
        name=name,
        path=f"/data/{name}",
        kind=Kind.GEOPOINT,
        label={"sv": f"Visa {name}", "en": f"Show {name}"},
    )
    if not repeat:
        return asked
    label = {"sv": f"Ställen {name}", "en": f"Places {name}"}
    return Group(name=f"{name}s", path=f"/data/{name}s", label=label, repeat=True, items=(asked,))


def pins(name: str, *where: tuple[float, float]) -> dict[str, Any]:
    """What a person answers who shows these places (lon, lat)."""
    return {f"{name}s": [{name: f"{lat:.5f} {lon:.5f}"} for lon, lat in where]}


CHANCES: Mapping[str, tuple[float, ...]] = {
    "relation": (6, 2, 1.5, 0.5),
    "safe_day": (3, 4, 1.5, 0.6, 0.1, 0.3),
    "safe_evening": (1, 3, 3, 2, 1, 0.5),
    "problem_litter": (2, 4, 3, 0.5),
    "age_band": (2, 5, 2, 0.3),
    "gender": (5, 4.5, 0.1, 0.3),
}


def draw(
    definition: Definition,
    n: int,
    seed: int,
    chances: Mapping[str, Sequence[float]] = CHANCES,
    skip: float = 0.02,
) -> list[dict[str, Any]]:
    """Answers of `n` people; without chances of its own a question's choices are alike."""
    rng = np.random.default_rng(seed)
    people: list[dict[str, Any]] = [{} for _ in range(n)]
    for question in definition.questions():
        names = [one.name for one in question.choices]
        if not names:
            continue
        weights = np.array(chances.get(question.name, [1.0] * len(names)))
        skipped = rng.random(n) < (0 if question.required else skip)
        if question.kind is Kind.SELECT_MULTIPLE:
            picks = rng.random((n, len(names))) < weights / weights.sum()
            for person, pick, left in zip(people, picks, skipped, strict=True):
                if not left and pick.any():
                    person[question.name] = [name for name, yes in zip(names, pick, strict=True) if yes]
        else:
            for person, code, left in zip(
                people, rng.choice(len(names), n, p=weights / weights.sum()), skipped, strict=True
            ):
                if not left:
                    person[question.name] = names[code]
    return people


def make_survey(site: Site, *, slug: str = "", definition: Definition | None = None, **values: Any) -> Survey:
    """A survey whose questionnaire has one version; waves come by `close_wave`."""
    asked = definition or street_definition()
    with change(SYSTEM, None) as making:
        instrument = Questionnaire(slug=f"{asked.name}-{uuid4().hex[:6]}", title=asked.title["sv"])
        version = QuestionnaireVersion(
            questionnaire=instrument,
            number=1,
            sheets={},
            definition=asked.model_dump(mode="json"),
            frozen_at=now(),
        )
        survey = Survey(
            slug=slug or f"enkat-{uuid4().hex[:6]}",
            site_id=site.id,
            questionnaire=instrument,
            **{"main_measures": ["safe_evening"], "main_channel": Channel.INTERVIEW, **values},
        )
        making.session.add_all([version, survey])
    return survey


def close_wave(
    survey: Survey,
    answers: Sequence[Mapping[str, Any]],
    *,
    channels: Sequence[Channel] = (Channel.INTERVIEW,),
    margins: Mapping[str, Mapping[str, float]] | None = None,
    version: QuestionnaireVersion | None = None,
    events: Sequence[str] = (),
    closed: bool = True,
) -> Wave:
    """The next wave of a survey; answers take its channels in turn. Open instead where it is not closed."""
    number = len(survey.waves) + 1
    day = date(2015, 1, 7) + timedelta(days=365 * number)
    asked = version or survey.questionnaire.versions[0]
    with change(SYSTEM, None) as making:
        wave = Wave(
            id=uuid4(),
            survey=survey,
            number=number,
            name=("Förmätning", "Uppföljning 1", "Uppföljning 2")[number - 1],
            opens_on=day,
            closes_on=day + timedelta(days=20) if closed else date(2099, 1, 1),
            version_id=asked.id,
            channels=[one.value for one in channels],
            margins={item: dict(shares) for item, shares in (margins or {}).items()},
            definition=asked.definition,
            opened_at=now(),
            closed_at=now() if closed else None,
        )
        wave.events = [LocalEvent(day=day, words=words) for words in events]
        making.session.add(wave)
        making.session.flush()
        making.session.execute(
            Response.__table__.insert(),  # type: ignore[attr-defined]
            [
                {
                    "id": uuid4(),
                    "wave_id": wave.id,
                    "channel": channels[place % len(channels)],
                    "language": "sv",
                    "day": day,
                    "test": False,
                    "answers": dict(one),
                }
                for place, one in enumerate(answers)
            ],
        )
    session().refresh(survey)
    return wave
