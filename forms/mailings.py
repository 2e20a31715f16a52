"""What somebody wants to be told by mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField


class MailForm(FlaskForm):
    """Whether to be mailed at all."""

    reminders = BooleanField(_l("Mail me questions from the responsible, and every Monday what waits for me"))
