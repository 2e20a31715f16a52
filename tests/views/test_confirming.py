import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update

from app import jobs
from app.db import change, now
from app.models.accounts import SignInSession
from app.permissions import SYSTEM, Actor
from app.services import passkeys
from app.services.passkeys import Purpose
from tests.authenticators import Authenticator
from tests.views.pages import page

SignIn = Callable[[FlaskClient, Actor], None]
ADD = "/konto/nycklar/ny"


@pytest.fixture
def late(client: FlaskClient, field: Actor, sign_in: SignIn) -> FlaskClient:
    """Signed in, but not just now."""
    sign_in(client, field)
    with change(SYSTEM, None) as ageing:
        ageing.session.execute(update(SignInSession).values(confirmed_at=now() - timedelta(minutes=16)))
    return client


def fields(soup: BeautifulSoup, way: str = "send") -> dict[str, str]:
    """What the form with this button sends."""
    button = soup.select_one(f"button[name=confirm_way][value={way}]")
    assert button is not None
    form = button.find_parent("form")
    assert form is not None
    sent = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input")}
    return {**sent, "confirm_way": way}


def mailed(folder: Path) -> str:
    jobs.run_due()
    mails = sorted((folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    found = re.search(r"\b\d{6}\b", mails[-1].read_text().split("\n\n", 1)[1])
    assert found
    return found[0]


def test_a_page_asks_for_a_proof_and_goes_on(late: FlaskClient, tmp_path: Path) -> None:
    asked = late.get(ADD)
    assert asked.status_code == 302
    soup = page(late.get(asked.location))
    soup = page(late.post("/bekrafta", data=fields(soup)))
    label = soup.select_one("label[for=confirm_code]")
    assert label is not None
    assert label.get_text(strip=True) == "Code from the mail"
    answer = late.post("/bekrafta", data={**fields(soup, "code"), "confirm_code": mailed(tmp_path)})
    assert (answer.status_code, answer.location) == (303, ADD)
    page(late.get(ADD))


def test_a_form_that_came_too_late_is_kept_and_sent_again(late: FlaskClient, tmp_path: Path) -> None:
    soup = page(late.post(f"{ADD}?x=1", data={"name": "Min <telefon>", "answer": "no key"}), 403)
    soup = page(late.post("/bekrafta", data=fields(soup)))
    wrong = page(late.post("/bekrafta", data={**fields(soup, "code"), "confirm_code": "1"}), 422)
    answer = late.post("/bekrafta", data={**fields(wrong, "code"), "confirm_code": mailed(tmp_path)})
    assert (answer.status_code, answer.location) == (307, f"{ADD}?x=1")
    again = fields(wrong, "code")
    assert (again["name"], again["answer"]) == ("Min <telefon>", "no key")
    # The browser now sends the same form there; it is taken, and judged by its own rules.
    refused = page(late.post(answer.location, data=again), 403)
    assert "The passkey did not work" in refused.get_text()


def test_five_wrong_codes_end_the_right_one(late: FlaskClient, tmp_path: Path) -> None:
    soup = page(late.post("/bekrafta", data=fields(page(late.get("/bekrafta")))))
    code = mailed(tmp_path)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for guess in (*[wrong] * 5, code):
        page(late.post("/bekrafta", data={**fields(soup, "code"), "confirm_code": guess}), 422)
    assert late.get(ADD).status_code == 302


def test_a_code_is_good_in_the_session_that_asked(
    app: APIFlask, late: FlaskClient, field: Actor, sign_in: SignIn, tmp_path: Path
) -> None:
    late.post("/bekrafta", data=fields(page(late.get("/bekrafta"))))
    code = mailed(tmp_path)
    other = app.test_client()
    sign_in(other, field)
    assert other.post("/bekrafta", data={"confirm_way": "code", "confirm_code": code}).status_code == 422
    assert late.post("/logga-in/kod", data={"code": code}).status_code == 403
    assert late.post("/bekrafta", data={"confirm_way": "code", "confirm_code": code}).status_code == 303


def test_a_passkey_proves_it(late: FlaskClient, field: Actor) -> None:
    device = Authenticator()
    challenge = passkeys.new_challenge(Purpose.ADD)
    passkeys.add_key(field, "Nyckel", challenge, device.make(passkeys.options_for_adding(field, challenge)))
    assert page(late.get("/bekrafta")).select_one("form[data-passkey=get]") is not None
    answer = device.use(late.get("/bekrafta/nyckel").text)
    assert late.post("/bekrafta", data={"confirm_answer": answer, "confirm_target": ADD}).location == ADD
    page(late.get(ADD))
    page(late.post("/bekrafta", data={"confirm_answer": answer}), 422)  # once only


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_proof_never_leads_to_another_host(late: FlaskClient, tmp_path: Path, target: str) -> None:
    late.post("/bekrafta", data={"confirm_way": "send"})
    sent = {"confirm_way": "code", "confirm_code": mailed(tmp_path), "confirm_target": target}
    for repeats in ("", "1"):
        assert late.post("/bekrafta", data={**sent, "confirm_repeats": repeats}).location in {"/", None}


def test_signing_in_by_passkey_on_the_page(client: FlaskClient, app: APIFlask, field: Actor) -> None:
    device = Authenticator()
    challenge = passkeys.new_challenge(Purpose.ADD)
    passkeys.add_key(field, "Nyckel", challenge, device.make(passkeys.options_for_adding(field, challenge)))
    answer = device.use(client.get("/logga-in/nyckel/val").text)
    # A challenge belongs to the browser that asked for it.
    page(app.test_client().post("/logga-in/nyckel", data={"answer": answer}), 403)
    assert client.post("/logga-in/nyckel", data={"answer": answer, "next": "/konto"}).location == "/konto"
    assert "Nyckel" in page(client.get("/konto")).get_text()
