"""No persona reaches another organisation's or site's object: through no route, with no method, in no answer.

The routes come from the URL map, so a new one is asked as well; one whose arguments this file does not know fails and
is named. Owners' links are asked with the token of each persona; the token of somebody else's link opens what it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.db import change, session
from app.models.accounts import User
from app.permissions import SYSTEM, Actor
from app.services.tokens import create_token
from tests.api import tus
from tests.api.phones import Phone, edit, operation, report
from tests.builders import email_of
from tests.worlds import World, make_world, print_of

SignIn = Callable[[FlaskClient, Actor], None]
MARK = "zebraqvast7731"

VALUES: dict[str, Any] = {
    "status": "planned",
    "unit": "title",
    "category": "belysning",
    "edge": 400,
    "paper": "a4",
    "language": "sv",
    "z": 0,
    "x": 0,
    "y": 0,
    "item": "safe_day",
    "filename": "no-such-file.js",
    "name": "no-such-file.js",
}
"""Arguments that name no object."""
OWN = {"token"}
"""Arguments that a persona has of its own."""
REGISTER = ("organisation_id", "contact_id", "rule_id")
"""One register for all sites: who coordinates a site reads it whole (app/services/register_access.py)."""
READERS = ("coordinator", "admin of a site")
SENDS = {"owner_links.show"}
"""A coordinator of any site may have a link mailed to an organisation's registered address; it tells him nothing."""
LEAVES = {"sign_in.sign_out"}
"""Would end the persona's own session."""


ASKS_EVERYBODY = "answering."
"""The pages of a questionnaire name its place to whoever has the address."""


TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}
"""Without these an upload is refused before anybody looks whose it is."""


@dataclass
class Persona:
    """Somebody with a browser: signed in, holding a link, or nobody."""

    name: str
    client: FlaskClient
    token: str = "no-link"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, address: str, **options: Any) -> TestResponse:
        sent = self.headers
        if "/uploads" in address:
            sent, options = {**self.headers, **TUS}, {"data": b"x"}
        return self.client.open(address, method=method, headers=sent, **options)


@dataclass
class Stage:
    app: APIFlask
    ours: World
    theirs: World
    personas: dict[str, Persona]


@pytest.fixture
def stage(app: APIFlask, sign_in: SignIn) -> Stage:
    ours, theirs = make_world("vara", "eget", 18.3), make_world("deras", MARK, 17.9421)
    personas = {"nobody": Persona("nobody", app.test_client())}
    with change(SYSTEM, None) as adding:
        stranger = User(email=f"{uuid4().hex}@example.se", name="Utan roll")
        adding.session.add(stranger)
    for name, actor in {**ours.people, "somebody without a role": Actor(stranger.id)}.items():
        client = app.test_client()
        sign_in(client, actor)
        personas[name] = Persona(name, client)
    bearer = {"Authorization": f"Bearer {create_token(email_of(ours.people['field']))}"}
    personas["machine"] = Persona("machine", app.test_client(), headers=bearer)
    personas["link of another organisation"] = Persona("link", app.test_client(), token=ours.link)
    personas["link for another finding"] = Persona("contractor", app.test_client(), token=ours.contractor)
    return Stage(app, ours, theirs, personas)


PERSONAS = (
    "nobody",
    "field",
    "coordinator",
    "admin of a site",
    "analyst",
    "owner",
    "somebody without a role",
    "machine",
    "link of another organisation",
    "link for another finding",
)


