"""The tables, one module per noun; importing this package knows them all."""

from app.models import (
    accounts,
    areas,
    audit,
    checklists,
    findings,
    jobs,
    operations,
    photos,
    remedies,
    sites,
    uploads,
    walks,
)

__all__ = [
    "accounts",
    "areas",
    "audit",
    "checklists",
    "findings",
    "jobs",
    "operations",
    "photos",
    "remedies",
    "sites",
    "uploads",
    "walks",
]
