from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.db import change, now
from app.errors import InvalidInputError
from app.models.accounts import User
from app.models.sites import Site
from app.models.walks import WalkState
from app.permissions import SYSTEM, Actor
from app.services.tokens import create_token, find_token, revoke_tokens
from tests.builders import email_of, make_site, make_walk

SignIn = Callable[[FlaskClient, Actor], None]


def bearer(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(email_of(actor))}"}


def test_token_acts_as_its_user(client: FlaskClient, field: Actor, site: Site) -> None:
    answer = client.get("/api/v1/me", headers=bearer(field))
    assert answer.status_code == 200
    assert answer.json is not None
    assert UUID(answer.json["user_id"]) == field.user_id
    assert answer.json["roles"] == ["field"]
    # With a point by which a phone finds the nearest site.
    kista = {"slug": "kista-centrum", "name": "Kista centrum", "centre": [17.9421, 59.4037]}
    assert answer.json["sites"] == [kista]


def test_token_opens_no_page(client: FlaskClient, field: Actor) -> None:
    assert client.get("/brister", headers=bearer(field)).status_code == 302


@pytest.mark.parametrize(
    "header",
    [
        "Bearer wrong",
        "Bearer ",
        "Bearer \udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
        "Basic YTpi",
        "",
    ],
)
def test_unknown_token_is_a_problem_with_401(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["type"] == "urn:platskollen:signed_out"


def test_wrong_token_is_not_mended_by_a_session(client: FlaskClient, field: Actor, sign_in: SignIn) -> None:
    sign_in(client, field)
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_revoked_token_ends(field: Actor) -> None:
    token = create_token(email_of(field))
    assert find_token(token) is not None
    assert revoke_tokens(email_of(field)) == 1
    assert find_token(token) is None


def test_token_of_somebody_who_left_ends(field: Actor) -> None:
    token = create_token(email_of(field))
    with change(SYSTEM, None) as leaving:
        leaving.session.get_one(User, field.user_id).active = False
    assert find_token(token) is None
    with pytest.raises(InvalidInputError):
        create_token("nobody@example.se")


def test_me_names_the_walks_of_now_and_nobody_elses(
    client: FlaskClient, field: Actor, outsider: Actor, site: Site
) -> None:
    ongoing = make_walk(site)
    soon = make_walk(site, state=WalkState.PLANNED, planned_at=now() + timedelta(days=1), started_at=None)
    make_walk(site, state=WalkState.PLANNED, planned_at=now() - timedelta(days=3), started_at=None)
    over = make_walk(site, state=WalkState.FINISHED, finished_at=now() - timedelta(days=1))
    make_walk(site, state=WalkState.FINISHED, finished_at=now() - timedelta(days=8))
    wanted = {str(ongoing.id), str(soon.id), str(over.id)}
    answer = client.get("/api/v1/me", headers=bearer(field))
    assert answer.json is not None
    assert {one["id"] for one in answer.json["walks"]} == wanted
    assert answer.json["walks"][-1]["state"] == "finished"
    items = {item["slug"]: item for one in answer.json["checklist"]["categories"] for item in one["items"]}
    assert [slug for slug, item in items.items() if item["acute"]] == ["oppet"]
    foreign = client.get("/api/v1/me", headers=bearer(outsider)).json
    assert foreign is not None
    assert foreign["walks"] == []


def test_me_is_not_sent_twice(client: FlaskClient, field: Actor) -> None:
    headers = bearer(field)
    tag = client.get("/api/v1/me", headers=headers).headers["ETag"]
    again = client.get("/api/v1/me", headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    make_site("husby-centrum")
    assert client.get("/api/v1/me", headers={**headers, "If-None-Match": tag}).status_code == 200
