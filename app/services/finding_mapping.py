"""How a file of existing cases is read: which column says what, kept as JSON so that it can be used again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, FiniteFloat, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from app.errors import N_, invalid

TARGETS = (
    "external_id",
    "reported_at",
    "category",
    "item",
    "lon",
    "lat",
    "place_words",
    "title",
    "description",
    "severity",
    "status",
    "outcome",
    "closed_at",
    "closed_words",
    "due_on",
    "responsible",
    "asset_number",
    "fault_number",
    "case_number",
    "work_order",
)
"""What a row can say of a finding."""
REQUIRED = ("external_id", "reported_at", "category")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name}") from None
    return name


def _targets(given: dict[str, object]) -> dict[str, object]:
    if unknown := sorted(given.keys() - set(TARGETS)):
        raise ValueError(f"there is no {', '.join(unknown)}; there is {', '.join(TARGETS)}")
    return given


Source = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=60)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class FindingMapping:
    """Everything that is agreed once for files of one source."""

    source: Source
    """Short name of where the cases come from; stands before their ids there."""
    columns: Annotated[dict[str, str], AfterValidator(_targets)]
    """One of TARGETS → the file's column; a column may serve several."""
    fixed: Annotated[dict[str, str], AfterValidator(_targets)]
    """One of TARGETS → what holds where a row says nothing."""
    values: Annotated[dict[str, dict[str, str]], AfterValidator(_targets)]
    """One of TARGETS → the file's word → ours. `*` in a word stands for anything; the first
    that fits counts."""
    moments: str = ""
    """How times are written, as for strptime; empty: ISO 8601."""
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Stockholm"
    """In which zone they are, where they do not say it."""
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"
    crs: Literal[4326, 3006, 3011] = 4326
    shift: tuple[FiniteFloat, FiniteFloat] = (0.0, 0.0)
    """Degrees added to longitude and latitude, e.g. to try the product out with another town's cases."""
    site: str = ""
    """Slug of the site for what lies at none; empty: such rows are refused."""


_adapter = TypeAdapter(FindingMapping)


def parse_mapping(content: Mapping[str, object]) -> FindingMapping:
    """Make a mapping of plain data; raises InvalidInputError naming each place that cannot be used."""
    whole = {"columns": {}, "fixed": {}, "values": {}, **content}
    try:
        return _adapter.validate_python(whole)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)
        )
        message = N_("The mapping cannot be used: %(faults)s")
        raise invalid("mapping", "broken_mapping", message, faults=faults) from error


def read_mapping(path: Path) -> dict[str, object]:
    """The plain data of a mapping file, to be completed and given to `parse_mapping`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(content, ensure_ascii=False).encode()  # half a character, as JSON can name it, fails here
    except (OSError, ValueError, RecursionError) as error:
        message = N_("The mapping file “%(name)s” cannot be read: %(reason)s")
        raise invalid("mapping", "unreadable", message, name=path.name, reason=str(error)) from error
    if not isinstance(content, dict):
        message = N_("The mapping file “%(name)s” holds no JSON object.")
        raise invalid("mapping", "unreadable", message, name=path.name)
    return content


def write_mapping(path: Path, mapping: FindingMapping) -> None:
    """Keep a mapping for the next time."""
    path.write_bytes(_adapter.dump_json(mapping, indent=2) + b"\n")
