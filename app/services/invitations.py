"""The mail that lets somebody in for the first time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import Change, change, now
from app.jobs import enqueue, job
from app.models.accounts import SignInLink, User
from app.permissions import SYSTEM
from app.services import mail
from app.services.sign_in import renew_link
from config import settings

LIFE = timedelta(days=7)


def invite(running: Change, user: User) -> None:
    """Have a link mailed to the user, in the running change."""
    link = SignInLink(user_id=user.id, nonce_hash="", expires_at=now() + LIFE)
    running.session.add(link)
    running.session.flush()
    enqueue(running, "invitation.mail", link_id=str(link.id))


@job("invitation.mail", in_turn=True)
def mail_invitation(link_id: str) -> None:
    """Make the link's secret and mail it."""
    with change(SYSTEM, None) as sending:
        link = sending.session.get_one(SignInLink, UUID(link_id))
        if link.used_at is not None:
            return  # shut out again meanwhile
        token = renew_link(link)
        user = sending.session.get_one(User, link.user_id)
        to, language, key = user.email, user.language, link.id
    with force_locale(language):
        mail.send(
            settings(),
            to=to,
            subject=_("Welcome to Platskollen"),
            body=_(
                "You have been added to Platskollen. Open this link and press the button to sign in:\n\n%(url)s\n\n"
                "The link works once, within 7 days. After that, ask for a new one at %(home)s.",
                url=f"{settings().base_url}/logga-in/{token}",
                home=f"{settings().base_url}/logga-in",
            ),
            key=key,
        )
