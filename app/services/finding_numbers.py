"""The readable numbers of findings: counted by site and year, each given once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db import Change
from app.models.findings import NumberSeries
from app.models.sites import Site

_MOVE = (
    update(NumberSeries)
    .where(NumberSeries.site_id == bindparam("site"), NumberSeries.year == bindparam("of_year"))
    .values(last=NumberSeries.last + bindparam("count"))
    .returning(
        NumberSeries.last,
        select(Site.code).where(Site.id == bindparam("site")).scalar_subquery(),
    )
)


def take_numbers(running: Change, site_id: UUID, year: int, count: int) -> list[str]:
    """Take the next `count` numbers of a site and a year, as people read them: KISTA-2026-0042.

    Until the change ends nobody else can take any of the same series.
    """
    wanted = {"site": site_id, "of_year": year, "count": count}
    moved = running.connection.execute(_MOVE, wanted).one_or_none()
    if moved is None:
        try:
            with running.connection.begin_nested():
                begin = insert(NumberSeries).values(site_id=site_id, year=year, last=0)
                running.connection.execute(begin)
        except IntegrityError:
            pass  # somebody else began the same series just now
        moved = running.connection.execute(_MOVE, wanted).one()
    last, code = moved
    return [f"{code}-{year}-{number:04d}" for number in range(last - count + 1, last + 1)]


def give_back(running: Change, site_id: UUID, year: int, count: int) -> None:
    """Give back the last `count` numbers taken in this change."""
    running.connection.execute(_MOVE, {"site": site_id, "of_year": year, "count": -count})
