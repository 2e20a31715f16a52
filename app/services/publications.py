"""Telling residents of a finding, and taking it back: by a coordinator, one finding at a time."""

from __future__ import annotations

from dataclasses import dataclass

from app.db import change, now, session
from app.errors import N_, invalid
from app.models.findings import Finding, Level
from app.models.publications import Publication
from app.permissions import Actor, Permission
from app.services.checklists import latest
from app.services.findings import load_finding
from app.services.public_findings import Presenter, PublicFinding
from app.services.public_rules import Counted, counted_as, may_be_told
from app.services.remedies import load_locked
from app.services.sites import place_names_near


@dataclass(frozen=True)
class Told:
    """How a finding stands towards the public."""

    title: str
    words: str
    live: bool
    """Whether it is told now."""
    possible: bool
    """Whether it may be told at all."""
    counted: Counted | None
    """Under which heading it is only counted."""


def told_of(actor: Actor, number: str) -> tuple[Finding, Told]:
    """A finding that the actor coordinates, and how it stands towards the public."""
    finding = load_finding(actor, number, Permission.COORDINATE)
    said = session().get(Publication, finding.id)
    return finding, Told(
        title=said.title if said else "",
        words=said.words if said else "",
        live=said is not None and said.withdrawn_at is None and finding.level is Level.PUBLIC,
        possible=may_be_told(finding),
        counted=counted_as(finding, latest()),
    )


def preview(finding: Finding, title: str, words: str, language: str) -> PublicFinding:
    """Exactly what the public would read of a finding with these words."""
    said = session().get(Publication, finding.id)
    published_at = said.published_at if said else now()
    # Never added to the session: it only carries the words to where every public finding is made.
    shown = Publication(
        finding_id=finding.id, title=title, words=words, published_at=published_at, updated_at=now()
    )
    return Presenter(language, place_names_near(finding.site)).present([(shown, finding)])[0]


def publish(actor: Actor, number: str, title: str, words: str) -> Finding:
    """Tell residents of a finding, or tell it in other words; its level becomes public.

    Raises InvalidInputError for one that nobody may be told of, such as a protected one.
    """
    with change(actor, None) as running:
        finding = load_locked(running, number, Permission.COORDINATE)
        if not may_be_told(finding):
            raise invalid(
                "title",
                "not_public",
                N_("It is protected or taken back, or repeats one that is. Residents cannot be told of it."),
            )
        said = running.session.get(Publication, finding.id)
        if said is None:
            said = Publication(finding_id=finding.id)
            running.session.add(said)
        if said.withdrawn_at is not None or finding.level is not Level.PUBLIC:
            said.published_at = now()
        said.title, said.words, said.withdrawn_at, said.updated_at = title, words, None, now()
        if finding.level is not Level.PUBLIC:
            finding.level, finding.updated_at = Level.PUBLIC, now()
        running.record("finding.published", finding.id)
    return finding


def withdraw(actor: Actor, number: str) -> Finding:
    """Take back what residents were told of a finding: page, feed and photos show nothing of it from now on."""
    with change(actor, None) as running:
        finding = load_locked(running, number, Permission.COORDINATE)
        said = running.session.get(Publication, finding.id)
        if said is not None and said.withdrawn_at is None:
            said.withdrawn_at = said.updated_at = now()
            if finding.level is Level.PUBLIC:
                finding.level, finding.updated_at = Level.INTERNAL, now()
            running.record("finding.unpublished", finding.id)
    return finding
