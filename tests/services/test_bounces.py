"""Mail that comes back later: known by its address or by what it quotes, kept at the letter, shown at the contact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import jobs
from app.db import change, now, session
from app.models.accounts import Contact, Organisation
from app.models.findings import Finding, Status
from app.models.letters import Follower, Letter, LetterState, Reason
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services import followers, letters
from app.services.bounces import MOST_BYTES, Bounce, beginning_of, take_bounce
from app.services.notices import tell
from tests.builders import make_finding, make_organisation, make_walk
from tests.mail_server import Server, mail_server
from tests.views.pages import page

TUESDAY = datetime(2026, 6, 2, 10, tzinfo=UTC)
MAILBOX = "fel@bostad.example"
SAID = "smtp; 550 5.1.1 <fel@bostad.example>: Recipient address rejected: User unknown"


@pytest.fixture
def server(app: APIFlask) -> Iterator[Server]:
    with mail_server(bounce_address="returns@platskollen.example") as made:
        yield made


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    made = make_organisation("Bostadsbolag A")
    with change(SYSTEM, None):
        made.contacts = [Contact(function="Förvaltare", email="Fel@Bostad.example")]
    return made


@pytest.fixture
def letter(server: Server, site: Site, organisation: Organisation) -> Letter:
    finding = make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id)
    with change(SYSTEM, None) as telling:
        tell(telling, finding, Reason.SENT, "1")
    letters.gather(TUESDAY)
    jobs.run_due()
    return session().scalars(select(Letter)).one()


def report(
    *, to: str, action: str = "failed", said: str = SAID, quoted: str = "", headers: str = ""
) -> bytes:
    """A report as Postfix writes it."""
    kind, content = ("text/rfc822-headers", headers) if headers else ("message/rfc822", quoted)
    third = f"Content-Type: {kind}\n\n{content}\n"
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xyz"

--xyz
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--xyz
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue,  2 Jun 2026 12:00:00 +0200

Final-Recipient: rfc822; fel@bostad.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: {said}

--xyz
{third}
--xyz--
""".encode()


def state() -> tuple[LetterState, str]:
    session().rollback()
    letter = session().scalars(select(Letter)).one()
    return letter.state, letter.answer


def test_letter_is_sent_from_an_address_that_a_report_is_known_by(letter: Letter, server: Server) -> None:
    [sender] = server.senders
    assert sender == f"returns+{letter.id}@platskollen.example"
    assert take_bounce(report(to=sender)) is Bounce.RECORDED
    kept, answer = state()
    assert kept is LetterState.REFUSED
    assert answer.startswith("5.1.1 550 5.1.1 <fel@bostad.example>")


@pytest.mark.parametrize("whole", [True, False])
def test_report_to_the_sender_is_known_by_the_mail_that_it_quotes(
    letter: Letter, server: Server, whole: bool
) -> None:
    quoted = server.mails[0].as_string()
    heads = f"Received: by mx\nMessage-Id: {server.mails[0]['Message-ID']}\nSubject: x"
    data = report(to="platskollen@localhost", **({"quoted": quoted} if whole else {"headers": heads}))
    assert take_bounce(data) is Bounce.RECORDED
    assert state()[0] is LetterState.REFUSED


def test_delay_and_answers_of_people_change_nothing(letter: Letter, server: Server) -> None:
    away = EmailMessage()
    away["To"], away["Subject"] = server.senders[0], "Frånvarande"
    away["In-Reply-To"] = server.mails[0]["Message-ID"]
    away.set_content("Jag är åter på måndag.")
    assert take_bounce(report(to=server.senders[0], action="delayed")) is Bounce.DELAYED
    assert take_bounce(away.as_bytes()) is Bounce.NO_REPORT
    assert take_bounce(report(to=f"returns+{uuid4()}@platskollen.example")) is Bounce.UNKNOWN
    assert state()[0] is LetterState.SENT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00" * 1000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n",
        b'Content-Type: multipart/report; boundary="' + b"x" * 100_000 + b'"\n\n',
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 20_000,
        b"To: x\n" * 5000,
        b"Content-Type: message/rfc822\n\n" * 3000,
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 3000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n"
        b"Action: failed\n\n--x\nContent-Type: text/rfc822-headers; charset*=utf-8''x\n\n\xe5\n--x--",
    ],
)
def test_broken_and_endless_messages_are_no_reports(app: APIFlask, data: bytes) -> None:
    assert take_bounce(data) is Bounce.NO_REPORT


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_of_endless_parts_only_the_first_are_looked_at(end: bytes) -> None:
    data = b"Content-Type: multipart/report; boundary=x" + 2 * end + (b"--x" + 2 * end) * 200_000
    assert beginning_of(data).count(b"--x") < 2000
    assert len(beginning_of(b"a=b;" * MOST_BYTES)) <= MOST_BYTES / 8


def test_what_is_sent_back_whole_is_read_so_far_as_it_needs(letter: Letter, server: Server) -> None:
    quoted = server.mails[0].as_string() + "x" * (3 * MOST_BYTES)
    assert take_bounce(report(to="platskollen@localhost", quoted=quoted)) is Bounce.RECORDED


def test_words_of_a_server_are_cut_and_on_one_line(letter: Letter, server: Server) -> None:
    take_bounce(report(to=server.senders[0], said="smtp; " + "<script>\n  " * 400))
    answer = state()[1]
    assert len(answer) <= 500
    assert "\n" not in answer


def test_follower_who_cannot_be_reached_is_forgotten(server: Server, site: Site, coordinator: Actor) -> None:
    finding: Finding = make_finding(make_walk(site))
    followers.add(coordinator, finding.number, "fel@bostad.example", "bad om det")
    jobs.run_due()
    assert take_bounce(report(to=server.senders[0])) is Bounce.RECORDED
    assert session().scalars(select(Follower)).all() == []


def test_coordinator_sees_it_at_the_letter_and_at_the_contact(
    client: FlaskClient,
    letter: Letter,
    server: Server,
    coordinator: Actor,
    sign_in: Callable[[FlaskClient, Actor], None],
) -> None:
    address = f"/organisationer/{letter.organisation_id}"
    take_bounce(report(to=server.senders[0]))
    sign_in(client, coordinator)
    assert "The last letter did not arrive: 5.1.1 550" in page(client.get(address)).text
    assert "User unknown" in page(client.get(f"{address}/lankar")).text
    with change(SYSTEM, None) as later:
        later.session.add(
            Letter(email=MAILBOX, day=TUESDAY.date().replace(day=9), state=LetterState.SENT, created_at=now())
        )
    assert "did not arrive" not in page(client.get(address)).text
