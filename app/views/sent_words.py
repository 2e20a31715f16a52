"""The sentence on a finding's page about the mail to whoever it was sent to."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import show_moment
from app.models.findings import Finding
from app.permissions import Actor
from app.services.sent_mail import Mailed, mail_of_sending


def sent_words(reader: Actor, finding: Finding) -> str:
    """When the responsible is mailed that the finding was sent, or what became of it; empty: nothing is to be said."""
    mail = mail_of_sending(reader, finding)
    if mail is None:
        return ""
    name = finding.responsible.name if finding.responsible else ""
    match mail.state:
        case Mailed.SENT:
            words = _("Mailed to %(name)s %(moment)s.", name=name, moment=show_moment(mail.at))
        case Mailed.WAITING if mail.at is not None:
            words = _(
                "Is mailed to %(name)s %(moment)s, in the letter of that day.",
                name=name,
                moment=show_moment(mail.at),
            )
        case Mailed.WAITING:
            words = _("Is mailed to %(name)s within a few minutes.", name=name)
        case Mailed.REFUSED:
            words = _("The mail to %(name)s did not arrive.", name=name)
        case Mailed.NO_ADDRESS:
            words = _("%(name)s has no mail address, so nobody there has been told.", name=name)
        case Mailed.WITHHELD:
            words = _("Nobody is mailed: what is protected is told by no mail.")
    return str(words)
