"""Which stored thing a row is about: known again by its keys, and never two rows about one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from app.errors import N_, invalid
from app.services.import_columns import folded
from app.services.import_registers import Register
from app.services.import_rows import Row

Identity = tuple[Hashable, ...]


class Ledger:
    """The things of one register as they are stored, and what the rows so far were about."""

    def __init__(self, register: Register, stored: Iterable[Any]) -> None:
        self._register = register
        self._by_identity: dict[Identity, list[Any]] = defaultdict(list)
        self._holders: dict[Hashable, Any] = {}
        """Value that must be unique → who holds it."""
        self._rows: dict[Hashable, int] = {}
        """Identity, or stored thing → the row that was about it."""
        for thing in stored:
            for identity in self._identities(partial(getattr, thing)):
                self._by_identity[identity].append(thing)
            if register.unique:
                self._holders[_comparable(getattr(thing, register.unique))] = thing.id

    def find(self, row: Row) -> Any | None:
        """The stored thing that the row is about, None for a new one; raises InvalidInputError on a clash."""
        identities = self._identities(row.values.get)
        thing = self._match(identities)
        holder: Hashable = identities[0] if thing is None else thing.id
        for taken in {holder, identities[0]}:
            earlier = self._rows.setdefault(taken, row.number)
            if earlier != row.number:
                message = N_("Row %(earlier)s is about the same thing; only one of them can be right.")
                raise invalid("row", "repeated", message, earlier=earlier)
        return thing

    def claim(self, values: Mapping[str, Any], thing: Any | None) -> None:
        """Take the value that must be unique for the thing, None for a new one; raises InvalidInputError."""
        name = self._register.unique
        value = values.get(name) if name else None
        if value is None:
            return
        holder = uuid4() if thing is None else thing.id
        if self._holders.setdefault(_comparable(value), holder) != holder:
            message = N_("“%(value)s” is taken by another one.")
            raise invalid(name, "taken", message, value=value)

    def _identities(self, value: Callable[[str], Any]) -> list[Identity]:
        found = []
        for key in self._register.keys:
            parts = tuple(_comparable(value(name)) for name in key)
            if parts[0] is not None:
                found.append((key, *parts))
        return found

    def _match(self, identities: list[Identity]) -> Any | None:
        for identity in identities:
            things = self._by_identity.get(identity, [])
            if identity is not identities[0]:
                # A weaker key may only pick up what has no surer one of its own.
                surest = self._register.keys[0][0]
                things = [thing for thing in things if getattr(thing, surest) is None]
            if len(things) > 1:
                message = N_("There are %(count)s of this name already; say which by external_id.")
                raise invalid("row", "ambiguous", message, count=len(things))
            if things:
                return things[0]
        return None


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return folded(value)
    return round(value, 6) if isinstance(value, float) else value
