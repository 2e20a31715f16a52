"""A checklist: the categories of findings with sub-items, help, icons and rules, read from plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, PositiveInt, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

SHIPPED = Path(__file__).parent / "checklist" / "standard.json"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
SeverityName = Literal["acute", "high", "medium", "low"]
MethodName = Literal["on_site", "photo", "walk"]
_SEVERITIES = frozenset(SeverityName.__args__)  # type: ignore[attr-defined]
_LANGUAGES = ("sv", "en")
_STRICT = ConfigDict(extra="forbid")


def _in_every_language(words: dict[str, str]) -> dict[str, str]:
    if missing := [language for language in _LANGUAGES if not words.get(language, "").strip()]:
        raise ValueError(f"has no words in {', '.join(missing)}")
    return words


def _for_every_severity(rule: dict[SeverityName, Any]) -> dict[SeverityName, Any]:
    if missing := _SEVERITIES - rule.keys():
        raise ValueError(f"says nothing for {', '.join(sorted(missing))}")
    return rule


Words = Annotated[dict[str, str], AfterValidator(_in_every_language)]
"""The same words by language code; Swedish and English are always there, others may be."""


class ChecklistError(ValueError):
    """A checklist that cannot be used; the message names the place of each fault."""

    code = "broken_checklist"


@dataclass(frozen=True, config=_STRICT)
class Item:
    """One sub-item of a category, e.g. "släckt" of "belysning". `acute`: it is acute unless somebody says otherwise."""

    slug: Slug
    names: Words
    help: Words | None = None
    acute: bool = False


@dataclass(frozen=True, config=_STRICT)
class Category:
    """One kind of finding with the rules that follow from it.

    `due_days` counts from the day a finding is sent. `restricted`: the public sees counts only.
    `positive`: something to keep, so nobody is asked to remedy it.
    """

    slug: Slug
    names: Words
    help: Words
    icon: Slug
    items: tuple[Item, ...]
    due_days: Annotated[dict[SeverityName, PositiveInt], AfterValidator(_for_every_severity)]
    verification: Annotated[dict[SeverityName, MethodName], AfterValidator(_for_every_severity)]
    fix_photo: bool
    """Whether reporting it fixed takes a photo."""
    verification_photo: bool
    """Whether a verification by photo or at a walk takes one."""
    restricted: bool = False
    positive: bool = False
    active: bool = True
    """Whether new findings may be of it; what was noted before keeps it."""

    def item(self, slug: str) -> Item | None:
        """The sub-item of this slug."""
        return next((item for item in self.items if item.slug == slug), None)


@dataclass(frozen=True, config=_STRICT)
class Checklist:
    """A whole checklist, in the order in which it is asked."""

    slug: Slug
    title: str
    categories: tuple[Category, ...]

    def category(self, slug: str) -> Category | None:
        """The category of this slug."""
        return next((category for category in self.categories if category.slug == slug), None)

    def name(self, category_slug: str, language: str) -> str:
        """The category's name in a language, else in Swedish; an unknown slug is its own name."""
        category = self.category(category_slug)
        return in_language(category.names, language) if category else category_slug

    def item_name(self, category_slug: str, item_slug: str, language: str) -> str:
        """The sub-item's name in a language, like `name`."""
        category = self.category(category_slug)
        item = category.item(item_slug) if category else None
        return in_language(item.names, language) if item else item_slug


def in_language(words: Mapping[str, str], language: str) -> str:
    """The words in a language, in Swedish where that one is missing."""
    return words.get(language) or words["sv"]


_reader = TypeAdapter(Checklist)


def parse_checklist(content: Mapping[str, Any]) -> Checklist:
    """Read a checklist from plain data; raises ChecklistError naming each place that cannot be used."""
    try:
        checklist = _reader.validate_python(content)
    except ValidationError as error:
        faults = (f"{_place(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_url=False))
        raise ChecklistError("\n".join(faults)) from error
    _refuse_repeats("categories", (category.slug for category in checklist.categories))
    for category in checklist.categories:
        _refuse_repeats(f"categories.{category.slug}.items", (item.slug for item in category.items))
    return checklist


def shipped_content() -> dict[str, Any]:
    """The checklist that comes with the product, as plain data."""
    content: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return content


def _place(location: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in location) or "the checklist"


def _refuse_repeats(place: str, slugs: Iterable[str]) -> None:
    seen: set[str] = set()
    for slug in slugs:
        if slug in seen:
            raise ChecklistError(f"{place}: {slug} is there twice")
        seen.add(slug)
