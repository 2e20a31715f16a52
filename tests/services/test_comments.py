"""What is said about a finding: read by whom it is for, said once, told to the other side, never lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, select

from app.db import change, session
from app.errors import ChangedMeanwhileError, ForbiddenError, InvalidInputError, NotFoundError
from app.models.accounts import Membership, Organisation, Role, User
from app.models.comments import Audience, Comment
from app.models.findings import Finding, Level, Status
from app.models.letters import Notice
from app.models.sites import Site
from app.permissions import SYSTEM, Actor
from app.services.comments import audiences, conversation, say, say_late, withdraw
from app.services.needs import Given
from app.services.notices import stands
from app.services.remedies import move
from app.services.to_do import tasks
from tests.builders import email_of, make_finding, make_organisation, make_site, make_user, make_walk


@pytest.fixture
def organisation(app: APIFlask) -> Organisation:
    return make_organisation("Bostadsbolag A", email="fel@bostad.example")


@pytest.fixture
def finding(site: Site, organisation: Organisation) -> Finding:
    return make_finding(make_walk(site), status=Status.SENT, responsible_id=organisation.id)


def words(reader: Actor, finding: Finding) -> list[str]:
    return [one.words for one, _name in conversation(reader, finding)]


def told() -> list[str]:
    return sorted(session().scalars(select(Notice.email)))


def waiting(reader: Actor) -> int:
    return next((task.count for task in tasks(reader) if task.name == "questions"), 0)


def test_each_reads_what_is_for_them(
    finding: Finding, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor
) -> None:
    say(field, finding.number, Audience.INTERNAL, "Vakten vet mer")
    say(coordinator, finding.number, Audience.OWNER, "När kommer ni?")
    say(owner, finding.number, Audience.OWNER, "På tisdag")
    say(coordinator, finding.number, Audience.PUBLIC, "Lampan byts i veckan")

    everything = ["Vakten vet mer", "När kommer ni?", "På tisdag", "Lampan byts i veckan"]
    assert words(coordinator, finding) == words(field, finding) == everything
    assert words(owner, finding) == everything[1:]
    assert words(analyst, finding) == everything[3:]


def test_what_was_said_to_everybody_can_be_withdrawn_and_stays_with_staff(
    finding: Finding, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor, outsider: Actor
) -> None:
    public = say(coordinator, finding.number, Audience.PUBLIC, "Ring Kalle på 070")
    internal = say(field, finding.number, Audience.INTERNAL, "Vakten vet mer")
    for actor in (field, owner, analyst):
        with pytest.raises(ForbiddenError):
            withdraw(actor, finding.number, public.id)
    for actor, one in ((outsider, public), (coordinator, internal)):
        with pytest.raises(NotFoundError):
            withdraw(actor, finding.number, one.id)
    withdrawn = withdraw(coordinator, finding.number, public.id).withdrawn_at
    assert withdraw(coordinator, finding.number, public.id).withdrawn_at == withdrawn
    assert words(owner, finding) == words(analyst, finding) == []
    assert words(coordinator, finding) == ["Ring Kalle på 070", "Vakten vet mer"]


def test_roles_may_speak_to_those_they_speak_for(
    finding: Finding, coordinator: Actor, field: Actor, owner: Actor, analyst: Actor
) -> None:
    assert audiences(coordinator, finding) == (Audience.INTERNAL, Audience.OWNER, Audience.PUBLIC)
    assert audiences(field, finding) == (Audience.INTERNAL,)
    assert audiences(owner, finding) == (Audience.OWNER,)
    assert audiences(analyst, finding) == ()
    for actor, audience in ((field, Audience.PUBLIC), (owner, Audience.INTERNAL), (analyst, Audience.PUBLIC)):
        with pytest.raises(ForbiddenError):
            say(actor, finding.number, audience, "Hej")


def test_outsider_and_next_owner_read_and_say_nothing(
    finding: Finding, outsider: Actor, coordinator: Actor
) -> None:
    with pytest.raises(NotFoundError):
        say(outsider, finding.number, Audience.INTERNAL, "Hej")
    say(coordinator, finding.number, Audience.OWNER, "Bara till er")
    next_one = make_organisation("Bolag B")
    with change(SYSTEM, None):
        finding.responsible_id = next_one.id
    assert words(make_user(Role.OWNER, organisation_id=next_one.id), finding) == []
    assert words(coordinator, finding) == ["Bara till er"]


def test_said_twice_by_one_page_is_said_once(finding: Finding, coordinator: Actor) -> None:
    key = uuid4()
    for _ in range(2):
        say(coordinator, finding.number, Audience.OWNER, "Hej", comment_id=key)
    assert len(session().scalars(select(Comment)).all()) == 1
    assert told() == ["fel@bostad.example"]
    with pytest.raises(ChangedMeanwhileError):
        say(coordinator, finding.number, Audience.PUBLIC, "Hej", comment_id=key)


@pytest.mark.parametrize(("typed", "code"), [("  \n", "missing"), ("x" * 5001, "too_long")])
def test_empty_and_endless_words_are_refused(
    finding: Finding, coordinator: Actor, typed: str, code: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        say(coordinator, finding.number, Audience.INTERNAL, typed)
    assert refused.value.errors[0].code == code


def test_question_is_told_to_the_coordinators_of_the_site_who_want_mail(
    finding: Finding, owner: Actor, coordinator: Actor, field: Actor
) -> None:
    here = make_user(Role.COORDINATOR, site_id=finding.site_id)
    make_user(Role.COORDINATOR, site_id=make_site("annan", lon=18.2).id)
    silent = make_user(Role.COORDINATOR)
    with change(SYSTEM, None) as muting:
        muting.session.get_one(User, silent.user_id).reminders = False

    say(owner, finding.number, Audience.OWNER, "Vilken stolpe?")

    assert told() == sorted([email_of(coordinator), email_of(here)])
    notices = session().scalars(select(Notice)).all()
    assert all(stands(notice) for notice in notices)
    with change(SYSTEM, None) as leaving:
        leaving.session.get_one(User, coordinator.user_id).active = False
        leaving.session.execute(delete(Membership).where(Membership.user_id == here.user_id))
    assert not any(stands(notice) for notice in session().scalars(select(Notice)))


def test_question_waits_in_the_to_do_until_somebody_of_the_staff_reacts(
    finding: Finding, owner: Actor, coordinator: Actor, outsider: Actor
) -> None:
    say(owner, finding.number, Audience.OWNER, "Vilken stolpe?")
    assert waiting(coordinator) == 1
    assert waiting(outsider) == 0
    say(coordinator, finding.number, Audience.PUBLIC, "Arbete pågår")
    assert waiting(coordinator) == 1  # the public is no answer
    say(coordinator, finding.number, Audience.OWNER, "Nummer 12")
    assert waiting(coordinator) == 0
    say(owner, finding.number, Audience.OWNER, "Tack")
    assert waiting(coordinator) == 1
    say(coordinator, finding.number, Audience.INTERNAL, "Inget svar behövs")
    assert waiting(coordinator) == 0


@pytest.mark.parametrize("status", [Status.CLOSED, Status.WONT_FIX])
def test_reply_to_a_closed_finding_is_kept_and_waits_for_the_coordinator(
    finding: Finding, owner: Actor, coordinator: Actor, status: Status
) -> None:
    with change(SYSTEM, None):
        finding.status = status
    say(owner, finding.number, Audience.OWNER, "Den är släckt igen")
    assert words(coordinator, finding) == ["Den är släckt igen"]
    assert waiting(coordinator) == 1
    assert told() == [email_of(coordinator)]


def test_what_is_said_after_the_finding_left_is_kept_for_the_coordinator(
    finding: Finding, organisation: Organisation, owner: Actor, coordinator: Actor
) -> None:
    move(owner, finding.number, Status.NOT_OURS, Given(words="Det är gatans"))
    street = make_organisation("Gatan")
    with change(SYSTEM, None):
        finding.responsible_id = street.id

    say_late(owner, organisation.id, finding.number, "Vi ser lampan från porten")

    assert words(coordinator, finding) == ["Vi ser lampan från porten"]
    assert waiting(coordinator) == 1
    with pytest.raises(NotFoundError):
        say_late(owner, make_organisation("Aldrig").id, finding.number, "Hej")


def test_protected_finding_is_in_no_letter(finding: Finding, coordinator: Actor) -> None:
    say(coordinator, finding.number, Audience.OWNER, "Hej")
    with change(SYSTEM, None):
        finding.level = Level.PROTECTED
    assert not any(stands(notice) for notice in session().scalars(select(Notice)))
