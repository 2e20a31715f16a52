"""From a row of a file of existing cases to a finding that is fit to be stored, or every reason why it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import now
from app.errors import N_, FieldError, InvalidInputError, invalid
from app.models.findings import ClosedReason, Severity, Status
from app.services.finding_mapping import REQUIRED, TARGETS, FindingMapping
from app.services.import_columns import Known, folded
from app.services.moments import moment_reader
from geo.crs import Crs, PositionError, all_to_wgs84, parse_number, parse_position

_MOST = {"description": 5000, "closed_words": 5000, "place_words": 500, "external_id": 200}
_MOST_OF_OTHERS = 300
_WORDS = ("place_words", "title", "description", "asset_number", "fault_number", "case_number", "work_order")
_STATUSES = ("open", "sent", "closed")
_OUTCOMES = {"fixed": Status.REPORTED_FIXED, "unfixed": Status.WONT_FIX}
_SEVERITIES = tuple(one.value for one in Severity)
_REASONS = tuple(one.value for one in ClosedReason)
_CACHED = 10_000


@dataclass(slots=True)
class CaseRow:
    """One row, judged: the finding's columns and how its remedy stood at its source.

    `line` is the line in the file where it begins; lon and lat are the file's own until `place_rows` was run.
    """

    line: int
    external_id: str
    columns: dict[str, Any]
    reported_at: datetime
    status: Status
    responsible: UUID | None = None
    closed_at: datetime | None = None
    closed_words: str = ""
    reason: str = ""
    due_on: date | None = None
    faults: list[FieldError] = field(default_factory=list)


class _Cell(NamedTuple):
    """How one target is read."""

    target: str
    place: int | None
    """Index of the column; None: the same for every row."""
    most: int
    words: Mapping[str, str] | None
    """The file's word → ours; None: taken as it stands."""
    fixed: str
    required: bool


