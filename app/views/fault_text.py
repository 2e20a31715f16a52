"""A finding as text for the city's own fault channel, so that nobody writes it twice."""

from __future__ import annotations

from app.models.findings import Finding
from app.services.checklists import checklist_of
from geo.crs import Crs, format_northing_easting


def fault_text(finding: Finding) -> str:
    """What to paste into Tyck till: always in Swedish, since the city reads it."""
    checklist = checklist_of(finding.walk.checklist_id)
    what = checklist.name(finding.category, "sv")
    if finding.item:
        what += f": {checklist.item_name(finding.category, finding.item, 'sv').lower()}"
    lines = [finding.title or what, *([what] if finding.title else []), finding.description]
    if finding.place_words:
        lines.append(f"Plats: {finding.place_words}")
    if finding.lon is not None and finding.lat is not None:
        sweref = format_northing_easting(finding.lon, finding.lat)
        wgs84 = format_northing_easting(finding.lon, finding.lat, Crs.WGS84)
        lines.append(f"Läge: {sweref} (SWEREF 99 18 00), {wgs84} (WGS84)")
    if finding.asset_number:
        lines.append(f"Nummer på stolpe eller skåp: {finding.asset_number}")
    if finding.proposal:
        lines.append(f"Förslag: {finding.proposal}")
    lines.append(f"Vårt nummer: {finding.number} ({finding.site.name})")
    return "\n".join(line for line in lines if line)
