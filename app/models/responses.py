"""Responses: what people answered. Nothing here says who, from where or in which order.

Keys are random, days are all the time there is, and the tables have no hidden row numbers (SQLite); on PostgreSQL a
nightly job writes them anew in the order of their keys.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Key, choice
from app.models.surveys import Channel

UNORDERED = {"sqlite_with_rowid": False}
"""Rows stand in the order of their random keys."""


class Response(Base):
    """One person's answers in one wave. Free text is kept apart."""

    __tablename__ = "responses"
    __table_args__ = (Index(None, "wave_id"), UNORDERED)

    id: Mapped[Key]
    """Made by whoever sends it, e.g. the instanceID of an OpenRosa client, so that it may be sent twice."""
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    language: Mapped[str]
    """Of the page when it was sent."""
    day: Mapped[date]
    test: Mapped[bool] = mapped_column(default=False)
    """Given in test mode: never counted."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Checked against the wave's definition; see `forms.questionnaire.definition.Answers`."""


class ResponseText(Base):
    """What somebody wrote in a free-text question, scrubbed of personal data; nothing ties it to the other answers."""

    __tablename__ = "response_texts"
    __table_args__ = (Index(None, "wave_id"), UNORDERED)

    id: Mapped[Key]
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    item: Mapped[str]
    words: Mapped[str]
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """As staff sorted it."""


class ResponseFile(Base):
    """A photo that came with a response."""

    __tablename__ = "response_files"
    __table_args__ = (Index(None, "response_id"), UNORDERED)

    id: Mapped[Key]
    response_id: Mapped[UUID] = mapped_column(ForeignKey("responses.id"))
    item: Mapped[str]
    name: Mapped[str]
    """As the answers name it."""
    sha256: Mapped[str | None]
    """Where the storage keeps it; None: announced, not received yet."""


class SurveyCode(Base):
    """A one-time code that was sent to an address; whether it was used is known, which answer came with it is not."""

    __tablename__ = "survey_codes"
    __table_args__ = (Index(None, "wave_id", "digest", unique=True), UNORDERED)

    id: Mapped[Key]
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Keyed hash of the code; the code itself stands in the letter alone."""
    used: Mapped[bool] = mapped_column(default=False)
