"""Typed text, taken as it was typed but for what cannot be stored."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str | None) -> str:
    """The text as typed, without what a database or UTF-8 cannot hold (NUL, half a surrogate pair).

    Forms send line breaks as CR LF; they become LF. Nothing else is changed, blanks at the ends included.
    """
    return _UNSTORABLE.sub("", text or "").replace("\r\n", "\n")