class RowReader:
    """Reads the rows of one file; raises InvalidInputError where its header does not fit the mapping."""

    def __init__(self, mapping: FindingMapping, header: Sequence[str], known: Known) -> None:
        self._mapping, self._known, self._header = mapping, known, header
        self._zone = ZoneInfo(mapping.time_zone)
        self._read_moment = moment_reader(mapping.moments)
        self._cells = [
            _Cell(
                target,
                place,
                _MOST.get(target, _MOST_OF_OTHERS),
                mapping.values.get(target),
                mapping.fixed.get(target, ""),
                target in REQUIRED,
            )
            for target, place in _find_places(mapping, header).items()
        ]
        self._categories = {
            folded(name): category
            for category in known.checklist.categories
            for name in (category.slug, *category.names.values())
        }
        self._translated: dict[tuple[str, str], str] = {}
        self._classified: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._now = now()

    def unused(self) -> list[str]:
        """The columns of the file that say nothing of a finding."""
        used = {cell.place for cell in self._cells}
        return [name for place, name in enumerate(self._header) if place not in used]

    def read(self, line: int, cells: Sequence[str]) -> CaseRow:
        """Judge one row; what is wrong with it stands in its `faults`."""
        row = CaseRow(line, "", {}, self._now, Status.NEW)
        if len(cells) < len(self._header) or any(cells[len(self._header) :]):
            counts = {"found": len(cells), "expected": len(self._header)}
            row.faults.append(_fault("row", "wrong_columns", _WRONG_COLUMNS, **counts))
            return row
        said = self._said(cells, row)
        row.external_id = said["external_id"]
        for name in _WORDS:
            row.columns[name] = said.get(name, "")
        for part in (self._category, self._grade, self._times, self._remedy, self._position):
            try:
                part(row, said)
            except InvalidInputError as error:
                row.faults += error.errors
        return row

    def _said(self, cells: Sequence[str], row: CaseRow) -> dict[str, str]:
        """What the row says of each target, in our words."""
        said = {}
        for target, place, most, words, fixed, required in self._cells:
            text = "" if place is None else cells[place].strip()
            if words is not None:
                text = self._in_our_words(target, words, text)
            elif len(text) > most:
                sizes = {"name": target, "length": len(text), "most": most}
                row.faults.append(_fault(target, "too_long", _TOO_LONG, **sizes))
                text = text[:most]
            text = text or fixed
            if not text and required:
                row.faults.append(_fault(target, "empty", _EMPTY, name=target))
            elif "\0" in text:
                row.faults.append(_fault(target, "nul", _NUL, name=target))
            said[target] = text
        return said

    def _in_our_words(self, target: str, words: Mapping[str, str], text: str) -> str:
        """What the mapping says for this word; the word itself where it says nothing."""
        known = self._translated.get((target, text))
        if known is not None:
            return known
        found = words.get(text)
        if found is None:
            found = next((ours for theirs, ours in words.items() if fnmatchcase(text, theirs)), text)
        if len(self._translated) < _CACHED and len(text) <= _MOST_OF_OTHERS:
            self._translated[target, text] = found
        return found

    def _category(self, row: CaseRow, said: Mapping[str, str]) -> None:
        key = said["category"], said.get("item")
        if key not in self._classified:
            self._classified[key] = self._classify(*key)
        row.columns |= self._classified[key]

    def _classify(self, name: str, item: str | None) -> dict[str, Any]:
        name, _, inner = name.partition("/")
        category = self._categories.get(folded(name))
        if not name:
            return {}  # refused already
        if category is None:
            known = ", ".join(one.slug for one in self._known.checklist.categories)
            message = N_("The checklist has no category “%(value)s”. It has: %(known)s.")
            raise invalid("category", "unknown_category", message, value=name[:40], known=known)
        item = item or inner
        if item and category.item(item) is None:
            known = ", ".join(one.slug for one in category.items)
            message = N_("The category “%(category)s” has no point “%(value)s”. It has: %(known)s.")
            words = {"category": category.slug, "value": item[:40], "known": known}
            raise invalid("item", "unknown_item", message, **words)
        return {"category": category.slug, "item": item, "positive": category.positive}

    def _grade(self, row: CaseRow, said: Mapping[str, str]) -> None:
        text = said.get("severity", "")
        row.columns["severity"] = _one_of("severity", text, _SEVERITIES) if text else None

    def _times(self, row: CaseRow, said: Mapping[str, str]) -> None:
        if said["reported_at"]:
            row.reported_at = self._moment("reported_at", said["reported_at"])
            if row.reported_at > self._now:
                message = N_("“%(name)s” lies ahead: %(value)s.")
                raise invalid("reported_at", "future", message, name="reported_at", value=said["reported_at"])
        if text := said.get("closed_at"):
            row.closed_at = self._moment("closed_at", text)
        if text := said.get("due_on"):
            row.due_on = self._moment("due_on", text).astimezone(self._zone).date()

    def _moment(self, name: str, text: str) -> datetime:
        try:
            found = self._read_moment(text)
            return found if found.tzinfo else found.replace(tzinfo=self._zone)
        except ValueError as error:
            message = N_("“%(name)s” is no time as the mapping says it is written: %(value)s.")
            raise invalid(name, "not_a_moment", message, name=name, value=text[:40]) from error

    def _remedy(self, row: CaseRow, said: Mapping[str, str]) -> None:
        """How far it had come at its source; closed there is never verified here."""
        status = _one_of("status", said.get("status") or "open", _STATUSES)
        if text := said.get("responsible"):
            row.responsible = self._organisation(text)
        row.closed_words = said.get("closed_words", "")
        if status == "sent":
            if row.responsible is None:
                raise invalid("responsible", "empty", _EMPTY, name="responsible")
            row.status = Status.SENT
        elif status == "closed":
            if row.closed_at is None:
                raise invalid("closed_at", "empty", _EMPTY, name="closed_at")
            self._close(row, said.get("outcome") or "fixed")

    def _close(self, row: CaseRow, outcome: str) -> None:
        word, _, reason = outcome.partition("/")
        row.status = _OUTCOMES[_one_of("outcome", word, tuple(_OUTCOMES))]
        if row.status is Status.WONT_FIX:
            row.reason = _one_of("outcome", reason or "other", _REASONS)

    def _organisation(self, text: str) -> UUID:
        found = self._known.organisations.get(folded(text))
        if found is None:
            message = N_(
                "There is no organisation “%(value)s”. Import organisations first, or mend the name."
            )
            raise invalid("responsible", "unknown_organisation", message, value=text[:80])
        return found

    def _position(self, row: CaseRow, said: Mapping[str, str]) -> None:
        lon, lat = said.get("lon", ""), said.get("lat", "")
        row.columns["lon"] = row.columns["lat"] = None
        if lon or lat:
            try:
                row.columns["lon"], row.columns["lat"] = parse_number(lon), parse_number(lat)
            except PositionError as error:
                raise _of_position(error) from error
        elif not row.columns["place_words"]:
            message = N_("The row says neither where it is (lon, lat) nor in words (place_words).")
            raise invalid("lat", "nowhere", message)


