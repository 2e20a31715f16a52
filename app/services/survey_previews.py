"""Looking at a survey as residents will: a signed address whose answers are marked as tests and never counted."""

from __future__ import annotations

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.models.surveys import Survey
from config import settings

VALID = timedelta(days=14)
PARAMETER = "prov"
"""In the address of the page: `/enkat/<slug>?prov=<token>`."""


def answering_path(survey: Survey) -> str:
    """Where a survey is answered."""
    return f"/enkat/{survey.slug}"


def preview_address(survey: Survey) -> str:
    """Where to try a survey, also before it opens; it can be passed on, and stops working after a while."""
    return f"{answering_path(survey)}?{PARAMETER}={_signer().dumps(survey.slug)}"


def is_preview(slug: str, token: str) -> bool:
    """Whether a token lets somebody try this survey; anything else is no preview, never an error."""
    try:
        return bool(_signer().loads(token, max_age=int(VALID.total_seconds())) == slug)
    except (BadSignature, UnicodeEncodeError):  # half a surrogate pair has no bytes to be signed
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret, salt="survey preview")
