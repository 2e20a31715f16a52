"""What a browser is, in the few words by which its owner knows it again."""

from __future__ import annotations

import re

from flask import request

from app.services.devices import Device

# The first that fits: most browsers call themselves by the names of others as well.
_BROWSERS = {
    r"Edg(e|A|iOS)?/": "Edge",
    r"OPR/|OPiOS/": "Opera",
    r"SamsungBrowser/": "Samsung Internet",
    r"Firefox/|FxiOS/": "Firefox",
    r"Chrom(e|ium)/|CriOS/": "Chrome",
    r"Safari/": "Safari",
}
_SYSTEMS = {
    r"Android": "Android",
    r"iPhone": "iPhone",
    r"iPad": "iPad",
    r"Windows": "Windows",
    r"CrOS": "Chromebook",
    r"Mac OS X": "Mac",
    r"Linux": "Linux",
}


def device_words(user_agent: str) -> str:
    """Browser and kind of machine, e.g. "Chrome, Android"; empty for one that does not say."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(filter(None, found))


def this_device(*, enrolled: bool) -> Device:
    """The browser of the running request."""
    return Device(device_words(request.user_agent.string), enrolled)


def _first(names: dict[str, str], text: str) -> str:
    return next((name for pattern, name in names.items() if re.search(pattern, text)), "")
