"""The readable numbers of findings: counted by site and year, each given once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from app.db import Change
from app.models.findings import NumberSeries

_TAKE = (
    update(NumberSeries)
    .where(NumberSeries.site_id == bindparam("site"), NumberSeries.year == bindparam("of_year"))
    .values(last=NumberSeries.last + bindparam("count"))
    .returning(NumberSeries.last)
)


def take_numbers(running: Change, site_id: UUID, year: int, count: int) -> int:
    """Take the next `count` numbers of a site and a year and return the last of them; a negative count gives back.

    Until the change ends nobody else can take any of the same series.
    """
    wanted = {"site": site_id, "of_year": year, "count": count}
    last = running.connection.execute(_TAKE, wanted).scalar()
    if last is None:
        try:
            with running.connection.begin_nested():
                begin = insert(NumberSeries).values(site_id=site_id, year=year, last=0)
                running.connection.execute(begin)
        except IntegrityError:
            pass  # somebody else began the same series just now
        last = running.connection.execute(_TAKE, wanted).scalar_one()
    return int(last)


def number_in_words(code: str, year: int, number: int) -> str:
    """A number as people read it, e.g. KISTA-2026-0042."""
    return f"{code}-{year}-{number:04d}"
