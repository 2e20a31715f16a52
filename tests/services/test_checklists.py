"""The shipped checklist, its versions, and what is said of a broken one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apiflask import APIFlask

from app.db import change, session
from app.errors import ForbiddenError
from app.models.checklists import ChecklistTemplate, ChecklistVersion
from app.permissions import SYSTEM, Actor
from app.services import checklists
from forms.checklists import ChecklistError, parse_checklist, shipped_content

ICONS = Path(__file__).parents[2] / "app" / "frontend" / "icons.mjs"
CONTRACT = (
    "belysning sikt skrap klotter skadegorelse underlag sno-halka trafik tunnel entre parkering hallplats torg "
    "orientering ordning park elskap byggplats positivt"
)


def test_shipped_categories_are_those_of_the_contract() -> None:
    checklist = parse_checklist(shipped_content())
    assert [category.slug for category in checklist.categories] == CONTRACT.split()
    assert all(category.items for category in checklist.categories)


def test_lighting_has_the_four_sub_items_of_the_domain() -> None:
    lighting = parse_checklist(shipped_content()).category("belysning")
    assert lighting is not None
    assert [item.slug for item in lighting.items][:4] == ["slackt", "skymd", "svag", "saknas"]


def test_only_public_order_is_restricted_and_only_positives_are_positive() -> None:
    categories = parse_checklist(shipped_content()).categories
    assert [category.slug for category in categories if category.restricted] == ["ordning"]
    assert [category.slug for category in categories if category.positive] == ["positivt"]


def test_graver_findings_are_due_sooner() -> None:
    for category in parse_checklist(shipped_content()).categories:
        days = [category.due_days[severity] for severity in ("acute", "high", "medium", "low")]
        assert days == sorted(days), category.slug


def test_every_category_icon_is_in_the_sprite() -> None:
    sprite = set(re.findall(r"'([a-z0-9-]+)'", ICONS.read_text(encoding="utf-8")))
    assert {category.icon for category in parse_checklist(shipped_content()).categories} <= sprite


def test_names_come_in_the_language_asked_for_or_in_swedish() -> None:
    checklist = parse_checklist(shipped_content())
    assert checklist.name("belysning", "en") == "Lighting"
    assert checklist.name("belysning", "so") == "Iftiinka"
    assert checklist.name("belysning", "fi") == "Belysning"
    assert checklist.item_name("belysning", "slackt", "sv") == "Släckt"
    assert checklist.item_name("belysning", "nagot-annat", "sv") == "nagot-annat"
    assert checklist.name("okand", "sv") == "okand"


def test_broken_checklist_is_refused_with_the_place_of_each_fault() -> None:
    content = shipped_content()
    del content["categories"][3]["items"][1]["names"]["en"]
    del content["categories"][2]["due_days"]["low"]
    with pytest.raises(ChecklistError) as refused:
        parse_checklist(content)
    assert "categories.3.items.1.names: " in str(refused.value)
    assert "categories.2.due_days: " in str(refused.value)


def test_two_categories_of_one_slug_are_refused() -> None:
    content = shipped_content()
    content["categories"].append(content["categories"][0])
    with pytest.raises(ChecklistError, match="belysning is there twice"):
        parse_checklist(content)


def test_shipped_checklist_is_put_in_once(app: APIFlask) -> None:
    first = checklists.ensure_shipped(SYSTEM)
    assert checklists.ensure_shipped(SYSTEM).id == first.id
    assert session().query(ChecklistVersion).count() == 1
    assert checklists.current_version().id == first.id
    assert checklists.latest() is checklists.checklist_of(first.id)


def test_old_version_keeps_its_words_when_the_shipped_one_changes(app: APIFlask) -> None:
    content = shipped_content()
    content["categories"][0]["names"]["sv"] = "Ljus"
    with change(SYSTEM, None) as making:
        template = ChecklistTemplate(slug="standard", name="Förr")
        making.session.add(ChecklistVersion(template=template, number=1, content=content))
    old = checklists.current_version().id
    new = checklists.ensure_shipped(SYSTEM)
    assert new.number == 2
    assert checklists.latest().name("belysning", "sv") == "Belysning"
    assert checklists.checklist_of(old).name("belysning", "sv") == "Ljus"


def test_coordinator_may_not_change_the_checklist(coordinator: Actor) -> None:
    with pytest.raises(ForbiddenError):
        checklists.ensure_shipped(coordinator)
