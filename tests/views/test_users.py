from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.db import change, now, session
from app.models.accounts import Organisation, Role, SignInSession, User
from app.permissions import SYSTEM, Actor
from app.services.accounts import actor_of
from app.services.roles import RoleScope
from tests.builders import make_user
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
HOME = "/installningar/anvandare"


@pytest.fixture
def at_work(client: FlaskClient, admin: Actor, sign_in: SignIn) -> FlaskClient:
    sign_in(client, admin)
    return client


def user(email: str) -> User:
    session().rollback()
    return session().scalars(select(User).where(User.email == email)).one()


def test_somebody_is_found_added_and_shown(at_work: FlaskClient, organisation: Organisation) -> None:
    page(at_work.get(f"{HOME}/ny"))
    answer = at_work.post(
        f"{HOME}/ny",
        data={
            "name": "Åsa",
            "email": "asa@example.se",
            "role": "owner",
            "organisation": str(organisation.id),
        },
    )
    assert answer.status_code == 302
    shown = page(at_work.get(answer.location))
    assert "Bostadsbolag A" in shown.select("#main .rows")[0].get_text()
    assert "asa@example.se" in page(at_work.get(f"{HOME}?q=ÅSA".replace("ÅSA", "asa"))).get_text()
    assert page(at_work.get(f"{HOME}?q=finns-inte")).select_one(".empty") is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "owner"},
        {"role": "king"},
        {"role": "field", "site": str(uuid4())},
        {"role": "field", "site": "'"},
        {"role": ""},
        {"role": "field", "email": "inte en adress"},
        {"role": "field", "name": " "},
        {"role": "field", "name": "x" * 5000},
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(at_work: FlaskClient, wrong: dict[str, str]) -> None:
    data = {"name": "Åsa", "email": "asa@example.se", **wrong}
    shown = page(at_work.post(f"{HOME}/ny", data=data), 422)
    assert shown.select_one("[data-error-summary]") is not None
    assert shown.select_one("#email")["value"] == data["email"]  # type: ignore[index]


def test_the_last_administrator_is_told_why_he_stays(at_work: FlaskClient, admin: Actor) -> None:
    at_work.post(f"{HOME}/{admin.user_id}/stang-av")
    assert "last administrator" in page(at_work.get(f"{HOME}/{admin.user_id}")).get_text()


def test_every_step_works_on_the_page(at_work: FlaskClient, field: Actor) -> None:
    home = f"{HOME}/{field.user_id}"
    at_work.post(f"{home}/roller", data={"role": "analyst"})
    forms = [str(form["action"]) for form in page(at_work.get(home)).select("#main form")]
    for action in sorted(one for one in forms if "/ta-bort" in one):
        assert at_work.post(action).status_code == 302
    for step in ("logga-ut", "nycklar/avsluta", "bjud-in", "stang-av"):
        assert at_work.post(f"{home}/{step}").location == home
    session().rollback()
    left = session().get_one(User, field.user_id)
    assert (left.active, [RoleScope.of(held) for held in left.memberships]) == (False, [])
    at_work.post(f"{home}/slapp-in")
    session().rollback()
    assert session().get_one(User, field.user_id).active


def test_a_person_who_is_not_there_is_not_found(at_work: FlaskClient) -> None:
    page(at_work.get(f"{HOME}/{uuid4()}"), 404)
    page(at_work.post(f"{HOME}/{uuid4()}/stang-av"), 404)


def test_nobody_but_administrators_gets_in(
    app: APIFlask, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor, sign_in: SignIn
) -> None:
    for who in (coordinator, field, owner, analyst):
        client = app.test_client()
        sign_in(client, who)
        for address in ("", "/ny", "/roller", f"/{field.user_id}"):
            page(client.get(HOME + address), 403)
        page(client.post(f"{HOME}/{field.user_id}/stang-av"), 403)
        assert ("Users" in client.get("/installningar").text) is False


def test_whatever_changes_access_needs_a_fresh_proof(app: APIFlask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"users", "group_roles", "checklists"}
        and "POST" in (rule.methods or ())
        and not getattr(app.view_functions[rule.endpoint], "confirmed", False)
    ]
    assert silent == []


def test_a_session_left_open_gives_no_roles(at_work: FlaskClient, field: Actor) -> None:
    with change(SYSTEM, None) as ageing:
        ageing.session.execute(update(SignInSession).values(confirmed_at=now() - timedelta(minutes=16)))
    shown = page(at_work.post(f"{HOME}/{field.user_id}/roller", data={"role": "admin"}), 403)
    assert shown.select_one("input[name=role][value=admin]") is not None
    session().rollback()
    assert [g.role for g in actor_of(session().get_one(User, field.user_id)).grants] == [Role.FIELD]


def test_the_table_of_roles_says_what_the_code_says(at_work: FlaskClient) -> None:
    shown = page(at_work.get(f"{HOME}/roller"))
    by_role = {
        section.h2.get_text(): section.get_text() for section in shown.select("#main section") if section.h2
    }
    assert len(by_role) == len(Role)
    assert "Give roles and set up" in by_role["Administrator"]
    assert "Give roles and set up" not in by_role["Coordinator"]


def test_names_are_escaped(at_work: FlaskClient) -> None:
    made = make_user(Role.FIELD)
    with change(SYSTEM, None) as naming:
        naming.session.get_one(User, made.user_id).name = "<img src=x onerror=alert(1)>"
    for address in (HOME, f"{HOME}/{made.user_id}"):
        assert page(at_work.get(address)).select_one("#main img") is None
