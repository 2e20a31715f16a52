"""Checklist templates; each version is frozen, so that old walks keep the words they were made with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, now
from app.models.columns import Key


class ChecklistTemplate(Base):
    """A named checklist, e.g. the one shipped with the product."""

    __tablename__ = "checklist_templates"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    versions: Mapped[list[ChecklistVersion]] = relationship(
        back_populates="template", order_by="ChecklistVersion.number"
    )


class ChecklistVersion(Base):
    """One version: categories with sub-items, help and rules, as `forms.checklists.Checklist` reads them."""

    __tablename__ = "checklist_versions"
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    id: Mapped[Key]
    template_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_templates.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Written by an administrator: what comes with the product does not take its place."""
    template: Mapped[ChecklistTemplate] = relationship(back_populates="versions")
