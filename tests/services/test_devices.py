from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.db import change, now, session
from app.errors import NotFoundError
from app.models.accounts import SignInSession
from app.models.audit import AuditEvent
from app.permissions import SYSTEM, Actor
from app.services import devices
from app.services.devices import Device
from app.services.sign_in import find_session, follow_link, print_link
from tests.builders import email_of


def enter(actor: Actor, device: Device) -> UUID:
    return follow_link(print_link(email_of(actor)).rsplit("/", 1)[1], device).session_id


def row_of(session_id: UUID) -> SignInSession:
    session().rollback()
    return session().get_one(SignInSession, session_id)


def let_pass(session_id: UUID, time: timedelta) -> None:
    """Move a session back, as if so much time had gone by since."""
    row = row_of(session_id)
    moved = {"expires_at": row.expires_at - time, "created_at": row.created_at - time}
    with change(SYSTEM, None) as ageing:
        ageing.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(**moved))


@pytest.mark.parametrize(("enrolled", "life"), [(True, timedelta(days=90)), (False, timedelta(hours=12))])
def test_session_ends_when_it_is_not_used(field: Actor, enrolled: bool, life: timedelta) -> None:
    inside, outside = (enter(field, Device("Chrome, Android", enrolled)) for _ in range(2))
    let_pass(inside, life - timedelta(minutes=1))
    let_pass(outside, life + timedelta(minutes=1))
    assert find_session(inside) is not None
    assert find_session(outside) is None


def test_enrolled_phone_in_use_stays_signed_in(field: Actor) -> None:
    phone = enter(field, Device("Chrome, Android", enrolled=True))
    for _month in range(6):
        let_pass(phone, timedelta(days=80))
        assert find_session(phone) is not None


def test_other_browser_in_use_is_signed_out_after_a_fortnight(field: Actor) -> None:
    desk = enter(field, Device("Firefox, Linux"))
    for hours in range(0, 14 * 24, 8):
        assert find_session(desk) is not None, hours
        let_pass(desk, timedelta(hours=8))
    assert find_session(desk) is None


def test_use_is_written_once_an_hour_and_not_in_every_request(field: Actor) -> None:
    desk = enter(field, Device())
    before = row_of(desk).expires_at
    find_session(desk)
    assert row_of(desk).expires_at == before
    let_pass(desk, timedelta(hours=2))
    find_session(desk)
    assert row_of(desk).expires_at > before


def test_somebody_elses_device_is_not_found_and_stays_signed_in(field: Actor, coordinator: Actor) -> None:
    theirs = enter(coordinator, Device())
    with pytest.raises(NotFoundError):
        devices.end_device(field, theirs)
    assert find_session(theirs) is not None


def test_all_others_end_at_once_and_this_one_stays(field: Actor, coordinator: Actor) -> None:
    here, there, everywhere = (enter(field, Device()) for _ in range(3))
    other = enter(coordinator, Device())
    assert devices.end_other_devices(field, here) == 2
    assert [find_session(one) is not None for one in (here, there, everywhere, other)] == [
        True,
        False,
        False,
        True,
    ]
    assert session().scalar(select(AuditEvent.name).order_by(AuditEvent.id.desc())) == "sign_in.others_ended"


def test_an_ended_session_does_not_live_on_by_being_used(field: Actor) -> None:
    desk = enter(field, Device())
    let_pass(desk, timedelta(hours=3))
    row = row_of(desk)
    devices.end_device(field, desk)
    devices.note_use(row)
    assert find_session(desk) is None
    assert row_of(desk).expires_at < now() + timedelta(hours=10)
