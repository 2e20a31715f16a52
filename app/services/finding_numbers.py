"""The readable numbers of findings: counted by site and year, each given once."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.findings import NumberSeries
from app.models.sites import Site


def lock_series(database: Session, site: Site, year: int) -> NumberSeries:
    """The numbers of a site and a year, held until the change ends: nobody else can take the same one."""
    key = (site.id, year)
    found = database.get(NumberSeries, key, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    try:
        with database.begin_nested():
            database.add(NumberSeries(site_id=key[0], year=key[1], last=0))
    except IntegrityError:
        pass  # somebody else began the same series just now
    return database.get_one(NumberSeries, key, with_for_update=True, populate_existing=True)


def take_number(series: NumberSeries, site: Site) -> str:
    """The next number of a series that is held, e.g. KISTA-2026-0042."""
    series.last += 1
    return f"{site.code}-{series.year}-{series.last:04d}"
