"""An administrator writes the checklist anew; what was noted before keeps the words and rules it was noted with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.db import session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import Role
from app.models.checklists import ChecklistVersion
from app.models.findings import Severity, VerificationMethod
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import checklist_editing, checklists, verification
from app.services.checklist_editing import CategoryRules, write_category
from tests.builders import make_finding, make_user, make_walk


@pytest.fixture
def rules(admin: Actor) -> CategoryRules:
    """Lighting as it came with the product."""
    checklists.ensure_shipped(SYSTEM)
    kept = checklist_editing.load_category(admin, "belysning")
    return CategoryRules(
        kept.active,
        {item.slug: dict(item.names) for item in kept.items},
        {str(name): days for name, days in kept.due_days.items()},
        {str(name): how for name, how in kept.verification.items()},
    )


def test_a_new_version_is_in_force_and_old_walks_keep_theirs(
    admin: Actor, site: Site, rules: CategoryRules
) -> None:
    before = make_finding(make_walk(site), category="belysning", severity=Severity.HIGH)
    made = write_category(
        admin,
        "belysning",
        replace(
            rules,
            words={**rules.words, "slackt": {"sv": " Helt mörk ", "en": "Dark"}},
            due_days={**rules.due_days, "high": 5},
            verification={**rules.verification, "high": "photo"},
        ),
        version=1,
    )
    assert (made.number, made.by_hand) == (2, True)
    assert checklists.latest().item_name("belysning", "slackt", "sv") == "Helt mörk"
    after = make_finding(make_walk(site), category="belysning", severity=Severity.HIGH)
    assert (
        checklists.checklist_of(before.walk.checklist_id).item_name("belysning", "slackt", "sv") == "Släckt"
    )
    sent_on = date(2026, 6, 1)
    waits = [verification.proposed_due(finding, sent_on) - sent_on for finding in (before, after)]
    assert waits == [timedelta(days=30), timedelta(days=5)]
    by_photo = [VerificationMethod.PHOTO in verification.methods(finding) for finding in (before, after)]
    assert by_photo == [False, True]


def test_what_comes_with_the_product_does_not_take_the_place_of_what_is_by_hand(
    admin: Actor, rules: CategoryRules
) -> None:
    made = write_category(admin, "belysning", replace(rules, active=False), version=1)
    assert checklists.ensure_shipped(SYSTEM).id == made.id
    assert checklists.current_version().id == made.id


def test_nothing_changed_makes_no_version(admin: Actor, rules: CategoryRules) -> None:
    assert write_category(admin, "belysning", rules, version=1).number == 1
    assert session().query(ChecklistVersion).count() == 1


def test_the_second_of_two_is_told(admin: Actor, rules: CategoryRules) -> None:
    write_category(admin, "belysning", replace(rules, active=False), version=1)
    with pytest.raises(ChangedMeanwhileError):
        write_category(admin, "sikt", rules, version=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_days": {"acute": 0, "high": 1, "medium": 1, "low": 1}},
        {"due_days": {"acute": 1, "high": 1, "medium": 1, "low": 10**9}},
        {"words": {"slackt": {"sv": " ", "en": "x"}}},
        {"words": {"slackt": {"sv": "x" * 121, "en": "x"}}},
    ],
)
def test_what_cannot_be_is_refused(admin: Actor, rules: CategoryRules, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        write_category(admin, "belysning", replace(rules, **wrong), version=1)  # type: ignore[arg-type]
    assert checklists.current_version().number == 1


def test_the_last_category_cannot_be_taken_away(admin: Actor, rules: CategoryRules) -> None:
    slugs = [category.slug for category in checklists.latest().categories]
    for number, slug in enumerate(slugs[:-1], start=1):
        kept = checklist_editing.load_category(admin, slug)
        off = CategoryRules(False, {}, dict(kept.due_days), dict(kept.verification))  # type: ignore[arg-type]
        write_category(admin, slug, off, version=number)
    kept = checklist_editing.load_category(admin, slugs[-1])
    off = CategoryRules(False, {}, dict(kept.due_days), dict(kept.verification))  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        write_category(admin, slugs[-1], off, version=len(slugs))


def test_a_category_that_is_not_there_is_not_found(admin: Actor, rules: CategoryRules) -> None:
    with pytest.raises(NotFoundError):
        write_category(admin, "finns-inte", rules, version=1)


def test_only_administrators_write_it(
    admin: Actor, coordinator: Actor, field: Actor, site: Site, rules: CategoryRules
) -> None:
    for who in (coordinator, field, make_user(Role.ADMIN, site_id=site.id)):
        with pytest.raises(ForbiddenError):
            write_category(who, "belysning", replace(rules, active=False), version=1)
        with pytest.raises(ForbiddenError):
            checklist_editing.list_versions(who)
