"""Surveys and their waves: a questionnaire asked at a site, once before the measures and again after them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import ChangedAt, Key, choice
from app.models.questionnaires import Questionnaire, QuestionnaireVersion
from app.models.sites import Site


class Channel(StrEnum):
    """The way an answer came."""

    POSTER = auto()
    """The QR code of a poster."""
    LETTER = auto()
    """A one-time code sent to an address."""
    LINK = auto()
    INTERVIEW = auto()
    PAPER = auto()
    OPENROSA = auto()


class Survey(Base):
    """A questionnaire asked at a site, wave after wave, perhaps beside a site to compare with."""

    __tablename__ = "surveys"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    """Its address: /enkat/<slug>."""
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), index=True)
    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaires.id"))
    comparison_id: Mapped[UUID | None] = mapped_column(ForeignKey("surveys.id"))
    """The survey of the place that it is compared with."""
    main_measures: Mapped[list[str]] = mapped_column(JSON, default=list)
    """At most three items: only these may be called a change."""
    main_channel: Mapped[Channel | None] = mapped_column(choice(Channel))
    """The one channel that they are followed within."""
    planned: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The days (ISO 8601) on which waves are to open, as fixed before the baseline."""
    fixed_at: Mapped[datetime | None]
    """When main measures, channel and days were fixed: before the baseline opened."""
    changed_at: Mapped[ChangedAt]
    site: Mapped[Site] = relationship()
    questionnaire: Mapped[Questionnaire] = relationship()
    waves: Mapped[list[Wave]] = relationship(back_populates="survey", order_by="Wave.number")


class Wave(Base):
    """One round of a survey. What it asks is frozen when it opens."""

    __tablename__ = "waves"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("closes_on >= opens_on", name="closes_after_it_opens"),
    )

    id: Mapped[Key]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    number: Mapped[int]
    """1: the baseline (förmätning)."""
    name: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    """The last day that it takes answers."""
    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_versions.id"))
    left_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Items and modules that this wave does not ask."""
    channels: Mapped[list[str]] = mapped_column(JSON, default=list)
    target: Mapped[int | None]
    """How many answers are wanted."""
    margins: Mapped[dict[str, dict[str, float]]] = mapped_column(JSON, default=dict)
    """Item → choice → share of the population, to weight by."""
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """What it asks, left-out items gone and noticed measures filled in; None: not opened yet."""
    xform: Mapped[str | None] = mapped_column(Text, deferred=True)
    """The same for OpenRosa clients."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """When somebody ended it before its last day."""
    results: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """What is told of its answers, decided once it has closed: an `app.services.result_counts.WaveTold`."""
    changed_at: Mapped[ChangedAt]
    survey: Mapped[Survey] = relationship(back_populates="waves")
    version: Mapped[QuestionnaireVersion] = relationship()
    quotas: Mapped[list[Quota]] = relationship(cascade="all, delete-orphan")
    events: Mapped[list[LocalEvent]] = relationship(cascade="all, delete-orphan", order_by="LocalEvent.day")


class Quota(Base):
    """How many interviews are wanted in one time slot of a weekday, and how many were made."""

    __tablename__ = "quotas"

    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    """0: Monday."""
    slot: Mapped[str] = mapped_column(primary_key=True)
    """morning, day, evening or night."""
    wanted: Mapped[int]
    made: Mapped[int] = mapped_column(default=0)
    """Counted here, so that no answer says when it was given."""


class LocalEvent(Base):
    """Something that may have coloured a wave: Ramadan, an incident, building works."""

    __tablename__ = "local_events"

    id: Mapped[Key]
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"), index=True)
    day: Mapped[date]
    words: Mapped[str]
