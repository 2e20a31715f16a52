"""How it is said where something lies: at a name, or how far from it and in which direction."""

from __future__ import annotations

from flask_babel import gettext as _

from app.errors import N_

_FROM = (
    N_("about %(metres)s m north of %(name)s"),
    N_("about %(metres)s m north-east of %(name)s"),
    N_("about %(metres)s m east of %(name)s"),
    N_("about %(metres)s m south-east of %(name)s"),
    N_("about %(metres)s m south of %(name)s"),
    N_("about %(metres)s m south-west of %(name)s"),
    N_("about %(metres)s m west of %(name)s"),
    N_("about %(metres)s m north-west of %(name)s"),
)
"""By octant, clockwise from north."""


def where_words(name: str, metres: int, octant: int) -> str:
    """Say it; `metres` is 0 for what lies at the name, `octant` as of `geo.distances.octant`."""
    return str(_(_FROM[octant], metres=metres, name=name) if metres else _("at %(name)s", name=name))
