"""Links for those without an account: what they open, when they end, and to whom new ones go."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apiflask import APIFlask
from sqlalchemy import select

from app import jobs
from app.db import change, now, session
from app.errors import ForbiddenError, InvalidInputError, NotFoundError, TooManyRequestsError
from app.models.accounts import Contact, Organisation, Role
from app.models.audit import AuditEvent
from app.models.findings import Finding, Level, Status
from app.models.jobs import Job
from app.models.owner_links import OwnerLink
from app.models.sites import Site
from app.models.walks import Walk
from app.permissions import SYSTEM, Actor, Permission
from app.services import owner_links, owner_renewals, passing_on
from app.services.findings import load_finding, seen_by
from app.services.needs import Given
from app.services.owner_links import EndedLinkError, UnknownLinkError
from app.services.remedies import move, steps_for
from config import Settings, settings, use_settings
from tests.builders import make_finding, make_organisation, make_user, make_walk
from tools.serving import free_port

pytestmark = pytest.mark.usefixtures("app")
MAILBOX = "fel@bostad.example"


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email=MAILBOX)


@pytest.fixture
def walk(site: Site) -> Walk:
    return make_walk(site)


@pytest.fixture
def finding(walk: Walk, organisation: Organisation) -> Finding:
    return make_finding(walk, status=Status.SENT, responsible_id=organisation.id)


class Mailing:
    """Keeps what a real SMTP server received."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def mails() -> list[EmailMessage]:
    folder: Path = settings().data_dir / "mail"
    files = sorted(folder.glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def token_for(organisation: Organisation, finding: Finding | None = None, email: str = MAILBOX) -> str:
    with change(SYSTEM, None) as making:
        link = owner_links.make_link(making, organisation.id, email, finding.id if finding else None)
    return owner_links.address_of(link).rsplit("/", 1)[1]


def link_of(token: str) -> OwnerLink:
    return owner_links.load_by_token(token)


def end(token: str, **values: object) -> None:
    with change(SYSTEM, None):
        for name, value in values.items():
            setattr(link_of(token), name, value)


class TestFinding:
    def test_link_opens_as_its_organisation(self, organisation: Organisation) -> None:
        token = token_for(organisation)

        holder = owner_links.find_link(token)

        assert (holder.organisation, holder.organisation_id) == ("Bostadsbolag A", organisation.id)
        assert holder.actor.user_id == link_of(token).id

    def test_only_the_hash_of_the_token_is_kept(self, organisation: Organisation) -> None:
        token = token_for(organisation)
        row = link_of(token)
        assert token not in {str(getattr(row, column.key)) for column in OwnerLink.__table__.columns}

    def test_any_altered_character_opens_nothing(self, organisation: Organisation) -> None:
        token = token_for(organisation)
        for place in range(len(token)):
            other = "A" if token[place] != "A" else "B"
            with pytest.raises(UnknownLinkError):
                owner_links.find_link(token[:place] + other + token[place + 1 :])
        for broken in (token[:-1], token + "A", "", "\ud800", "å" * 500):
            with pytest.raises(UnknownLinkError):
                owner_links.find_link(broken)

    def test_link_ends_after_thirty_days(self, organisation: Organisation) -> None:
        token = token_for(organisation)
        left = link_of(token).expires_at - now()
        assert timedelta(days=29, hours=23) < left <= timedelta(days=30)

        end(token, expires_at=now())

        with pytest.raises(EndedLinkError):
            owner_links.find_link(token)

    def test_old_link_stays_when_a_new_one_is_made(self, organisation: Organisation) -> None:
        first, second = token_for(organisation), token_for(organisation)
        assert first != second
        assert owner_links.find_link(first).organisation_id == owner_links.find_link(second).organisation_id

    def test_looking_writes_nothing_and_acting_is_noted(self, organisation: Organisation) -> None:
        token = token_for(organisation)
        owner_links.find_link(token)
        assert link_of(token).used_at is None

        owner_links.note_use(owner_links.find_link(token))

        assert link_of(token).used_at is not None


class TestReach:
    def test_organisation_sees_its_own_and_nothing_else(
        self, walk: Walk, organisation: Organisation, finding: Finding
    ) -> None:
        theirs = make_finding(walk, status=Status.SENT, responsible_id=make_organisation("B").id)
        hidden = make_finding(walk, status=Status.SENT, responsible_id=organisation.id, level=Level.PROTECTED)
        actor = owner_links.find_link(token_for(organisation)).actor

        assert load_finding(actor, finding.number).id == finding.id
        for other in (theirs, hidden):
            with pytest.raises(NotFoundError):
                load_finding(actor, other.number)

    def test_contractor_sees_the_one_finding_only(
        self, walk: Walk, organisation: Organisation, finding: Finding
    ) -> None:
        sister = make_finding(walk, status=Status.SENT, responsible_id=organisation.id)
        actor = owner_links.find_link(token_for(organisation, finding)).actor

        assert session().scalars(select(Finding.id).where(seen_by(actor))).all() == [finding.id]
        assert actor.may(Permission.ANSWER, finding)
        with pytest.raises(NotFoundError):
            load_finding(actor, sister.number)

    def test_contractor_may_not_speak_for_the_organisation(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        actor = owner_links.find_link(token_for(organisation, finding)).actor

        offered = {step.to for step in steps_for(actor, finding)}

        assert {Status.PLANNED, Status.REPORTED_FIXED} <= offered
        assert not offered & {Status.NOT_OURS, Status.DECLINED_PROPOSED}
        for step in (Status.NOT_OURS, Status.DECLINED_PROPOSED):
            with pytest.raises(ForbiddenError):
                move(actor, finding.number, step, Given(words="nej"))
        with pytest.raises(ForbiddenError):
            passing_on.pass_on(actor, finding.number, "annan@firma.example")

    def test_link_loses_a_finding_that_goes_to_somebody_else(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        whole = owner_links.find_link(token_for(organisation)).actor
        part = owner_links.find_link(token_for(organisation, finding)).actor
        with change(SYSTEM, None):
            finding.responsible_id = make_organisation("B").id
        for actor in (whole, part):
            with pytest.raises(NotFoundError):
                load_finding(actor, finding.number)

    def test_history_names_the_function(self, organisation: Organisation, finding: Finding) -> None:
        actor = owner_links.find_link(token_for(organisation)).actor
        move(actor, finding.number, Status.ACKNOWLEDGED)

        step = load_finding(actor, finding.number).history[-1]

        assert (step.actor_id, step.actor_role, step.organisation_id) == (
            actor.user_id,
            Role.OWNER,
            organisation.id,
        )


class TestMail:
    def test_link_is_mailed_once_and_opens(self, organisation: Organisation, finding: Finding) -> None:
        with change(SYSTEM, None) as sending:
            link_id = owner_links.send_link(sending, organisation.id, MAILBOX).id
        jobs.run_due()
        owner_links.mail_link(str(link_id))  # a repeat is the same mail

        [mail] = mails()

        address = next(line for line in mail.get_content().splitlines() if line.startswith("http"))
        assert mail["To"] == MAILBOX
        assert owner_links.find_link(address.rsplit("/", 1)[1]).link_id == link_id
        assert "1" in mail["Subject"]
        assert str(link_id) in mail["Message-ID"]
        assert all(address not in str(row.payload) for row in session().scalars(select(Job)))

    def test_name_on_two_lines_ends_no_heading(self, organisation: Organisation) -> None:
        with change(SYSTEM, None) as sending:
            sending.session.get_one(Organisation, organisation.id).name = "Bolag\r\nBcc: annan@example.se"
            owner_links.send_link(sending, organisation.id, MAILBOX)
        jobs.run_due()

        [mail] = mails()

        assert mail["Subject"].startswith("Bolag Bcc: annan@example.se")
        assert mail["Bcc"] is None

    def test_link_goes_by_smtp_and_waits_while_the_server_is_down(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        port = free_port()
        use_settings(Settings(**{**settings().model_dump(), "smtp_url": f"smtp://127.0.0.1:{port}"}))
        with change(SYSTEM, None) as sending:
            link = owner_links.send_link(sending, organisation.id, MAILBOX)
        address, key = owner_links.address_of(link), str(link.id)
        assert jobs.run_due() == 1
        assert session().scalars(select(Job.last_error)).one() == "ConnectionRefusedError"
        caught = Mailing()
        server = Controller(caught, hostname="127.0.0.1", port=port)
        server.start()
        try:
            owner_links.mail_link(key)  # as the next attempt does
        finally:
            server.stop()

        [envelope] = caught.envelopes

        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert envelope.rcpt_tos == [MAILBOX]
        assert address in mail.get_content()

    def test_contractor_is_mailed_a_link_for_one_finding(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        actor = owner_links.find_link(token_for(organisation)).actor
        number, site_name = finding.number, finding.site.name
        link = passing_on.pass_on(actor, number, "Lampor@Firma.example")
        assert (link.finding_id, link.passed_on_by) == (finding.id, actor.user_id)
        assert [one.id for one in passing_on.passed_on(actor, finding)] == [link.id]

        jobs.run_due()

        [mail] = mails()
        assert mail["To"] == "lampor@firma.example"
        assert number in mail["Subject"]
        assert f"{number} Belysning, {site_name}" in mail.get_content()
        assert session().scalar(select(AuditEvent.subject_id).where(AuditEvent.name == "finding.passed_on"))

    def test_what_is_over_is_passed_on_to_nobody(self, walk: Walk, organisation: Organisation) -> None:
        over = make_finding(walk, status=Status.CLOSED, responsible_id=organisation.id)
        actor = owner_links.find_link(token_for(organisation)).actor
        with pytest.raises(InvalidInputError):
            passing_on.pass_on(actor, over.number, "lampor@firma.example")

    def test_passing_on_is_limited(
        self, organisation: Organisation, finding: Finding, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passing_on, "MOST_A_DAY", 2)
        actor = owner_links.find_link(token_for(organisation)).actor
        for _ in range(2):
            passing_on.pass_on(actor, finding.number, "lampor@firma.example")
        with pytest.raises(TooManyRequestsError):
            passing_on.pass_on(actor, finding.number, "lampor@firma.example")


class TestEnding:
    def test_coordinator_revokes_and_mail_on_its_way_is_not_sent(
        self, organisation: Organisation, coordinator: Actor
    ) -> None:
        with change(SYSTEM, None) as sending:
            link = owner_links.send_link(sending, organisation.id, MAILBOX)
        token, ours = owner_links.address_of(link).rsplit("/", 1)[1], organisation.id
        owner_links.revoke_link(coordinator, link.id)
        jobs.run_due()

        with pytest.raises(EndedLinkError):
            owner_links.find_link(token)
        assert mails() == []
        assert owner_links.links_of(coordinator, ours) == []

    def test_organisation_revokes_what_it_passed_on_but_no_other(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        ours, other = token_for(organisation), token_for(organisation)
        contractor = token_for(organisation, finding, "lampor@firma.example")
        actor = owner_links.find_link(ours).actor

        owner_links.revoke_link(actor, link_of(contractor).id)

        with pytest.raises(EndedLinkError):
            owner_links.find_link(contractor)
        with pytest.raises(ForbiddenError):
            owner_links.revoke_link(actor, link_of(other).id)

    def test_coordinator_of_one_site_ends_no_link_that_serves_all(
        self, organisation: Organisation, site: Site
    ) -> None:
        token = token_for(organisation)
        with pytest.raises(ForbiddenError):
            owner_links.revoke_link(make_user(Role.COORDINATOR, site_id=site.id), link_of(token).id)
        assert owner_links.find_link(token)

    def test_contractor_revokes_nothing(self, organisation: Organisation, finding: Finding) -> None:
        contractor, colleague = (token_for(organisation, finding) for _ in range(2))
        with pytest.raises(ForbiddenError):
            owner_links.revoke_link(owner_links.find_link(contractor).actor, link_of(colleague).id)

    def test_coordinator_elsewhere_neither_sees_nor_ends_a_contractors_link(
        self, organisation: Organisation, finding: Finding, outsider: Actor
    ) -> None:
        token = token_for(organisation, finding)
        elsewhere = make_user(Role.COORDINATOR, site_id=outsider.grants[0].site_id)
        assert owner_links.links_of(elsewhere, organisation.id) == []
        with pytest.raises(NotFoundError):
            owner_links.revoke_link(elsewhere, link_of(token).id)


class TestAskingAnew:
    def ask_and_count(self, email: str) -> int:
        before = len(mails())
        owner_renewals.ask_for_link(email)
        jobs.run_due()
        return len(mails()) - before

    def test_registered_addresses_get_one_and_others_none(self, organisation: Organisation) -> None:
        with change(SYSTEM, None):
            organisation.contacts.append(Contact(function="Förvaltare", email="Drift@bostad.example"))
        assert self.ask_and_count(MAILBOX.upper()) == 1
        assert self.ask_and_count("drift@bostad.example") == 1
        assert self.ask_and_count("okand@bostad.example") == 0

    def test_asking_leaves_the_same_trace_for_known_and_unknown(self, organisation: Organisation) -> None:
        for email in (MAILBOX, "okand@bostad.example"):
            owner_renewals.ask_for_link(email)
        assert [row.kind for row in session().scalars(select(Job))] == ["owner_link.mail"] * 2

    def test_one_address_gets_only_so_many_a_day(self, organisation: Organisation) -> None:
        sent = [self.ask_and_count(MAILBOX) for _ in range(owner_renewals.MOST_A_DAY + 2)]
        assert sum(sent) == owner_renewals.MOST_A_DAY

    @pytest.mark.parametrize("way", ["expires_at", "revoked_at"])
    def test_ended_link_brings_a_new_one_to_its_registered_address(
        self, organisation: Organisation, way: str
    ) -> None:
        token, ours = token_for(organisation), organisation.id
        end(token, **{way: now()})

        owner_renewals.renew(token)
        jobs.run_due()

        [mail] = mails()
        address = next(line for line in mail.get_content().splitlines() if line.startswith("http"))
        assert owner_links.find_link(address.rsplit("/", 1)[1]).organisation_id == ours

    def test_address_that_is_registered_no_more_gets_none(self, organisation: Organisation) -> None:
        token = token_for(organisation, email="slutat@bostad.example")
        end(token, expires_at=now())
        owner_renewals.renew(token)
        jobs.run_due()
        assert mails() == []

    def test_contractor_gets_another_when_old_but_not_when_revoked(
        self, organisation: Organisation, finding: Finding
    ) -> None:
        old, revoked = (token_for(organisation, finding, f"{n}@firma.example") for n in "ab")
        end(old, expires_at=now())
        end(revoked, revoked_at=now())
        for token in (old, revoked):
            owner_renewals.renew(token)
        jobs.run_due()
        assert [mail["To"] for mail in mails()] == ["a@firma.example"]
