"""The page components: what a person sees of a status, a field with a fault, a checklist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.validators import InputRequired, Length

from app import assets
from app.models.findings import Severity, Status
from forms.checklists import Checklist, parse_checklist, shipped_content

Render = Callable[..., BeautifulSoup]


@pytest.fixture
def render(shared_app: APIFlask) -> Iterator[Render]:
    """Renders one call of a component's macro, in English."""

    def rendered(component: str, call: str, **values: object) -> BeautifulSoup:
        macro = call.partition("(")[0]
        line = f"{{% from 'components/{component}.html' import {macro} %}}{{{{ {call} }}}}"
        return BeautifulSoup(shared_app.jinja_env.from_string(line).render(**values), "html.parser")

    with shared_app.test_request_context("/?lang=en"):
        yield rendered


class ReportForm(Form):
    category = RadioField("What is it?", validators=[InputRequired("Choose a category.")])
    title = StringField("Title", description="A few words.", validators=[Length(max=5, message="Too long.")])
    acute = BooleanField("Acute?")


def shipped() -> Checklist:
    return parse_checklist(shipped_content())


def filled(**typed: str) -> ReportForm:
    form = ReportForm(MultiDict(typed))
    form.category.choices = [(category.slug, category.names["sv"]) for category in shipped().categories]
    form.validate()
    return form


def only(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def test_every_status_has_an_icon_and_a_word_of_its_own(render: Render) -> None:
    words = set()
    for code in Status:
        badge = only(render("status", "status(code)", code=code), ".badge")
        assert badge.select_one("svg[aria-hidden=true] use"), code
        words.add(badge.get_text(strip=True))
    assert len(words) == len(Status)
    assert "" not in words


def test_a_status_beside_the_main_line_is_shown_with_how_far_it_came(render: Render) -> None:
    days = dict.fromkeys((Status.NEW, Status.TRIAGED, Status.SENT, Status.ACKNOWLEDGED), date(2026, 6, 1))
    call = "status_line(code, last, days)"
    page = render("status", call, code=Status.ON_HOLD, last=Status.ACKNOWLEDGED, days=days)
    assert len(page.select(".status-line .done")) == 4
    assert page.select("[aria-current]") == []
    assert "On hold" in only(page, ".badge").get_text()


def test_a_step_that_was_never_taken_is_said_to_be_skipped(render: Render) -> None:
    days = dict.fromkeys((Status.NEW, Status.ACKNOWLEDGED, Status.REPORTED_FIXED), date(2026, 6, 1))
    page = render("status", "status_line(code, none, days)", code=Status.REPORTED_FIXED, days=days)
    said = [" ".join(step.get_text(" ").split()) for step in page.select(".status-line li")]
    assert [step.endswith("(skipped)") for step in said] == [
        False, True, True, False, True, True, False, False, False,
    ]  # fmt: skip
    assert [step for step in said if "(passed)" in step] == [said[0], said[3]]
    assert not [step for step in page.select(".skipped") if "done" in step["class"]]


def test_the_current_status_of_the_main_line_is_marked_for_screen_readers(render: Render) -> None:
    page = render("status", "status_line(code)", code=Status.PLANNED)
    assert "Planned" in only(page, "[aria-current=step]").get_text()


@pytest.mark.parametrize("code", [*Severity, None])
def test_every_severity_can_be_shown(render: Render, code: Severity | None) -> None:
    page = render("status", "severity(code)", code=code)
    assert bool(page.get_text(strip=True)) == (code is not None)


def test_a_fault_is_said_at_its_field_and_what_was_typed_stays(render: Render) -> None:
    page = render("field", "field(form.title)", form=filled(title="<b>far too long"))
    box = only(page, "input")
    assert box["value"] == "<b>far too long"
    assert box["aria-invalid"] == "true"
    told = [only(page, f"#{name}").get_text(" ", strip=True) for name in str(box["aria-describedby"]).split()]
    assert told == ["A few words.", "Error: Too long."]
    assert only(page, "label")["for"] == box["id"]


def test_only_fields_that_may_be_left_empty_say_so(render: Render) -> None:
    title = render("field", "field(form.title)", form=filled())
    category = render("field", "field(form.category)", form=filled())
    assert "(optional)" in only(title, "label").get_text()
    assert "(optional)" not in only(category, "legend").get_text()


def test_each_line_of_the_error_summary_leads_to_its_field(render: Render) -> None:
    form = filled(title="far too long")
    summary = only(
        render("error_summary", "error_summary(form, ['The walk is over.'])", form=form),
        "[data-error-summary]",
    )
    assert "The walk is over." in summary.get_text()
    assert [link.get_text() for link in summary.select("a")] == ["Choose a category.", "Too long."]
    for link, field in zip(summary.select("a"), ("category", "title"), strict=True):
        assert only(render("field", f"field(form.{field})", form=form), f"input{link['href']}")


def test_no_summary_is_shown_when_nothing_is_wrong(render: Render) -> None:
    assert (
        render("error_summary", "error_summary(form)", form=filled(category="belysning")).get_text(strip=True)
        == ""
    )


def test_every_category_of_the_shipped_checklist_has_a_tile_with_its_own_icon(render: Render) -> None:
    checklist = shipped()
    page = render(
        "category_tiles",
        "category_tiles(form.category, list)",
        form=filled(category="belysning"),
        list=checklist,
    )
    tiles = page.select("label.tile")
    assert len(tiles) == len(checklist.categories)
    assert only(page, "input[checked]")["value"] == "belysning"
    for tile, category in zip(tiles, checklist.categories, strict=True):
        assert category.names["sv"] in tile.get_text()
        assert category.icon in assets.manifest().icons, category.slug
