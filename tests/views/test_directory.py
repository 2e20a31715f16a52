"""Signing in by the organisation's directory, against a real provider in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
from apiflask import APIFlask
from flask.testing import FlaskClient
from requests.adapters import HTTPAdapter
from sqlalchemy import func, select
from urllib3.util import Retry
from werkzeug.test import TestResponse

from app.db import change, session
from app.models.accounts import Identity, Role, User
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import directory
from app.services.directory import read_claims
from app.services.roles import RoleScope
from config import Settings, settings, use_settings
from tests.builders import email_of
from tests.views.pages import page
from tools.serving import free_port

SignIn = Callable[[FlaskClient, Actor], None]


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "oidc-provider-mock"),
        "-p",
        str(port),
        "-n",
        "true",
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    with requests.Session() as patient:
        patient.mount(url, HTTPAdapter(max_retries=Retry(connect=20, backoff_factor=0.05, backoff_max=1)))
        patient.get(f"{url}/jwks", timeout=5)
    yield url
    running.terminate()
    running.wait(timeout=10)


@pytest.fixture
def connected(app: APIFlask, provider: str) -> None:
    more = {"oidc_issuer": provider, "oidc_client_id": "platskollen", "oidc_client_secret": "s"}
    use_settings(Settings(**{**settings().model_dump(), **more}))


def prove(client: FlaskClient, provider: str, subject: str, **claims: Any) -> str:
    """Go to the directory and be proved there; where the browser is sent back to."""
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()
    sent = client.get("/logga-in/katalog?next=/konto")
    assert sent.status_code == 302
    back = requests.post(sent.location, data={"sub": subject}, allow_redirects=False, timeout=5)
    return back.headers["Location"].removeprefix("http://localhost")


def enter(client: FlaskClient, provider: str, subject: str, **claims: Any) -> TestResponse:
    return client.get(prove(client, provider, subject, **claims))


def person(email: str) -> User | None:
    session().rollback()
    return session().scalar(select(User).where(User.email == email))


def roles(email: str) -> set[RoleScope]:
    found = person(email)
    return {RoleScope.of(held) for held in found.memberships} if found else set()


@pytest.mark.usefixtures("connected")
class TestDirectory:
    def test_a_known_person_comes_in_by_a_verified_address(
        self, client: FlaskClient, provider: str, field: Actor
    ) -> None:
        email = email_of(field)
        answer = enter(client, provider, "f1", email=email.upper(), email_verified=True)
        assert answer.location == "/konto"
        assert email in page(client.get("/konto")).get_text()
        # The address may change there; the person stays the same.
        other = client.application.test_client()
        assert enter(other, provider, "f1", email="ny@example.se", email_verified=True).location == "/konto"
        assert email in page(other.get("/konto")).get_text()
        assert person("ny@example.se") is None

    @pytest.mark.parametrize("verified", [{}, {"email_verified": False}, {"email_verified": "true"}])
    def test_an_address_that_is_not_verified_proves_nobody(
        self, client: FlaskClient, provider: str, admin: Actor, verified: dict[str, object]
    ) -> None:
        email = email_of(admin)
        soup = page(enter(client, provider, uuid4().hex, email=email, **verified), 403)
        assert "not let in here yet" in soup.get_text()
        assert client.get("/konto").status_code == 302

    def test_an_address_given_to_somebody_new_is_not_the_old_person(
        self, client: FlaskClient, provider: str, admin: Actor
    ) -> None:
        email = email_of(admin)
        enter(client, provider, "first", email=email, email_verified=True)
        page(
            enter(client.application.test_client(), provider, "second", email=email, email_verified=True), 403
        )

    def test_somebody_new_needs_a_group_that_has_a_role(
        self, client: FlaskClient, provider: str, admin: Actor, site: Site
    ) -> None:
        said: dict[str, Any] = {"email": "ny@example.se", "email_verified": True, "name": "Ny"}
        page(enter(client, provider, "n1", **said, groups=["Annat"]), 403)
        assert person("ny@example.se") is None
        directory.map_group(admin, "Trygghet", RoleScope(Role.FIELD, site_id=site.id))
        assert enter(client, provider, "n1", **said, groups=["Annat", "Trygghet"]).location == "/konto"
        assert roles("ny@example.se") == {RoleScope(Role.FIELD, site_id=site.id)}

    def test_roles_follow_the_groups_and_leave_what_was_given_by_hand(
        self, client: FlaskClient, provider: str, admin: Actor, field: Actor
    ) -> None:
        email = email_of(field)
        directory.map_group(admin, "Samordning", RoleScope(Role.COORDINATOR))
        directory.map_group(admin, "Fält", RoleScope(Role.FIELD))
        said: dict[str, Any] = {"email": email, "email_verified": True}

        def after(*groups: str) -> set[RoleScope]:
            enter(client.application.test_client(), provider, "g1", **said, groups=list(groups))
            return roles(email)

        by_hand = RoleScope(Role.FIELD)
        assert after("Samordning", "Fält") == {by_hand, RoleScope(Role.COORDINATOR)}
        assert after("Fält") == {by_hand}
        assert after() == {by_hand}
        assert after("Samordning") == {by_hand, RoleScope(Role.COORDINATOR)}
        directory.unmap_group(admin, directory.list_group_roles(admin)[1].id)
        assert after("Samordning") == {by_hand}

    def test_who_is_shut_out_stays_out(
        self, client: FlaskClient, provider: str, admin: Actor, field: Actor
    ) -> None:
        directory.map_group(admin, "Fält", RoleScope(Role.FIELD))
        email = email_of(field)
        with change(SYSTEM, None) as leaving:
            leaving.session.get_one(User, field.user_id).active = False
        page(enter(client, provider, "o1", email=email, email_verified=True, groups=["Fält"]), 403)
        assert client.get("/konto").status_code == 302

    def test_the_answer_works_once_in_the_browser_that_asked(
        self, client: FlaskClient, provider: str, field: Actor
    ) -> None:
        back = prove(client, provider, "b1", email=email_of(field), email_verified=True)
        page(client.application.test_client().get(back), 502)
        page(client.get(back.replace("state=", "state=x")), 502)
        again = prove(client, provider, "b1", email=email_of(field), email_verified=True)
        assert client.get(again).location == "/konto"
        page(client.get(again), 502)

    def test_the_browser_is_sent_with_state_nonce_and_pkce(self, client: FlaskClient) -> None:
        asked = parse_qs(urlsplit(client.get("/logga-in/katalog").location).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == ["http://localhost/logga-in/katalog/svar"]
        assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))

    def test_turning_it_down_or_nonsense_leads_back_to_the_mail(self, client: FlaskClient) -> None:
        for query in ("error=access_denied", "", "code=x&state=y", "code=%00", "state=" + "x" * 5000):
            soup = page(client.get(f"/logga-in/katalog/svar?{query}"), 502)
            assert soup.select_one("main a.main") is not None

    def test_it_does_not_count_as_a_fresh_proof(
        self, client: FlaskClient, provider: str, admin: Actor
    ) -> None:
        enter(client, provider, "a1", email=email_of(admin), email_verified=True)
        assert client.get("/installningar/anvandare/ny").location.startswith("/bekrafta")

    def test_the_sign_in_page_offers_it(self, client: FlaskClient) -> None:
        assert page(client.get("/logga-in")).select_one("main a[href^='/logga-in/katalog']") is not None


def test_without_a_directory_there_is_no_way_to_it(client: FlaskClient) -> None:
    assert page(client.get("/logga-in")).select_one("main a[href^='/logga-in/katalog']") is None
    page(client.get("/logga-in/katalog"), 404)
    page(client.get("/logga-in/katalog/svar?code=x&state=y"), 404)


def test_a_directory_that_is_away_is_said(client: FlaskClient) -> None:
    more = {
        "oidc_issuer": f"http://localhost:{free_port()}",
        "oidc_client_id": "p",
        "oidc_client_secret": "s",
    }
    use_settings(Settings(**{**settings().model_dump(), **more}))
    page(client.get("/logga-in/katalog"), 502)


@pytest.mark.parametrize("groups", [None, 7, {"a": 1}, [1, None, ["x"]], "x" * 10])
def test_groups_of_any_shape_are_read(groups: object) -> None:
    said = {"iss": "i", "sub": "s", "email": "inte en adress", "email_verified": True, "g": groups}
    claims = read_claims(said, "g")
    assert claims.groups == (frozenset({groups}) if isinstance(groups, str) else frozenset())
    assert claims.email is None


def test_groups_are_mapped_on_the_page(
    client: FlaskClient, admin: Actor, site: Site, sign_in: SignIn
) -> None:
    sign_in(client, admin)
    home = "/installningar/grupper"
    page(client.get(home))
    page(client.post(home, data={"group": " ", "role": "field"}), 422)
    page(client.post(home, data={"group": "G", "role": "owner"}), 422)
    for _twice in range(2):
        client.post(home, data={"group": "G-<b>1", "role": "field", "site": str(site.id)})
    shown = page(client.get(home))
    rows = shown.select("#main .rows li")
    assert len(rows) == 1
    assert "G-<b>1" in rows[0].get_text()
    assert site.name in rows[0].get_text()
    assert rows[0].form is not None
    client.post(str(rows[0].form["action"]))
    assert page(client.get(home)).select("#main .rows li") == []


def test_only_administrators_map_groups(client: FlaskClient, coordinator: Actor, sign_in: SignIn) -> None:
    sign_in(client, coordinator)
    page(client.get("/installningar/grupper"), 403)
    page(client.post("/installningar/grupper", data={"group": "G", "role": "admin"}), 403)
    assert session().scalar(select(func.count()).select_from(Identity)) == 0
