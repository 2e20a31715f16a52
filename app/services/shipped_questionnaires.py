"""The shipped questionnaires in the database, for surveys to ask."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.db import session
from app.models.questionnaires import Questionnaire
from app.permissions import Actor
from app.services.questionnaires import import_questionnaire
from forms.questionnaire.shipped import Instrument


def ensure_questionnaires(actor: Actor) -> Mapping[Instrument, Questionnaire]:
    """Bring in the shipped questionnaires that are not there; one that is there stays as it is, whoever changed it.

    A newer wording of a shipped one is imported like any other, since somebody has to say what it changes. For
    administrators.
    """
    found: dict[Instrument, Questionnaire] = {}
    for instrument in Instrument:
        known = session().scalar(select(Questionnaire).where(Questionnaire.slug == instrument.form_id))
        found[instrument] = (
            known
            or import_questionnaire(actor, instrument.path.read_bytes(), instrument.path.name).questionnaire
        )
    return found
