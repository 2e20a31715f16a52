"""What residents wrote in their own words: read and sorted by coordinators, never published.

It was scrubbed when it came in. Nothing ties a text to other answers; its place in the list is that of its random key.
Texts of an open wave are kept back, so that nobody sees who has written just now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.db import change, session
from app.errors import N_, NotFoundError, invalid
from app.i18n import today
from app.models.responses import ResponseText
from app.models.surveys import Survey, Wave
from app.permissions import Actor, At, Permission, require
from app.services.surveys import load_survey
from app.services.waves import is_counted

PAGE = 50
MOST_THEMES, LONGEST_THEME = 5, 40


@dataclass(frozen=True)
class Texts:
    """One page of texts."""

    survey: Survey
    texts: Sequence[ResponseText]
    waves: dict[UUID, Wave]
    themes: dict[str, int]
    """Every theme in use and how many texts it has, the most used first."""
    older: UUID | None
    """The last of the page, when more follow."""


def list_texts(actor: Actor, slug: str, theme: str = "", after: UUID | None = None) -> Texts:
    """A page of what was written in the closed waves of a survey, perhaps under one theme."""
    survey = load_survey(actor, slug, Permission.COORDINATE)
    sorted_as = list(session().execute(_closed(survey, ResponseText.id, ResponseText.themes)))
    wanted = [
        key
        for key, themes in sorted_as
        if (not theme or theme in themes) and (after is None or key.hex > after.hex)
    ]
    shown = select(ResponseText).where(ResponseText.id.in_(wanted[:PAGE])).order_by(ResponseText.id)
    counts = Counter(name for _key, themes in sorted_as for name in themes)
    return Texts(
        survey,
        session().scalars(shown).all(),
        {one.id: one for one in survey.waves},
        dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        wanted[PAGE - 1] if len(wanted) > PAGE else None,
    )


def sort_text(actor: Actor, text_id: UUID, themes: str) -> ResponseText:
    """Put a text under themes, written with commas between them; raises InvalidInputError."""
    text = session().get(ResponseText, text_id)
    wave = session().get(Wave, text.wave_id) if text is not None else None
    if text is None or wave is None:
        raise NotFoundError
    require(actor, Permission.COORDINATE, At(wave.survey.site_id), see=Permission.VIEW_SITE)
    if not is_counted(wave, today()):
        raise NotFoundError
    wanted = list(dict.fromkeys(one for part in themes.split(",") if (one := " ".join(part.split()).lower())))
    if len(wanted) > MOST_THEMES or any(len(one) > LONGEST_THEME for one in wanted):
        raise invalid(
            "themes", "too_long", N_("At most five themes of 40 letters each, with commas between.")
        )
    # The event does not say which text: it would be a mark on what has none.
    with change(actor, "survey.text_sorted", wave.survey_id):
        text.themes = wanted
    return text


def take_texts(actor: Actor, slug: str) -> Texts:
    """Everything that was written in the closed waves of a survey, to be taken out; the trail says who did."""
    survey = load_survey(actor, slug, Permission.COORDINATE)
    with change(actor, "survey.texts_exported", survey.id):
        found = session().scalars(_closed(survey, ResponseText)).all()
    return Texts(survey, found, {one.id: one for one in survey.waves}, {}, None)


def _closed(survey: Survey, *what: Any) -> Select[Any]:
    """What of the texts of waves whose results are told, in the order of their keys."""
    waves = [one.id for one in survey.waves if is_counted(one, today())]
    return select(*what).where(ResponseText.wave_id.in_(waves)).order_by(ResponseText.id)
