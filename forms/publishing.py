"""What is told to residents of one finding, and the boxes of a photo that must not be seen."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from forms.text import clean

Box = tuple[float, float, float, float]
SIDES = ("left", "top", "width", "height")
"""How a box is typed: in hundredths of the photo's width and height."""
MOST_BOXES = 40


class PublishForm(FlaskForm):
    """The words for residents; without any, the checklist's own words stand alone, in every language."""

    title = StringField(
        _l("Title for residents"),
        description=_l("Left empty, the category says what it is, in the reader's language."),
        filters=[clean, str.strip],
        validators=[Length(max=120, message=_l("At most 120 characters."))],
    )
    words = TextAreaField(
        _l("Words for residents"),
        description=_l("Everybody can read this. Write no names, numbers of telephones or cars."),
        filters=[clean, str.strip],
        validators=[Length(max=1000, message=_l("At most 1,000 characters."))],
        render_kw={"rows": 3},
    )


class ApproveForm(FlaskForm):
    """Lets the public see the very file that was looked at."""

    sha256 = HiddenField()


class AnnounceForm(FlaskForm):
    """What residents are told of a planned walk beside its day and time."""

    words = TextAreaField(
        _l("Words for residents about the walk"),
        description=_l("For example where one can join. The purpose and meeting point above are not shown."),
        filters=[clean, str.strip],
        validators=[Length(max=500, message=_l("At most 500 characters."))],
        render_kw={"rows": 2},
    )


def read_boxes(values: Mapping[str, str]) -> tuple[list[Box], bool]:
    """The boxes typed in fields named `box-<n>-<side>`, and whether every row that says something is sound.

    A row without anything in it is none. Numbers may have a decimal comma.
    """
    boxes, sound = [], True
    for number in range(MOST_BOXES):
        typed = [values.get(f"box-{number}-{side}", "").strip().replace(",", ".") for side in SIDES]
        if not any(typed):
            continue
        try:
            left, top, width, height = (float(text) / 100 for text in typed)
        except ValueError:
            sound = False
            continue
        box = (left, top, min(1.0, left + width), min(1.0, top + height))
        if not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
            sound = False
            continue
        boxes.append(box)
    return boxes, sound


def typed_box(box: Box) -> dict[str, str]:
    """A box as it stands in the fields of its row."""
    left, top, right, bottom = (100 * part for part in box)
    values = (left, top, right - left, bottom - top)
    return {side: f"{value:.1f}" for side, value in zip(SIDES, values, strict=True)}
