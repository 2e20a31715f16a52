import json

import pytest
from sqlalchemy import update

from app.db import change, session
from app.errors import InvalidInputError, NotFoundError
from app.models.accounts import Passkey, SignInSession, User
from app.permissions import SYSTEM, Actor
from app.services import confirmations, passkeys
from app.services.passkeys import PasskeyError, Purpose
from app.services.sign_in import follow_link, print_link, use_passkey
from tests.authenticators import Authenticator
from tests.builders import email_of


def added(actor: Actor, device: Authenticator | None = None) -> Authenticator:
    device = device or Authenticator()
    challenge = passkeys.new_challenge(Purpose.ADD)
    passkeys.add_key(
        actor, "Min telefon", challenge, device.make(passkeys.options_for_adding(actor, challenge))
    )
    return device


def entered(device: Authenticator, **how: object) -> Actor:
    challenge = passkeys.new_challenge(Purpose.ENTER)
    return use_passkey(challenge, device.use(passkeys.options_for_proving(challenge), **how)).actor  # type: ignore[arg-type]


def test_a_key_signs_its_own_user_in(field: Actor, coordinator: Actor) -> None:
    mine, theirs = added(field), added(coordinator)
    assert entered(mine) == field
    assert entered(theirs) == coordinator
    assert [key.name for key in passkeys.keys_of(field)] == ["Min telefon"]


def test_the_browser_is_asked_for_a_key_that_finds_itself_and_sees_the_person(field: Actor) -> None:
    asked = json.loads(passkeys.options_for_adding(field, passkeys.new_challenge(Purpose.ADD)))
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert json.loads(passkeys.options_for_proving("x"))["allowCredentials"] == []


def test_the_same_answer_works_once(field: Actor) -> None:
    device = added(field)
    challenge = passkeys.new_challenge(Purpose.ENTER)
    answer = device.use(passkeys.options_for_proving(challenge))
    use_passkey(challenge, answer)
    with change(SYSTEM, None) as forgetting:  # a device that counts nothing lets the counter stay
        forgetting.session.execute(update(Passkey).values(sign_count=0))
    with pytest.raises(PasskeyError):
        use_passkey(challenge, answer)


def test_an_answer_to_another_challenge_is_refused(field: Actor) -> None:
    device = added(field)
    answer = device.use(passkeys.options_for_proving(passkeys.new_challenge(Purpose.ENTER)))
    with pytest.raises(PasskeyError):
        use_passkey(passkeys.new_challenge(Purpose.ENTER), answer)


def test_a_challenge_is_good_for_its_purpose_only(field: Actor) -> None:
    device = added(field)
    challenge = passkeys.new_challenge(Purpose.CONFIRM)
    with pytest.raises(PasskeyError):
        use_passkey(challenge, device.use(passkeys.options_for_proving(challenge)))


def test_an_old_challenge_is_refused(field: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    device = added(field)
    challenge = passkeys.new_challenge(Purpose.ENTER)
    answer = device.use(passkeys.options_for_proving(challenge))
    monkeypatch.setattr(passkeys, "CHALLENGE_LIFE", -passkeys.CHALLENGE_LIFE)
    with pytest.raises(PasskeyError):
        use_passkey(challenge, answer)


def test_a_copied_key_is_known_by_its_counter(field: Actor) -> None:
    device = added(field, Authenticator(counter=5))
    entered(device)
    device.counter = 3
    with pytest.raises(PasskeyError):
        entered(device)


@pytest.mark.parametrize("how", [{"origin": "https://evil.example"}, {"verified": False}])
def test_another_site_or_an_unseen_person_is_refused(field: Actor, how: dict[str, object]) -> None:
    device = added(field)
    with pytest.raises(PasskeyError):
        entered(device, **how)


def test_a_removed_key_and_a_deactivated_user_stay_out(field: Actor, coordinator: Actor) -> None:
    gone, left = added(field), added(coordinator)
    passkeys.remove_key(field, passkeys.keys_of(field)[0].id)
    with change(SYSTEM, None) as leaving:
        leaving.session.get_one(User, coordinator.user_id).active = False
    for device in (gone, left, Authenticator()):
        with pytest.raises(PasskeyError):
            entered(device)


def test_somebody_elses_key_cannot_be_removed(field: Actor, coordinator: Actor) -> None:
    added(coordinator)
    with pytest.raises(NotFoundError):
        passkeys.remove_key(field, passkeys.keys_of(coordinator)[0].id)
    assert len(passkeys.keys_of(coordinator)) == 1


@pytest.mark.parametrize("answer", ["", "null", "[]", "{}", '{"rawId": 7}', '{"rawId": "å"}', "x" * 10_000])
def test_nonsense_is_refused_as_everything_else_is(field: Actor, answer: str) -> None:
    with pytest.raises(PasskeyError):
        use_passkey(passkeys.new_challenge(Purpose.ENTER), answer)
    with pytest.raises(PasskeyError):
        passkeys.add_key(field, "Namn", passkeys.new_challenge(Purpose.ADD), answer)
    with pytest.raises(PasskeyError):
        use_passkey(answer, answer)


def test_a_key_has_a_name_and_is_added_once(field: Actor, coordinator: Actor) -> None:
    challenge = passkeys.new_challenge(Purpose.ADD)
    with pytest.raises(InvalidInputError):
        passkeys.add_key(field, "  ", challenge, "")
    device = added(field)
    with pytest.raises(PasskeyError):
        added(coordinator, device)


def test_only_ones_own_key_confirms(field: Actor, coordinator: Actor) -> None:
    mine, theirs = added(field), added(coordinator)
    here = follow_link(print_link(email_of(field)).rsplit("/", 1)[1]).session_id
    with change(SYSTEM, None) as ageing:
        ageing.session.execute(update(SignInSession).values(confirmed_at=None))
    challenge = passkeys.new_challenge(Purpose.CONFIRM)
    with pytest.raises(PasskeyError):
        confirmations.confirm_by_passkey(
            field, here, challenge, theirs.use(passkeys.options_for_proving(challenge))
        )
    session().rollback()
    assert not confirmations.is_fresh(session().get_one(SignInSession, here).confirmed_at)
    confirmations.confirm_by_passkey(
        field, here, challenge, mine.use(passkeys.options_for_proving(challenge))
    )
    session().rollback()
    assert confirmations.is_fresh(session().get_one(SignInSession, here).confirmed_at)