def routes(app: APIFlask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with every method and what kind of caller it is for."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        kind = getattr(app.view_functions[rule.endpoint], "access", "silent")
        methods = (rule.methods or set()) & {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
        for method in sorted(methods - {"HEAD"} if "GET" in methods else methods):
            if rule.endpoint not in LEAVES:
                yield rule, method, kind


def address(stage: Stage, rule: Rule, method: str, persona: Persona, whose: dict[str, World]) -> str:
    """The rule filled in with the objects of these worlds."""
    values = {}
    for name in rule.arguments:
        if name == "token":
            values[name] = persona.token
        elif name == "photo_id" and rule.endpoint == "public_pages.photo":
            values[name] = whose[name].ids["photo_id"]
        else:
            values[name] = VALUES[name] if name in VALUES else whose[name].ids[name]
    adapter = stage.app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, values, method)


def objects_of(rule: Rule) -> set[str]:
    """The arguments of a rule that name an object."""
    return set(rule.arguments) - VALUES.keys() - OWN


def denied(answer: TestResponse) -> bool:
    """Whether the answer keeps somebody out."""
    to_sign_in = answer.status_code == 302 and str(answer.location).startswith("/logga-in")
    return to_sign_in or answer.status_code in {401, 403, 404, 405, 410}


def assert_tells_nothing(answer: TestResponse, what: str) -> None:
    said = answer.data + str(answer.headers).encode()
    assert MARK.encode() not in said.lower(), f"{what} tells of another's object"
    assert answer.status_code < 500, f"{what}: {answer.status_code}"


def is_known(stage: Stage, rule: Rule) -> bool:
    """Whether there is an object for each argument; a rule without is named by one test, and left out by the others."""
    return objects_of(rule) <= stage.theirs.ids.keys()


def is_readable_register(rule: Rule, persona: str) -> bool:
    """Whether the rule shows the register of organisations to who may read it."""
    return persona in READERS and bool(objects_of(rule) & set(REGISTER)) | rule.endpoint.startswith(
        "routing."
    )


def test_every_route_is_known_here(stage: Stage) -> None:
    unknown = {
        rule.rule: sorted(objects_of(rule) - stage.theirs.ids.keys())
        for rule, _method, _kind in routes(stage.app)
        if not is_known(stage, rule)
    }
    assert unknown == {}, (
        "make these objects in tests/worlds.py (or name them in VALUES, where they are none)"
    )
    assert set(PERSONAS) == set(stage.personas)


def test_what_is_theirs_is_marked_and_answers_to_its_own_people(stage: Stage, sign_in: SignIn) -> None:
    """Without this the other tests could pass on addresses that lead nowhere."""
    client = stage.app.test_client()
    sign_in(client, stage.theirs.people["coordinator"])
    ids = stage.theirs.ids
    for path in (
        f"/brister/{ids['number']}",
        f"/platser/{ids['slug']}",
        f"/vandringar/{ids['walk_id']}",
        f"/organisationer/{ids['organisation_id']}",
        f"/brister/{ids['number']}/foton/{ids['photo_id']}/400.jpg",
        "/brister",
        f"/api/v1/sites/{ids['slug']}/bundle",
        f"/agare/{stage.theirs.link}",
        f"/agare/{stage.theirs.link}/brister.csv",
        f"/agare/{stage.theirs.contractor}/brister/{ids['number']}",
        f"/openrosa/t/{create_token(email_of(stage.theirs.people['field']))}/forms/{ids['form_id']}.xml",
    ):
        answer = client.get(path)
        assert (answer.status_code, MARK in answer.data.decode(errors="ignore").lower()) == (200, True), path


@pytest.mark.parametrize("name", PERSONAS)
def test_no_route_lets_a_persona_reach_another_world(stage: Stage, name: str) -> None:
    persona, before = stage.personas[name], print_of(stage.theirs)
    whose = dict.fromkeys(stage.theirs.ids, stage.theirs)
    for rule, method, kind in routes(stage.app):
        if not is_known(stage, rule):
            continue
        where = address(stage, rule, method, persona, whose)
        answer = persona.ask(method, where)
        what = f"{name}: {method} {where}"
        if is_readable_register(rule, name) or rule.endpoint == "organisations.list_organisations":
            assert method == "GET" or denied(answer) or rule.endpoint in SENDS, what
            continue
        if rule.endpoint.startswith(ASKS_EVERYBODY):
            assert answer.status_code < 500, what
            continue
        assert_tells_nothing(answer, what)
        if objects_of(rule) and kind != "public":
            assert denied(answer), f"{what}: {answer.status_code}"
    assert print_of(stage.theirs) == before, name


KEYS = (
    *("site", "owner", "organisation", "organisation_id", "responsible", "responsible_id", "walk", "walk_id"),
    *(
        "plats",
        "vandring",
        "finding",
        "finding_id",
        "number",
        "numbers",
        "duplicate_of",
        "photo",
        "link_id",
        "efter",
    ),
    *(
        "role",
        "user",
        "status",
        "to",
        "q",
        "words",
        "version",
        "next",
        "category",
        "email",
        "choice",
        "audience",
    ),
)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_mixture_of_own_and_others_objects_reaches_another_world(
    stage: Stage, data: st.DataObject
) -> None:
    """Own finding with another's photo, own walk with another's finding, another's id in a form or a filter."""
    name = data.draw(st.sampled_from(PERSONAS))
    persona = stage.personas[name]
    rule, method, kind = data.draw(
        st.sampled_from([one for one in routes(stage.app) if is_known(stage, one[0])])
    )
    objects = sorted(objects_of(rule))
    whose = {one: data.draw(st.sampled_from([stage.ours, stage.theirs]), label=one) for one in objects}
    others = st.sampled_from(
        [*map(str, stage.theirs.ids.values()), "", "planned", "1", stage.theirs.link[:-1]]
    )
    given_values = data.draw(st.dictionaries(st.sampled_from(KEYS), others, max_size=5))
    where = address(stage, rule, method, persona, whose)
    before = print_of(stage.theirs)
    if method in {"GET", "HEAD"}:
        answer = persona.ask(method, where, query_string=given_values)
    else:
        answer = persona.ask(method, where, data=given_values)
    what = f"{name}: {method} {where} {given_values}"
    open_to_all = rule.endpoint.startswith(ASKS_EVERYBODY)
    if not (
        open_to_all or is_readable_register(rule, name) or rule.endpoint == "organisations.list_organisations"
    ):
        assert_tells_nothing(answer, what)
        if any(world is stage.theirs for world in whose.values()) and kind != "public":
            assert denied(answer), f"{what}: {answer.status_code}"
    assert print_of(stage.theirs) == before, what
    session().rollback()


@pytest.mark.parametrize("name", ["field", "coordinator", "admin of a site", "analyst", "owner"])
def test_no_operation_and_no_upload_of_a_phone_reaches_another_world(stage: Stage, name: str) -> None:
    ids, who, before = stage.theirs.ids, stage.ours.people[name], print_of(stage.theirs)
    phone = Phone(stage.app.test_client(), who)
    walk, finding = {"walk_id": str(ids["walk_id"])}, ids["finding_id"]
    sent = [
        operation("walk.start", ids["walk_id"], {"site": ids["slug"]}),
        operation("walk.start", uuid4(), {"site": ids["slug"]}),
        operation("walk.update", ids["walk_id"], {"note": "x"}, base_version=1),
        operation("walk.finish", ids["walk_id"], {}, base_version=1),
        report(ids["walk_id"]),
        report(stage.ours.ids["walk_id"], finding),
        edit(finding, 1, title="x"),
        operation("finding.withdraw", finding, {}, base_version=1),
        operation("finding.recheck", finding, {**walk, "result": "fixed"}),
        operation("finding.recheck", finding, {"walk_id": str(stage.ours.ids["walk_id"]), "result": "fixed"}),
    ]
    for one in sent:
        answer = phone.post({"device_id": phone.device_id, "sent_at": one["at"], "operations": [one]})
        assert_tells_nothing(answer, f"{name}: {one['type']}")
        (result,) = answer.json["results"] if answer.json else [{}]
        assert result["outcome"] in {"forbidden", "rejected"}, f"{name}: {one['type']}: {result}"
        assert not result.get("current"), one["type"]
    received = tus.Phone(stage.app.test_client(), who).create(finding, tus.jpeg())
    assert_tells_nothing(received, f"{name}: upload")
    assert denied(received), received.status_code
    assert print_of(stage.theirs) == before, name
