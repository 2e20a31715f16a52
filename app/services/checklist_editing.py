"""Writing the checklist anew, one category at a time; each time a new version, so that nothing noted before changes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db import change, session
from app.errors import N_, ChangedMeanwhileError, NotFoundError, invalid
from app.i18n import DEFAULT
from app.models.checklists import ChecklistVersion
from app.permissions import Actor
from app.services.checklists import checklist_of, current_version
from app.services.users import require_administering
from forms.checklists import Category, Checklist, ChecklistError, parse_checklist

MOST_DAYS = 3650
MOST_LETTERS = 120


@dataclass(frozen=True)
class CategoryRules:
    """What an administrator may say of a category."""

    active: bool
    words: Mapping[str, Mapping[str, str]]
    """Sub-item → language → what it is called."""
    due_days: Mapping[str, int]
    """Severity → days from the day a finding is sent."""
    verification: Mapping[str, str]
    """Severity → how a fix is checked."""


def list_versions(actor: Actor) -> Sequence[ChecklistVersion]:
    """Every version, newest first; the first is in force. For administrators."""
    require_administering(actor)
    newest_first = (ChecklistVersion.created_at.desc(), ChecklistVersion.number.desc())
    return session().scalars(select(ChecklistVersion).order_by(*newest_first)).all()


def load_version(actor: Actor, version_id: UUID) -> ChecklistVersion:
    """One version; raises NotFoundError."""
    require_administering(actor)
    found = session().get(ChecklistVersion, version_id)
    if found is None:
        raise NotFoundError
    return found


def load_category(actor: Actor, slug: str) -> Category:
    """A category of the version in force; raises NotFoundError."""
    require_administering(actor)
    found = checklist_of(current_version().id).category(slug)
    if found is None:
        raise NotFoundError
    return found


def preview_category(actor: Actor, slug: str, rules: CategoryRules) -> Category:
    """How the category would read; raises InvalidInputError. Nothing is written."""
    load_category(actor, slug)
    _check(rules)
    found = _read(_written(current_version(), slug, rules)).category(slug)
    assert found is not None
    return found


def write_category(actor: Actor, slug: str, rules: CategoryRules, *, version: int) -> ChecklistVersion:
    """Put a new version in force in which the category reads so; nothing changed makes none.

    `version` is the number of the one that the form was made from. Raises InvalidInputError, ChangedMeanwhileError
    when another one is in force by now.
    """
    load_category(actor, slug)
    _check(rules)
    with change(actor, None) as writing:
        newest = current_version()
        if newest.number != version:
            raise ChangedMeanwhileError
        content = _written(newest, slug, rules)
        checklist = _read(content)
        if checklist == parse_checklist(newest.content):
            return newest
        if not any(category.active for category in checklist.categories):
            raise invalid("active", "last", N_("One category at least must be there to choose."))
        made = ChecklistVersion(
            template_id=newest.template_id, number=newest.number + 1, content=content, by_hand=True
        )
        writing.session.add(made)
        writing.session.flush()
        writing.record("checklist.version_added", made.id, category=slug, number=made.number)
    return made


def _written(version: ChecklistVersion, slug: str, rules: CategoryRules) -> dict[str, Any]:
    content = copy.deepcopy(version.content)
    _write(next(one for one in content["categories"] if one["slug"] == slug), rules)
    return content


def _read(content: Mapping[str, Any]) -> Checklist:
    try:
        return parse_checklist(content)
    except ChecklistError as error:
        raise invalid("active", "broken", N_("The checklist cannot be read like that.")) from error


def _check(rules: CategoryRules) -> None:
    for severity, days in rules.due_days.items():
        if not 1 <= days <= MOST_DAYS:
            raise invalid(f"due_{severity}", "out_of_range", N_("Write a number of days from 1 to 3650."))
    for slug, words in rules.words.items():
        for language, said in words.items():
            if not said.strip() or len(said) > MOST_LETTERS:
                raise invalid(f"item_{slug}_{language}", "length", N_("Write 1 to 120 letters."))


def _write(category: dict[str, Any], rules: CategoryRules) -> None:
    category["active"] = rules.active
    category["due_days"] = dict(rules.due_days)
    category["verification"] = dict(rules.verification)
    for item in category["items"]:
        before = item["names"]
        said = {name: words.strip() for name, words in rules.words.get(item["slug"], {}).items()}
        # Words in further languages say what the Swedish ones said before.
        same = said.get(DEFAULT, before[DEFAULT]) == before[DEFAULT]
        item["names"] = {**before, **said} if same else said
