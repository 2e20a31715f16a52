from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.models.findings import Finding
from app.permissions import Actor
from tests.builders import make_finding, make_site, make_walk
from tests.views.pages import page

KINDS = {"public", "signed_in", "by_link", "by_token", "by_operator"}
ASKS_NOBODY = {"public", "by_operator"}
"""The latter by a token of the settings, or from the machine itself: `test_metrics.py`."""


def routes(app: APIFlask) -> Iterator[tuple[Rule, str]]:
    """Every rule with every method that a person may use."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            yield rule, method


def test_every_route_says_who_may_use_it(app: APIFlask) -> None:
    silent = [
        r.rule for r, _ in routes(app) if getattr(app.view_functions[r.endpoint], "access", None) not in KINDS
    ]
    assert silent == []


@pytest.fixture
def finding(app: APIFlask) -> Finding:
    return make_finding(make_walk(make_site("kista-centrum")))


def addresses(app: APIFlask, finding: Finding) -> list[tuple[str, str]]:
    """Every route that is not public, filled in with objects that exist at a site of somebody else's."""
    values: dict[str, Any] = {
        "number": finding.number,
        "walk_id": finding.walk_id,
        "slug": "kista-centrum",
        "status": "triaged",
        "photo_id": UUID(int=1),
        "upload_id": UUID(int=1),
        "unit": "title",
        "edge": 400,
        "paper": "a4",
        "language": "sv",
        "report_id": UUID(int=1),
        "token": "not-a-link",
        "link_id": UUID(int=1),
        "organisation_id": UUID(int=1),
        "contact_id": UUID(int=1),
        "rule_id": UUID(int=1),
        "comment_id": UUID(int=1),
        "follower_id": UUID(int=1),
        "revisit_id": UUID(int=1),
        "subscription_id": UUID(int=1),
        "session_id": UUID(int=1),
        "passkey_id": UUID(int=1),
        "user_id": UUID(int=1),
        "membership_id": UUID(int=1),
        "group_role_id": UUID(int=1),
        "version_id": UUID(int=1),
        "category": "belysning",
        "job_id": UUID(int=1),
        "form_id": "kista-enkat-1",
        "wave_id": UUID(int=1),
        "event_id": UUID(int=1),
        "item": "safe_day",
        "text_id": UUID(int=1),
        "z": 0,
        "x": 0,
        "y": 0,
    }
    built = []
    with app.test_request_context():
        for rule, method in routes(app):
            if getattr(app.view_functions[rule.endpoint], "access", None) in ASKS_NOBODY:
                continue
            unknown = rule.arguments - values.keys()
            assert not unknown, f"this test does not know what {rule} takes: add {unknown}"
            adapter = app.url_map.bind("localhost")
            built.append(
                (method, adapter.build(rule.endpoint, {k: values[k] for k in rule.arguments}, method))
            )
    return sorted(set(built))


def test_nobody_signed_in_is_sent_to_sign_in(app: APIFlask, client: FlaskClient, finding: Finding) -> None:
    for method, address in addresses(app, finding):
        answer = client.open(address, method=method)
        assert answer.status_code in {302, 401, 404}, f"{method} {address}: {answer.status_code}"
        if answer.status_code == 302:
            assert answer.location.startswith("/logga-in"), f"{method} {address}"


def test_who_sends_something_signed_out_is_told_and_can_go_back(
    app: APIFlask, client: FlaskClient, finding: Finding
) -> None:
    address = f"/brister/{finding.number}/steg/triaged"
    soup = page(client.post(address, data={"triaged-words": "Lång text"}), 401)
    assert soup.select_one("main a[href='/logga-in'][target=_blank]") is not None
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        page(client.post(address, data={"triaged-words": "Lång text"}), 401)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


OPEN_TO_EVERYBODY_SIGNED_IN = {"/platser", "/vandringar", "/brister", "/brister/flera", "/logga-in/ut"}
"""Lists show an outsider nothing of others (tested beside each list); signing out is anybody's."""


def test_outsider_gets_404(
    app: APIFlask,
    client: FlaskClient,
    finding: Finding,
    outsider: Actor,
    sign_in: Callable[[FlaskClient, Actor], None],
) -> None:
    for method, address in addresses(app, finding):
        if address in OPEN_TO_EVERYBODY_SIGNED_IN or (
            "kista" not in address and finding.number not in address and str(finding.walk_id) not in address
        ):
            continue
        sign_in(client, outsider)
        answer = client.open(address, method=method)
        # OpenRosa takes a token and no session; `tests/api/test_openrosa.py` asks as an outsider who has one.
        expected = 401 if address.startswith("/openrosa/") else 404
        assert answer.status_code == expected, f"{method} {address}: {answer.status_code}"
