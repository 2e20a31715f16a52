import email
import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import jobs
from app.db import change, close_session, session
from app.models.accounts import SignInLink
from app.models.jobs import Job, JobState
from app.permissions import SYSTEM, Actor
from app.services.sign_in import print_link
from app.views.limits import limiter
from config import Settings, settings, use_settings
from tests.builders import email_of
from tests.views.pages import page


class Catcher:
    """Keeps the mails that a real SMTP server received."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail in; the name is aiosmtpd's."""
        message = email.message_from_bytes(envelope.original_content or b"")
        payload = message.get_payload(decode=True)
        assert isinstance(payload, bytes)
        self.mails.append(payload.decode())
        return "250 OK"


@pytest.fixture
def catcher(app: APIFlask, tmp_path: Path) -> Iterator[Catcher]:
    caught = Catcher()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(caught, hostname="127.0.0.1", port=port)
    server.start()
    use_settings(Settings(**{**settings().model_dump(), "smtp_url": f"smtp://127.0.0.1:{port}"}))
    yield caught
    server.stop()


def asked(client: FlaskClient, actor: Actor, catcher: Catcher) -> str:
    address = email_of(actor)
    close_session()
    answer = client.post("/logga-in", data={"email": address.upper()})
    assert answer.location == "/logga-in/kod"
    jobs.run_due()
    return catcher.mails[-1]


def test_mailed_link_signs_in_when_the_button_is_pressed(
    client: FlaskClient, coordinator: Actor, catcher: Catcher
) -> None:
    mail = asked(client, coordinator, catcher)
    link = re.search(r"http://localhost(/logga-in/\S+)", mail)
    assert link
    for _scanner in range(3):  # opening consumes nothing
        page(client.get(link[1]))
    assert client.get("/vandringar").status_code == 302
    assert client.post(link[1]).status_code == 302
    page(client.get("/vandringar"))
    assert client.post(link[1]).status_code == 403  # once only


def test_code_works_only_in_the_browser_that_asked(
    app: APIFlask, client: FlaskClient, coordinator: Actor, catcher: Catcher
) -> None:
    code = re.search(r"\b\d{6}\b", asked(client, coordinator, catcher))
    assert code
    stranger = app.test_client()
    assert stranger.post("/logga-in/kod", data={"code": code[0]}).status_code == 403
    assert client.post("/logga-in/kod", data={"code": code[0]}).status_code == 302
    page(client.get("/vandringar"))


def test_five_wrong_codes_end_the_right_one(
    client: FlaskClient, coordinator: Actor, catcher: Catcher
) -> None:
    code = re.search(r"\b\d{6}\b", asked(client, coordinator, catcher))
    assert code
    wrong = f"{(int(code[0]) + 1) % 10**6:06d}"
    for _guess in range(5):
        assert client.post("/logga-in/kod", data={"code": wrong}).status_code == 403
    assert client.post("/logga-in/kod", data={"code": code[0]}).status_code == 403


def test_unknown_address_gets_the_same_answer_and_no_mail(client: FlaskClient, catcher: Catcher) -> None:
    answer = client.post("/logga-in", data={"email": "nobody@example.se"})
    assert answer.location == "/logga-in/kod"
    # The same work too: how long the answer takes tells nothing of whether the address is known.
    assert jobs.run_due() == 1
    assert [(job.state, job.last_error) for job in session().query(Job)] == [(JobState.DONE, "")]
    assert catcher.mails == []


def hours_pass(hours: float) -> None:
    with change(SYSTEM, None) as passing:
        for link in passing.session.scalars(select(SignInLink)):
            link.created_at -= timedelta(hours=hours)


