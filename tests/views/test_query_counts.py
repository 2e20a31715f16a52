"""No page asks the database once a row: what it asks is as much for many findings as for a few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.db import change
from app.i18n import today
from app.models.findings import Status
from app.models.remedies import Recheck, RecheckResult
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor
from tests.builders import make_finding, make_organisation, make_walk

SignIn = Callable[[FlaskClient, Actor], None]


def statements(engine: Engine, client: FlaskClient, address: str) -> list[str]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def note_findings(walk: Walk, before: Walk, number: int) -> None:
    """Findings without a title, whose names the checklist has to give, in every list that a page may show."""
    for _ in range(number):
        owner = make_organisation(f"Bolag {uuid4()}")
        late = today() - timedelta(days=1)
        sent = make_finding(walk, status=Status.SENT, responsible_id=owner.id, due_on=late)
        make_finding(walk, item="trasig-lampa")
        seen = make_finding(before)
        with change(SYSTEM, None) as looking:
            looking.session.add(Recheck(finding_id=seen.id, walk_id=walk.id, result=RecheckResult.REMAINS))
        assert not sent.title


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/brister",
        "/platser/kista-centrum",
        "/platser/kista-centrum/brister.json",
        "/vandringar/{walk}",
        "/vandringar/{walk}/protokoll",
        "/vandringar/{walk}/ny-notering",
        "/vandringar/{walk}/avsluta",
    ],
)
def test_many_findings_take_no_more_statements_than_a_few(
    database: Engine, client: FlaskClient, sign_in: SignIn, site: Site, coordinator: Actor, address: str
) -> None:
    before, walk = make_walk(site), make_walk(site)
    address = address.format(walk=walk.id)
    sign_in(client, coordinator)
    note_findings(walk, before, 1)
    client.get(address)  # what is read once a process is read
    few = statements(database, client, address)
    note_findings(walk, before, 8)
    many = statements(database, client, address)
    assert len(many) == len(few), "\n\n".join(many)
