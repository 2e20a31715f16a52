"""The forms by which administrators keep people and their roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from forms.choices import Choices, chosen, options
from forms.text import clean

_SHORT = Length(max=300, message=_l("At most 300 characters."))


def _stripped(text: str | None) -> str:
    return clean(text).strip()


class RoleForm(FlaskForm):
    """A role, and where it holds."""

    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose a role."))])
    site = SelectField(
        _l("At the site"),
        description=_l("Leave it empty for every site."),
        filters=[chosen],
        validators=[Optional()],
    )
    organisation = SelectField(
        _l("For the organisation"),
        description=_l("Needed for a responsible organisation; the role then reaches its findings only."),
        filters=[chosen],
        validators=[Optional()],
    )

    def offer(self, roles: Choices, sites: Choices, organisations: Choices) -> None:
        """Fill in what one may choose from."""
        self.role.choices = options(roles, _l("Choose a role"))
        self.site.choices = options(sites, _l("Every site"))
        self.organisation.choices = options(organisations, _l("None"))

    def place(self) -> dict[str, Any]:
        """Site and organisation that were chosen, by id."""
        return {
            "site_id": UUID(self.site.data) if self.site.data else None,
            "organisation_id": UUID(self.organisation.data) if self.organisation.data else None,
        }


class PersonForm(RoleForm):
    """Somebody new, with a first role."""

    name = StringField(
        _l("Name"),
        description=_l("Only administrators and the person see it. Others see the role."),
        filters=[_stripped],
        validators=[InputRequired(_l("Write a name.")), _SHORT],
        render_kw={"autocomplete": "off"},
    )
    email = StringField(
        _l("E-mail address"),
        filters=[_stripped],
        validators=[InputRequired(_l("Write an e-mail address like name@example.se.")), _SHORT],
        render_kw={"type": "email", "autocomplete": "off"},
    )


class GroupForm(RoleForm):
    """A group of the directory, and what its members are here."""

    group = StringField(
        _l("Group"),
        description=_l("As the directory writes it in its claim: often a name, sometimes an id."),
        filters=[_stripped],
        validators=[InputRequired(_l("Write the group as the directory writes it.")), _SHORT],
        render_kw={"autocomplete": "off"},
    )
