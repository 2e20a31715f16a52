"""What each permission and the place of each role is called, for the page that shows the table."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.models.accounts import Role
from app.permissions import Permission

PERMISSION_WORDS = {
    Permission.VIEW_SITE: _l("See sites and walks"),
    Permission.VIEW_FINDING: _l("See findings"),
    Permission.VIEW_PROTECTED: _l("See what is protected"),
    Permission.PLAN_WALK: _l("Plan walks"),
    Permission.RUN_WALK: _l("Lead a walk"),
    Permission.REPORT_FINDING: _l("Note findings"),
    Permission.EDIT_FINDING: _l("Change findings"),
    Permission.COORDINATE: _l("Triage, send, close and correct"),
    Permission.ANSWER: _l("Answer as the responsible"),
    Permission.REPRESENT: _l("Hand back, decline and pass on as the responsible"),
    Permission.VERIFY: _l("Check that a fix holds"),
    Permission.REOPEN: _l("Reopen"),
    Permission.ADMINISTER: _l("Give roles and set up"),
}
PLACE_WORDS = {
    Role.ADMIN: _l("Everywhere"),
    Role.COORDINATOR: _l("Everywhere, or at one site"),
    Role.FIELD: _l("Everywhere, or at one site"),
    Role.OWNER: _l("The findings of the own organisation"),
    Role.ANALYST: _l("Everywhere, or at one site"),
}
