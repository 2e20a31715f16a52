"""Soft words about what was saved all the same: personal data in a text, a pin far from the place."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.models.sites import Site
from app.services.sites import metres_outside
from forms.personal_data import Hint, hints

_WORDS = {
    Hint.IDENTITY_NUMBER: _l("a personal identity number"),
    Hint.PHONE: _l("a telephone number"),
    Hint.REGISTRATION: _l("a registration number"),
}


_FAR_M = 300
"""Further from the site than this, a pin was more likely set by mistake than by a walk that strayed."""


def say_far_pin(site: Site, lon: float | None, lat: float | None) -> None:
    """Say on the next page that a pin lies far from the site of the walk."""
    if lon is None or lat is None:
        return
    away = metres_outside(site, lon, lat)
    if away > _FAR_M:
        distance = f"{away / 1000:,.1f} km".replace(",", "\u00a0") if away >= 1000 else f"{away:.0f} m"
        flash(
            gettext(
                "The pin lies %(distance)s from %(site)s. Move it if it stands wrong.",
                distance=distance,
                site=site.name,
            ),
            "warning",
        )


def say_hints(texts: Iterable[str]) -> None:
    """Say on the next page what the texts seem to hold that had better be taken out."""
    found = hints(texts)
    if found:
        things = ", ".join(str(_WORDS[hint]) for hint in Hint if hint in found)
        words = gettext(
            "Saved, but the text seems to hold %(things)s. Take it out unless it is really needed.",
            things=things,
        )
        flash(words, "warning")
