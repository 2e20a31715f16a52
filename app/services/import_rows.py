"""From the features of a file to rows that are fit to be stored, with every fault and every repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.errors import N_, FieldError, InvalidInputError, invalid
from app.services.import_columns import Column, Known, cell_text
from app.services.import_registers import Register
from geo.boundaries import Repair, check_polygon, repair_polygon
from geo.crs import parse_position
from geo.errors import GeoError
from geo.features import Feature


@dataclass(frozen=True)
class Remark:
    """Something to be said of one row: why it was refused, or how it was mended.

    `number` is the line of a CSV file, otherwise the place of the feature in the file, from 1.
    """

    number: int
    what: FieldError


@dataclass(frozen=True)
class Row:
    """One row with values by attribute of the model; what the file says nothing of is not among them."""

    number: int
    values: dict[str, Any]


@dataclass
class Rows:
    """What a file came to."""

    fit: list[Row] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    repaired: list[Remark] = field(default_factory=list)


def find_columns(
    register: Register, names: Sequence[str], mapped: Mapping[str, str], fixed: Mapping[str, str]
) -> dict[str, str]:
    """Which column of the file each of ours is read from.

    `mapped` is the caller's word, ours → the file's; `fixed` holds values that stand for every row. Raises
    InvalidInputError for a name that is not there, and for a required column that nobody gave.
    """
    ours = {column.name: column for column in register.columns}
    for target in (*mapped, *fixed):
        if target not in ours:
            raise invalid(
                "columns",
                "unknown_target",
                N_("There is nothing called “%(name)s” to fill. There is: %(known)s."),
                name=target,
                known=", ".join(ours),
            )
    found: dict[str, str] = {}
    for target, column in ours.items():
        told = mapped.get(target)
        if told is not None and told not in names:
            raise _missing(told, names)
        source = told or column.find_in(names)
        if source is not None:
            found[target] = source
        elif column.required and not fixed.get(target):
            raise _missing(target, names)
    return found


def _missing(name: str, names: Sequence[str]) -> InvalidInputError:
    message = N_("The file has no column “%(name)s”. It has: %(known)s.")
    return invalid("columns", "missing_column", message, name=name, known=", ".join(names) or "–")


def read_rows(
    register: Register,
    features: Sequence[Feature],
    columns: Mapping[str, str],
    fixed: Mapping[str, str],
    known: Known,
    *,
    repair: bool,
) -> Rows:
    """Judge every feature; a row with any fault is refused whole, with all its faults."""
    rows = Rows()
    for feature in features:
        faults: list[FieldError] = []
        repairs: list[FieldError] = []
        values: dict[str, Any] = {}
        if feature.fault is not None:
            faults.append(_of_geo(feature.fault, "row"))
        else:
            for column in register.columns:
                if column.name in columns or column.name in fixed:
                    text = cell_text(feature.properties.get(columns.get(column.name, "")))
                    _read_cell(column, text or fixed.get(column.name, ""), known, values, faults)
            try:
                values |= _place(register, feature.geometry, repair, repairs)
            except GeoError as error:
                faults.append(_of_geo(error, "geometry"))
        rows.repaired += [Remark(feature.number, what) for what in repairs if not faults]
        if faults:
            rows.refused += [Remark(feature.number, what) for what in faults]
        else:
            rows.fit.append(Row(feature.number, values))
    return rows


def _read_cell(
    column: Column, text: str, known: Known, values: dict[str, Any], faults: list[FieldError]
) -> None:
    if column.blank_keeps and not text:
        return
    if "\0" in text:
        message = N_("“%(name)s” holds a NUL character, which cannot be stored.")
        faults.append(FieldError(column.name, "nul", message, (("name", column.name),)))
    elif len(text) > column.most:
        message = N_("“%(name)s” holds %(length)s characters; at most %(most)s fit. Shorten it.")
        sizes = (("name", column.name), ("length", len(text)), ("most", column.most))
        faults.append(FieldError(column.name, "too_long", message, sizes))
    elif column.required and not text:
        message = N_("“%(name)s” is empty.")
        faults.append(FieldError(column.name, "empty", message, (("name", column.name),)))
    else:
        try:
            values[column.sets] = column.read(column.name, text, known)
        except InvalidInputError as error:
            faults += error.errors


def _place(
    register: Register, geometry: BaseGeometry | None, repair: bool, repairs: list[FieldError]
) -> dict[str, Any]:
    if register.geometry == "polygon":
        if repair:
            polygon, done = repair_polygon(geometry)
            repairs += [_of_geo(one, "geometry") for one in done]
        else:
            polygon = check_polygon(geometry)
        return {"polygon": shapely.to_wkb(polygon)}
    if register.geometry == "point":
        if not isinstance(geometry, Point) or geometry.is_empty:
            raise GeoError("not_a_point", N_("A point is needed."))
        position = parse_position(geometry.x, geometry.y)
        return {"lon": position.lon, "lat": position.lat}
    return {}


def _of_geo(error: GeoError | Repair, where: str) -> FieldError:
    return FieldError(where, error.code, error.message, tuple(error.details.items()))
