"""The form for letters with codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class LettersForm(FlaskForm):
    """A list of addresses, which is read and forgotten."""

    addresses = FileField(
        _l("List of addresses"),
        [FileRequired(_l("Choose the file with the addresses."))],
        description=_l("CSV with one address a row: name, street, postcode, town. At most 2,000 at a time."),
        render_kw={"accept": ".csv,.txt,text/csv"},
    )
