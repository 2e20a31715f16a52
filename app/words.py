"""The word that people read for each value that code keeps, in the language in force."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_gettext as _pl  # what residents read too
from flask_babel.speaklater import LazyString

from app.models.accounts import OrganisationKind, Role
from app.models.comments import Audience
from app.models.findings import ClosedReason, Level, RemedyType, Severity, Status, VerificationMethod
from app.models.letters import LetterState
from app.models.publications import ReportKind
from app.models.remedies import RecheckResult, RevisitKind
from app.models.sites import Phase
from app.models.surveys import Channel
from app.models.walks import Ground, Light, WalkRole, WalkState, Weather

# By kind first: members of different kinds share values, such as `planned`.
WORDS: dict[type[StrEnum], dict[str, LazyString]] = {
    Role: {
        Role.ADMIN: _pl("Administrator"),
        Role.COORDINATOR: _pl("Coordinator"),
        Role.FIELD: _pl("Field staff"),
        Role.OWNER: _pl("Responsible organisation"),
        Role.ANALYST: _pl("Analyst"),
    },
    OrganisationKind: {
        OrganisationKind.DISTRICT: _l("City district"),
        OrganisationKind.CITY: _l("City department"),
        OrganisationKind.POLICE: _l("Police"),
        OrganisationKind.HOUSING: _l("Housing company"),
        OrganisationKind.CENTRE: _l("Centre owner"),
        OrganisationKind.REGION: _l("Region"),
        OrganisationKind.UTILITY: _l("Utility"),
        OrganisationKind.ASSOCIATION: _l("Association"),
        OrganisationKind.OTHER: _l("Other"),
    },
    Phase: {
        Phase.STARTING: _l("Starting up"),
        Phase.ONGOING: _l("Ongoing"),
        Phase.ENDED: _l("Ended"),
    },
    WalkState: {
        WalkState.PLANNED: _l("Planned walk"),
        WalkState.ONGOING: _l("Walk under way"),
        WalkState.FINISHED: _l("Finished walk"),
    },
    Light: {
        Light.DAY: _l("Daylight"),
        Light.DUSK: _l("Dusk"),
        Light.DARK: _l("Dark"),
    },
    Weather: {
        Weather.CLEAR: _l("Clear"),
        Weather.CLOUDY: _l("Cloudy"),
        Weather.RAIN: _l("Rain"),
        Weather.SNOW: _l("Snowfall"),
        Weather.FOG: _l("Fog"),
    },
    Ground: {
        Ground.BARE: _l("Bare ground"),
        Ground.WET: _l("Wet ground"),
        Ground.SNOW: _l("Snow on the ground"),
        Ground.ICE: _l("Ice"),
    },
    WalkRole: {
        WalkRole.LEADER: _l("Walk leader"),
        WalkRole.RECORDER: _l("Keeps the protocol"),
        WalkRole.PHOTOGRAPHER: _l("Takes photos"),
        WalkRole.PARTICIPANT: _l("Takes part"),
    },
    Level: {
        Level.PUBLIC: _l("Public"),
        Level.INTERNAL: _l("Internal"),
        Level.PROTECTED: _l("Protected"),
    },
    Severity: {
        Severity.ACUTE: _l("Acute"),
        Severity.HIGH: _l("High"),
        Severity.MEDIUM: _l("Medium"),
        Severity.LOW: _l("Low"),
    },
    RemedyType: {
        RemedyType.OPERATION: _l("Daily operation"),
        RemedyType.PLANNED: _l("Planned upkeep"),
        RemedyType.INVESTMENT: _l("Investment"),
    },
    Status: {
        Status.NEW: _l("New"),
        Status.TRIAGED: _l("Triaged"),
        Status.SENT: _l("Sent to the responsible"),
        Status.ACKNOWLEDGED: _l("Acknowledged by the responsible"),
        Status.PLANNED: _l("Planned"),
        Status.IN_PROGRESS: _l("Under way"),
        Status.REPORTED_FIXED: _l("Fixed according to the responsible"),
        Status.VERIFIED: _l("Verified"),
        Status.CLOSED: _l("Closed"),
        Status.NOT_OURS: _l("Not the right responsible"),
        Status.DECLINED_PROPOSED: _l("Proposed not to be fixed"),
        Status.NEEDS_INVESTMENT: _l("Needs investment"),
        Status.ON_HOLD: _l("On hold"),
        Status.DUPLICATE: _l("Duplicate"),
        Status.WONT_FIX: _l("Will not be fixed"),
        Status.REOPENED: _l("Reopened"),
        Status.WITHDRAWN: _l("Taken back"),
    },
    ClosedReason: {
        ClosedReason.NO_FAULT: _pl("Not a fault when looked at again"),
        ClosedReason.OTHER_WORK: _pl("Solved by other planned work"),
        ClosedReason.NOT_POSSIBLE: _pl("Cannot be done there"),
        ClosedReason.COST: _pl("The cost is out of proportion to the good it does"),
        ClosedReason.NO_AUTHORITY: _pl("No party has the power to act there"),
        ClosedReason.OTHER: _pl("Another reason"),
    },
    VerificationMethod: {
        VerificationMethod.ON_SITE: _pl("on site"),
        VerificationMethod.PHOTO: _pl("by photo"),
        VerificationMethod.WALK: _pl("at a walk"),
    },
    LetterState: {
        LetterState.WAITING: _l("Waits to be sent"),
        LetterState.SENT: _l("Sent to the mail server"),
        LetterState.REFUSED: _l("Refused"),
    },
    ReportKind: {
        ReportKind.REMAINS: _pl("It has not been fixed"),
        ReportKind.CAME_BACK: _pl("It was fixed, but has come back"),
        ReportKind.PARTLY: _pl("Only a part of it is fixed"),
    },
    Audience: {
        Audience.INTERNAL: _l("Only staff"),
        Audience.OWNER: _l("To the responsible"),
        Audience.PUBLIC: _l("For everybody"),
    },
    Channel: {
        Channel.POSTER: _pl("Poster with a QR code"),
        Channel.LETTER: _pl("Letter with a code"),
        Channel.LINK: _pl("Open link"),
        Channel.INTERVIEW: _pl("Interview on the spot"),
        Channel.PAPER: _pl("Paper, typed in by staff"),
        Channel.OPENROSA: _pl("ODK Collect"),
    },
    RevisitKind: {
        RevisitKind.DARK: _l("After dark"),
        RevisitKind.SEASON: _l("In season"),
    },
    RecheckResult: {
        RecheckResult.FIXED: _l("Fixed"),
        RecheckResult.REMAINS: _l("Remains"),
        RecheckResult.WORSE: _l("Worse"),
        RecheckResult.NOT_FOUND: _l("Not found"),
    },
}

TASK_WORDS: dict[str, LazyString] = {
    "conflicts": _l("Two versions to choose between"),
    "questions": _l("Questions from the responsible"),
    "triage": _l("New findings to triage"),
    "reopened": _l("Reopened, to send anew"),
    "send": _l("Triaged, to send"),
    "not_ours": _l("Not the right responsible"),
    "declined": _l("Proposed not to be fixed"),
    "verify": _l("Reported fixed, to verify"),
    "answer": _l("New findings to answer"),
    "revisit": _l("To look at again, after dark or in season"),
    "overdue": _l("Overdue"),
    "surveys": _l("Surveys: waves to plan or open"),
}
"""What waits for somebody, by the name of the task in app.services.to_do."""


def word(value: StrEnum | None) -> str:
    """The word for `value`; nothing for nothing."""
    return "" if value is None else str(WORDS[type(value)][value])


def reason_word(code: str) -> str:
    """Why a finding will not be fixed; nothing while that is not decided."""
    return word(ClosedReason(code)) if code else ""