def test_an_address_is_mailed_only_so_often_and_the_answer_is_the_same(
    app: APIFlask, coordinator: Actor, catcher: Catcher
) -> None:
    def answer_to(address: str) -> tuple[int, str | None, bytes]:
        browser = app.test_client()
        answer = browser.post("/logga-in", data={"email": address})
        assert jobs.run_due() == 1
        return answer.status_code, answer.location, answer.data

    known = email_of(coordinator)
    print_link(known)  # an operator's own, which is not mailed
    close_session()
    first = answer_to(known)
    for _time in range(4):
        answer_to(known.upper())
    assert len(catcher.mails) == 5
    assert answer_to(known) == first == answer_to("nobody@example.se")
    assert len(catcher.mails) == 5
    for mails in (10, 15, 20, 20):
        hours_pass(1.1)
        limiter.reset()
        for _time in range(6):
            assert answer_to(known) == first
        assert len(catcher.mails) == mails
    hours_pass(24)
    answer_to(known)
    assert len(catcher.mails) == 21


def test_the_code_of_the_last_mail_works_when_no_more_are_sent(
    client: FlaskClient, coordinator: Actor, catcher: Catcher
) -> None:
    mails = [asked(client, coordinator, catcher) for _time in range(6)]
    assert mails[5] == mails[4]
    code = re.search(r"\b\d{6}\b", mails[4])
    assert code
    assert client.post("/logga-in/kod", data={"code": code[0]}).status_code == 302


@pytest.mark.parametrize(
    ("neighbours", "stranger"),
    [
        ("2001:db8:1:2::{n:x}", "2001:db8:1:3::1"),
        ("2001:db8:1:2:{n:x}::", "2001:db8:2:2::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("192.0.2.1", "192.0.2.2"),
    ],
)
def test_all_addresses_of_one_line_count_as_one_caller(
    client: FlaskClient, neighbours: str, stranger: str
) -> None:
    def ask(address: str) -> int:
        given = {"email": "nobody@example.se"}
        return client.post("/logga-in", data=given, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert {ask(neighbours.format(n=n)) for n in range(1, 21)} == {302}
    assert ask(neighbours.format(n=21)) == 429
    assert ask(stranger) == 302


def test_only_hashes_of_the_secrets_are_stored(
    client: FlaskClient, coordinator: Actor, catcher: Catcher
) -> None:
    mail = asked(client, coordinator, catcher)
    stored = session().query(SignInLink).one()
    for secret in re.findall(r"\S{6,}", mail):
        assert secret not in (stored.nonce_hash, stored.code_hash)


@pytest.mark.parametrize("position", [0, 10, -2])
def test_altered_link_is_refused_with_a_way_on(
    client: FlaskClient, coordinator: Actor, position: int
) -> None:
    token = print_link(email_of(coordinator)).rsplit("/", 1)[1]
    altered = list(token)
    altered[position] = "A" if altered[position] != "A" else "B"
    soup = page(client.get(f"/logga-in/{''.join(altered)}"), 403)
    assert soup.find("a", href="/logga-in", class_="main")


def test_the_same_person_signed_in_again_can_save_a_page_from_before(
    client: FlaskClient, coordinator: Actor, field: Actor
) -> None:
    def enter(actor: Actor) -> None:
        client.post(print_link(email_of(actor)).removeprefix("http://localhost"))

    enter(coordinator)
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "of the page from before"
    enter(coordinator)
    with client.session_transaction() as cookie:
        assert cookie["csrf_token"] == "of the page from before"
    enter(field)
    with client.session_transaction() as cookie:
        assert "csrf_token" not in cookie


def test_signing_out_ends_the_session_on_the_server(
    client: FlaskClient, coordinator: Actor, sign_in: Callable[[FlaskClient, Actor], None]
) -> None:
    sign_in(client, coordinator)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    client.post("/logga-in/ut")
    with client.session_transaction() as cookie:
        cookie.update(kept)  # somebody who copied the cookie
    assert client.get("/vandringar").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/[evil",
        "/\n/evil.example",
        "/" + "x" * 5000,
    ],
)
def test_sign_in_never_leads_to_another_host(client: FlaskClient, coordinator: Actor, target: str) -> None:
    link = print_link(email_of(coordinator)).removeprefix("http://localhost")
    with client.session_transaction() as cookie:
        cookie["next"] = target
    assert client.post(link).location == "/"
