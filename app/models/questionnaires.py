"""Questionnaires and their versions: the instrument, as it was read from an XLSForm."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, ForeignKey, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db import Base, now
from app.models.columns import ChangedAt, Key


class FrozenVersionError(RuntimeError):
    """A version that somebody may have answered was about to be altered: a fault in our own code."""


class Questionnaire(Base):
    """An instrument, e.g. that for residents; what it asks stands in its versions."""

    __tablename__ = "questionnaires"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    """The form_id of its XLSForm, e.g. `platsenkat`."""
    title: Mapped[str]
    changed_at: Mapped[ChangedAt]
    versions: Mapped[list[QuestionnaireVersion]] = relationship(
        back_populates="questionnaire", order_by="QuestionnaireVersion.number"
    )


class QuestionnaireVersion(Base):
    """One wording of a questionnaire; nothing of it changes once somebody has answered it."""

    __tablename__ = "questionnaire_versions"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    id: Mapped[Key]
    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaires.id"))
    number: Mapped[int]
    sheets: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The rows of its XLSForm, sheet by sheet: what a wave leaves out or fills in is converted from them anew."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A `forms.questionnaire.definition.Definition`."""
    changes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Item → "wording" or "meaning": what changed against the version before, as its editor classed it."""
    imported_at: Mapped[datetime] = mapped_column(default=now)
    frozen_at: Mapped[datetime | None] = mapped_column(active_history=True)
    """When a wave first opened with it."""
    questionnaire: Mapped[Questionnaire] = relationship(back_populates="versions")


@event.listens_for(QuestionnaireVersion, "before_update")
def _keep_frozen(_mapper: Mapper[Any], _connection: Connection, version: QuestionnaireVersion) -> None:
    """Let nothing alter a version that a wave has opened with: its answers mean what it said then."""
    changed = [one for one in inspect(version).attrs if one.history.has_changes()]
    if changed and _was_frozen(version):
        raise FrozenVersionError


@event.listens_for(QuestionnaireVersion, "before_delete")
def _keep_answered(_mapper: Mapper[Any], _connection: Connection, version: QuestionnaireVersion) -> None:
    if _was_frozen(version):
        raise FrozenVersionError


def _was_frozen(version: QuestionnaireVersion) -> bool:
    now_frozen = version.frozen_at is not None  # reads it where it is not loaded
    was = inspect(version).attrs.frozen_at.history
    return was.deleted[0] is not None if was.deleted else now_frozen and not was.added
