"""Letters: one a day to an address, by a real mail server; sent once, refused or seen to wait."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from app import jobs
from app.db import change, now, session
from app.i18n import today
from app.models.accounts import Organisation
from app.models.findings import Finding, Level, Severity, Status
from app.models.jobs import Job, JobState
from app.models.letters import Follower, Letter, LetterState, Notice, Reason
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM
from app.services import letters, owner_links
from app.services.notices import tell
from config import settings
from tests.builders import make_finding, make_organisation, make_walk
from tests.mail_server import Server, mail_server

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)
MAILBOX = "fel@bostad.example"


@pytest.fixture
def server(app: APIFlask) -> Iterator[Server]:
    with mail_server() as made:
        yield made


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email=MAILBOX)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def finding(walk: Walk, organisation: Organisation) -> Finding:
    return send(walk, organisation, title="Trasig lampa vid porten", due_on=today() + timedelta(days=9))


def send(walk: Walk, organisation: Organisation, **values: object) -> Finding:
    """A finding that was just sent to the organisation, and is to be told."""
    finding = make_finding(walk, **{"status": Status.SENT, "responsible_id": organisation.id, **values})
    say(finding, Reason.SENT)
    return finding


def say(finding: Finding, reason: Reason, about: str = "1") -> None:
    with change(SYSTEM, None) as running:
        tell(running, finding, reason, about)


def run(*kept: object) -> None:
    """Run the jobs that are due; what the test goes on using is read anew, as they end its session."""
    jobs.run_due()
    session().add_all(kept)


def follow(finding: Finding, email: str, language: str = "sv") -> None:
    with change(SYSTEM, None) as following:
        follower = Follower(finding_id=finding.id, email=email, language=language, confirmed_at=now())
        following.session.add(follower)


def the_letter() -> Letter:
    session().rollback()
    return session().scalars(select(Letter)).one()


def hurry() -> None:
    """Let the hours pass that a job waits before its next attempt."""
    with change(SYSTEM, None) as hurrying:
        hurrying.session.execute(update(Job).values(not_before=now() - timedelta(seconds=1)))


def waiting() -> int:
    return len(session().scalars(select(Notice).where(Notice.letter_id.is_(None))).all())


class TestGathering:
    def test_everything_that_waits_goes_in_one_letter_a_day(
        self, server: Server, walk: Walk, organisation: Organisation, finding: Finding
    ) -> None:
        other = send(walk, organisation)
        assert letters.gather(NOON) == 1
        run(walk, organisation, finding, other)
        later = send(walk, organisation)
        assert letters.gather(NOON + timedelta(hours=1)) == 0
        assert waiting() == 1
        assert letters.gather(NOON + timedelta(days=1)) == 1
        run(finding, other, later)

        first, second = (mail.get_content() for mail in server.mails)
        assert finding.number in first
        assert other.number in first
        assert later.number in second
        assert finding.number not in second

    def test_nobody_is_written_to_at_night(self, finding: Finding) -> None:
        hours = {
            hour: letters.gather(datetime(2026, 6, 1 + hour // 24, hour % 24, tzinfo=UTC))
            for hour in (18, 23, 24 + 4)  # 20.00, 01.00 and 06.00 in Stockholm
        }
        assert set(hours.values()) == {0}
        assert letters.gather(datetime(2026, 6, 2, 5, tzinfo=UTC)) == 1  # 07.00

    def test_acute_finding_goes_at_night_and_after_the_letter_of_the_day(
        self, server: Server, walk: Walk, organisation: Organisation, finding: Finding
    ) -> None:
        letters.gather(NOON)
        acute = [send(walk, organisation, severity=Severity.ACUTE)]
        assert letters.gather(NIGHT) == 1
        acute.append(send(walk, organisation, severity=Severity.ACUTE))
        assert letters.gather(NIGHT) == 1
        run(*acute)

        days = session().scalars(select(Letter.day).order_by(Letter.day)).all()
        assert [(day - NOON.date()).days for day in days] == [0, 1, 2]
        assert all(
            any(one.number in mail.get_content() and "Akut" in mail["Subject"] for mail in server.mails)
            for one in acute
        )

    def test_what_no_longer_stands_makes_no_letter(self, finding: Finding) -> None:
        with change(SYSTEM, None):
            finding.status = Status.REPORTED_FIXED
        assert letters.gather(NOON) == 0
        assert waiting() == 0

    def test_gathering_twice_makes_one_letter(self, finding: Finding) -> None:
        assert [letters.gather(NOON) for _ in range(2)] == [1, 0]
        assert len(session().scalars(select(Job)).all()) == 1


class TestWords:
    def test_organisation_reads_what_to_do_and_its_link_opens(
        self, server: Server, finding: Finding, organisation: Organisation
    ) -> None:
        letters.gather(NOON)
        run(finding, organisation)

        [mail] = server.mails
        words = mail.get_content()
        assert mail["Subject"] == "Bostadsbolag A: 1 brist att titta på"
        assert f"{finding.number} Trasig lampa vid porten, Kista centrum" in words
        found = re.search(r"^http\S+/agare/(\S+)$", words, re.MULTILINE)
        assert found is not None
        assert owner_links.find_link(found[1]).organisation_id == organisation.id
        assert str(the_letter().id) in mail["Message-ID"]

    def test_finding_with_several_reasons_is_named_once_under_the_most_pressing(
        self, server: Server, finding: Finding
    ) -> None:
        say(finding, Reason.OVERDUE, "2026-05-01+1")
        say(finding, Reason.DUE, "2026-05-01")
        letters.gather(NOON)
        run(finding)
        assert server.mails[0].get_content().count(finding.number) == 1

    def test_address_of_two_organisations_gets_one_letter_with_a_link_for_each(
        self, server: Server, walk: Walk, organisation: Organisation, finding: Finding
    ) -> None:
        other = send(walk, make_organisation("Bostadsbolag B", email=MAILBOX.upper()))
        letters.gather(NOON)
        run(finding, other)

        [mail] = server.mails
        tokens = re.findall(r"^http\S+/agare/(\S+)$", mail.get_content(), re.MULTILINE)
        assert [owner_links.find_link(token).organisation for token in tokens] == [
            "Bostadsbolag A",
            "Bostadsbolag B",
        ]
        assert finding.number in mail.get_content()
        assert other.number in mail.get_content()

    def test_hundreds_of_findings_are_counted_beyond_some(
        self, server: Server, walk: Walk, organisation: Organisation
    ) -> None:
        for _ in range(45):
            send(walk, organisation)
        letters.gather(NOON)
        jobs.run_due()
        words = server.mails[0].get_content()
        assert words.count("\n- TEST-") == 40
        assert "och 5 till" in words

    @pytest.mark.parametrize(("language", "word"), [("sv", "Planerat"), ("en", "A remedy is planned")])
    def test_follower_reads_the_public_word_only_in_the_language_they_chose(
        self, server: Server, walk: Walk, organisation: Organisation, language: str, word: str
    ) -> None:
        finding = make_finding(
            walk,
            status=Status.PLANNED,
            title="XMARKX",
            description="XMARKX",
            place_words="XMARKX",
            work_order="XMARKX",
            responsible_id=organisation.id,
        )
        follow(finding, "granne@example.se", language)
        say(finding, Reason.PLANNED)
        letters.gather(NOON)
        jobs.run_due()

        [mail] = server.mails
        assert f": {word}\n" in mail.get_content()
        assert "XMARKX" not in f"{mail['Subject']} {mail.get_content()}"
        assert "/agare/" not in mail.get_content()

    @pytest.mark.parametrize("hidden", [{"hate": True}, {"level": Level.PROTECTED}])
    def test_follower_never_hears_of_what_was_hidden_since(
        self, server: Server, walk: Walk, hidden: dict[str, object]
    ) -> None:
        finding = make_finding(walk, status=Status.PLANNED)
        follow(finding, "granne@example.se")
        say(finding, Reason.PLANNED)
        letters.gather(NOON)
        with change(SYSTEM, None):
            for name, value in hidden.items():
                setattr(finding, name, value)
        jobs.run_due()

        assert server.mails == []
        assert session().scalars(select(Letter)).all() == []

    def test_words_of_a_title_make_no_line_of_their_own(
        self, server: Server, walk: Walk, organisation: Organisation
    ) -> None:
        with change(SYSTEM, None):
            organisation.name = "Bolag\r\nBcc: alla@example.se"
        send(walk, organisation, title="Lampa\r\n\r\nhttp://ond.example")
        letters.gather(NOON)
        jobs.run_due()
        [mail] = server.mails
        assert mail["Bcc"] is None
        assert not re.search(r"^http://ond", mail.get_content(), re.MULTILINE)


class TestDelivery:
    def test_worker_thread_mails_in_swedish(self, app: APIFlask, server: Server, finding: Finding) -> None:
        queue = jobs.open_queue(settings(), app.app_context)
        letters.gather(NOON)

        def work() -> None:
            task = queue.dequeue()
            assert task is not None
            queue.execute(task)
            queue.storage.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        queue.storage.close()

        assert the_letter().state is LetterState.SENT
        assert "Nytt att svara på" in server.mails[0].get_content()

    def test_letter_is_sent_once_however_often_its_job_runs(self, server: Server, finding: Finding) -> None:
        letters.gather(NOON)
        jobs.run_due()
        letters.mail_letter(str(the_letter().id))
        assert len(server.mails) == 1
        assert the_letter().state is LetterState.SENT
        assert the_letter().sent_at is not None

    @pytest.mark.parametrize("command", ["RCPT", "DATA"])
    def test_refusal_for_good_is_kept_in_the_servers_words_and_out_of_the_log(
        self, server: Server, finding: Finding, command: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.says[command] = f"550 5.1.1 <{MAILBOX}> No such mailbox here"
        letters.gather(NOON)
        jobs.run_due()

        letter = the_letter()
        assert letter.state is LetterState.REFUSED
        assert letter.answer == f"550 5.1.1 <{MAILBOX}> No such mailbox here"
        assert session().scalars(select(Job.state)).all() == [JobState.DONE]
        assert MAILBOX not in caplog.text
        assert "bostad" not in caplog.text

    @pytest.mark.parametrize("command", ["RCPT", "DATA"])
    def test_letter_waits_when_the_server_asks_to_and_goes_later(
        self, server: Server, finding: Finding, command: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.says[command] = f"450 4.2.0 <{MAILBOX}> greylisted"
        letters.gather(NOON)
        jobs.run_due()
        assert the_letter().state is LetterState.WAITING
        assert MAILBOX not in caplog.text
        server.says.clear()
        hurry()
        jobs.run_due()
        assert the_letter().state is LetterState.SENT
        assert len(server.mails) == 1

    def test_server_that_is_down_for_hours_loses_nothing(self, server: Server, finding: Finding) -> None:
        server.stop()
        letters.gather(NOON)
        for _ in range(jobs.MOST_ATTEMPTS):
            jobs.run_due()
            hurry()
        [job] = session().scalars(select(Job))
        assert (job.state, job.last_error) == (JobState.FAILED, "ConnectionRefusedError")
        server.start()

        assert letters.retry() == 1
        assert letters.retry() == 0
        jobs.run_due()

        assert the_letter().state is LetterState.SENT
        assert [str(the_letter().id) in mail["Message-ID"] for mail in server.mails] == [True]

    def test_letter_sent_again_is_known_by_its_id_and_carries_the_same_link(
        self, server: Server, finding: Finding
    ) -> None:
        letters.gather(NOON)
        jobs.run_due()
        with change(SYSTEM, None):  # as when the worker dies between the server's yes and our note of it
            the_letter_row = session().scalars(select(Letter)).one()
            the_letter_row.state = LetterState.WAITING
        letters.mail_letter(str(the_letter().id))

        first, again = server.mails
        assert first["Message-ID"] == again["Message-ID"]
        assert first.get_content() == again.get_content()
