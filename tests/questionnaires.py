"""A small questionnaire and an open wave of it, for tests that are not about the shipped one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from app.db import change, now
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.sites import Site
from app.models.surveys import Channel, Survey, Wave
from app.permissions import SYSTEM
from forms.questionnaire.definition import Choice, Definition, Group, Kind, Question

SAFE = tuple(
    Choice(name=name, label={"sv": sv, "ar": ar}, good=good)
    for name, sv, ar, good in (
        ("very_safe", "Mycket trygg", "آمن جدا", True),
        ("safe", "Ganska trygg", "آمن إلى حد ما", True),
        ("unsafe", "Ganska otrygg", "غير آمن إلى حد ما", False),
        ("very_unsafe", "Mycket otrygg", "غير آمن إطلاقا", False),
        ("not_here", "Är inte här då", "لا أكون هنا", False),
        ("dont_know", "Vet inte", "لا أعرف", False),
    )
)
PROBLEM = tuple(
    Choice(name=name, label={"sv": sv, "ar": ar})
    for name, sv, ar in (("none", "Inget", "لا"), ("small", "Litet", "صغيرة"), ("big", "Stort", "كبيرة"))
)


def small_definition() -> Definition:
    """Two choices with one scale, a matrix of two rows, a number asked of some, several choices, a text."""
    return Definition(
        name="liten",
        version="1",
        title={"sv": "Liten enkät", "ar": "استبيان صغير"},
        languages=("sv", "ar"),
        items=(
            Question(name="safe_day", path="/data/safe_day", kind=Kind.SELECT_ONE, choices=SAFE,
                     label={"sv": "Hur trygg är du här på dagen?", "ar": "نهارا؟"}, required="true()"),
            Question(name="safe_evening", path="/data/safe_evening", kind=Kind.SELECT_ONE, choices=SAFE,
                     label={"sv": "Hur trygg är du här på kvällen?", "ar": "مساء؟"}),
            Group(name="problems", path="/data/problems", matrix=True,
                  label={"sv": "Problem", "ar": "مشاكل"}, items=tuple(
                Question(name=f"problem_{name}", path=f"/data/problems/problem_{name}", kind=Kind.SELECT_ONE,
                         choices=PROBLEM, label={"sv": sv, "ar": ar})
                for name, sv, ar in (("litter", "Skräp", "قمامة"), ("light", "Belysning", "إضاءة"))
            )),
            Question(name="years", path="/data/years", kind=Kind.INTEGER, relevant="/data/safe_evening != 'not_here'",
                     label={"sv": "Hur många år har du varit här?", "ar": "كم سنة؟"}, constraint=". >= 0 and . < 120",
                     constraint_message={"sv": "Skriv ett antal år.", "ar": "عدد السنوات"}),
            Question(name="next_step", path="/data/next_step", kind=Kind.SELECT_MULTIPLE, choices=PROBLEM,
                     label={"sv": "Vad bör göras?", "ar": "ماذا؟"}, constraint="count-selected(.) <= 2"),
            Question(name="words", path="/data/words", kind=Kind.TEXT,
                     label={"sv": "Något mer? Skriv inga namn.", "ar": "شيء آخر؟"}),
        ),
    )  # fmt: skip


def make_wave(
    site: Site,
    *,
    slug: str | None = None,
    definition: Definition | None = None,
    days: int = 30,
    xform: str | None = None,
) -> Wave:
    """An open wave of a survey of its own at a site, answerable through every channel."""
    asked = definition or small_definition()
    content = asked.model_dump(mode="json")
    with change(SYSTEM, None) as making:
        instrument = Questionnaire(slug=f"{asked.name}-{uuid4().hex[:6]}", title=asked.title["sv"])
        version = QuestionnaireVersion(
            id=uuid4(), questionnaire=instrument, number=1, sheets={}, definition=content, frozen_at=now()
        )
        survey = Survey(slug=slug or f"enkat-{uuid4().hex[:6]}", site_id=site.id, questionnaire=instrument)
        today = date.today()  # noqa: DTZ011  as near as the tests need
        wave = Wave(
            survey=survey,
            number=1,
            name="Förmätning",
            opens_on=today - timedelta(days=1),
            closes_on=today + timedelta(days=days),
            version=version,
            channels=[channel.value for channel in Channel],
            definition=content,
            xform=xform,
            opened_at=now(),
        )
        making.session.add(wave)
    return wave