def place_rows(rows: Sequence[CaseRow], mapping: FindingMapping) -> None:
    """Turn the coordinates of rows without faults into WGS84 and move them as the mapping says."""
    placed = [row for row in rows if not row.faults and row.columns["lon"] is not None]
    given = [(row.columns["lon"], row.columns["lat"]) for row in placed]
    crs = Crs(mapping.crs)
    if crs is not Crs.WGS84 and given:
        easts, norths = zip(*given, strict=True)
        given = all_to_wgs84(easts, norths, crs)
    east, north = mapping.shift
    for row, (lon, lat) in zip(placed, given, strict=True):
        try:
            position = parse_position(lon, lat)  # before it is moved: exchanged axes show only there
            if east or north:
                position = parse_position(lon + east, lat + north)
        except PositionError as error:
            row.faults += _of_position(error).errors
        else:
            row.columns |= {"lon": position.lon, "lat": position.lat}


def _find_places(mapping: FindingMapping, header: Sequence[str]) -> dict[str, int | None]:
    """Target → index of its column; a column of the target's own name needs no word of the mapping."""
    by_name = {folded(name): place for place, name in reversed(list(enumerate(header)))}
    places: dict[str, int | None] = {}
    for target in TARGETS:
        theirs = mapping.columns.get(target)
        place = by_name.get(folded(theirs or target))
        if place is None and (theirs or (target in REQUIRED and target not in mapping.fixed)):
            message = N_("The file has no column “%(name)s”. It has: %(known)s.")
            raise invalid(
                "columns", "missing_column", message, name=theirs or target, known=", ".join(header) or "–"
            )
        if place is not None or target in mapping.fixed:
            places[target] = place
    return places


_TOO_LONG = N_("“%(name)s” holds %(length)s characters; at most %(most)s fit. Shorten it.")
_EMPTY = N_("“%(name)s” is empty.")
_NUL = N_("“%(name)s” holds a NUL character, which cannot be stored.")
_WRONG_COLUMNS = N_("The row has %(found)s columns instead of %(expected)s.")


def _fault(target: str, code: str, message: str, /, **values: Any) -> FieldError:
    return FieldError(target, code, message, tuple(values.items()))


def _of_position(error: PositionError) -> InvalidInputError:
    return InvalidInputError(FieldError("lat", error.code, error.message, tuple(error.details.items())))


def _one_of(name: str, text: str, known: Sequence[str]) -> str:
    word = text.casefold()
    if word not in known:
        message = N_("“%(value)s” is no %(name)s. Write one of: %(known)s, or say in the mapping what it is.")
        raise invalid(name, "unknown_value", message, value=text[:40], name=name, known=", ".join(known))
    return word
