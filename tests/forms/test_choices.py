"""What is sent instead of a choice: blanks are no choice, and rows have numbers."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from forms.checklists import parse_checklist, shipped_content
from forms.findings import finding_form
from forms.remedies import CorrectionForm, RecordForm, StepChoices, StepForm
from forms.walks import FinishForm, StartForm, WalkChoices, WalkForm

CHOICES = WalkChoices(
    light=[("dark", "Mörker")],
    weather=[("rain", "Regn")],
    ground=[("bare", "Barmark")],
    roles=[("leader", "Ledare"), ("participant", "Deltagare")],
    organisations=[("00000000-0000-0000-0000-000000000001", "Polisen")],
    places={},
)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"])
def test_blanks_are_nothing_chosen(app: APIFlask, blank: str) -> None:
    names = ("severity", "remedy_type", "candidate", "responsible_id", "how", "reason")
    with app.test_request_context(method="POST", data={**dict.fromkeys(names, blank)}):
        step = StepForm()
        step.keep(names, StepChoices(candidates=[("x", "X")]))
        assert step.validate()
        assert step.values() == {"responsible_id": None} or step.values() == {}

    sent = {"category": "belysning", "place_words": "här", "severity": blank, "unsafe_day": blank}
    with app.test_request_context(method="POST", data=sent):
        form = finding_form(parse_checklist(shipped_content()), "sv", [("low", "Låg")])
        assert form.validate()
        assert (form.values()["severity"], form.values()["unsafe_day"]) == (None, None)

    with app.test_request_context(method="POST", data={"light": "dark", "weather": blank}):
        start = StartForm()
        start.offer(CHOICES)
        assert start.validate()
        assert start.weather.data == ""


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x", ""])
def test_a_row_without_a_sensible_number_is_passed_over(app: APIFlask, number: str) -> None:
    row = {"organisation": CHOICES.organisations[0][0], "people": "3", "role": "leader"}
    sent = MultiDict({f"participants-{number}-{name}": value for name, value in row.items()})
    sent.update({f"participants-0-{name}": value for name, value in row.items()})
    with app.test_request_context(method="POST", data=sent):
        form = FinishForm()
        form.offer_participants(CHOICES)
        assert form.validate()
        assert [(role, people) for _who, role, people in form.came()] == [("leader", 3)]


@pytest.mark.parametrize("role", ["", " ", "chief"])
def test_a_role_that_is_none_is_refused_at_its_field(app: APIFlask, role: str) -> None:
    row = {"organisation": CHOICES.organisations[0][0], "people": "3", "role": role}
    sent = {f"participants-0-{name}": value for name, value in row.items()}
    with app.test_request_context(method="POST", data=sent):
        form = FinishForm()
        form.offer_participants(CHOICES)
        assert not form.validate()
        assert form.rows()[0].role.errors


@pytest.mark.parametrize("text", ["abc", "²", "٣", "-1", "1.5", " ", "9" * 5000])
@pytest.mark.parametrize("kind", [WalkForm, StepForm, CorrectionForm, RecordForm])
def test_a_version_that_no_page_wrote_is_none(app: APIFlask, kind: type[FlaskForm], text: str) -> None:
    with app.test_request_context(method="POST", data={"version": text}):
        assert kind()["version"].data == ""
    with app.test_request_context(method="POST", data={"version": "12"}):
        assert kind()["version"].data == "12"
