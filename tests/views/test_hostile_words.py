"""Hostile strings in the fields of steps, particulars and filters: stored and shown as typed, never run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import close_session, session
from app.models.accounts import Organisation
from app.models.findings import Finding, Status
from app.models.sites import Site
from app.permissions import Actor
from app.services.finding_lists import FindingFilter, list_findings
from forms.text import clean
from tests.builders import make_finding, make_walk
from tests.views.pages import page

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "hostile" / "blns.json").read_text(encoding="utf-8")
)
# What HTML itself cannot say apart: a page reads every line break as one LF, and drops the first in a text field.
LINES = [
    clean(text).strip() for text in NAUGHTY if clean(text).strip() and not any(c in text for c in "\r\x85")
]


def portions(most: int) -> Iterator[str]:
    """The strings, as many to a text as fit."""
    held: list[str] = []
    for line in LINES:
        if held and len("\n".join([*held, line])) > most:
            yield "\n".join(held)
            held = []
        held.append(line)
    yield "\n".join(held)


def test_words_of_a_step_are_kept_and_shown_as_typed(
    client: FlaskClient,
    sign_in: Callable[[FlaskClient, Actor], None],
    owner: Actor,
    coordinator: Actor,
    site: Site,
    organisation: Organisation,
) -> None:
    number = make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id).number
    sign_in(client, owner)
    texts = list(portions(4500))
    for text in texts:
        version = session().scalars(select(Finding.version).where(Finding.number == number)).one()
        data = {"planned-version": str(version), "planned-planned_on": "2099-01-01", "planned-words": text}
        assert client.post(f"/brister/{number}/steg/planned", data=data).status_code == 302

    close_session()
    finding = session().scalars(select(Finding).where(Finding.number == number)).one()
    assert [entry.words for entry in finding.history] == texts
    soup = page(client.get(f"/brister/{number}"))
    shown = [str(words.string) for words in soup.select(".history .prose")]
    assert shown == texts[::-1]
    assert soup.select(".history script, .history img, .history iframe, .history [onerror]") == []


def test_particulars_are_kept_and_shown_as_typed(
    client: FlaskClient, sign_in: Callable[[FlaskClient, Actor], None], coordinator: Actor, site: Site
) -> None:
    number = make_finding(make_walk(site)).number
    sign_in(client, coordinator)
    for text in (
        "<script>alert(1)</script>",
        "'; DROP TABLE findings; --",
        "Ω≈ç√∫˜µ",
        '"><img src=x onerror=alert(1)>',
    ):
        version = session().scalars(select(Finding.version).where(Finding.number == number)).one()
        fields = {
            "record-version": str(version),
            "record-fault_number": text,
            "record-case_number": text,
            "record-level": "internal",
        }
        assert client.post(f"/brister/{number}/uppgifter", data=fields).status_code == 302
        field = page(client.get(f"/brister/{number}")).select_one("#record-fault_number")
        assert field is not None
        assert field["value"] == text


def test_any_string_can_be_searched_for(
    client: FlaskClient, sign_in: Callable[[FlaskClient, Actor], None], coordinator: Actor, site: Site
) -> None:
    make_finding(make_walk(site))
    for text in NAUGHTY:
        list_findings(coordinator, FindingFilter(text=clean(text)[:200]))
    sign_in(client, coordinator)
    for text in NAUGHTY[::25]:
        page(client.get("/brister", query_string={"text": text, "after": text, "site": text, "owner": text}))
