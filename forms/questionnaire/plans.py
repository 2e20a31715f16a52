"""What a definition needs worked out once: its questions by level, its expressions compiled, who refers to whom."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from elementpath import DocumentNode, ElementNode

from forms.questionnaire.definition import Definition, Group, Item, Question
from forms.questionnaire.expressions import Expression, compile_expression
from forms.questionnaire.instance import list_instance

YES = frozenset({"true()", "yes", "true"})


@dataclass(frozen=True, eq=False)
class Place:
    """An item where it stands: the groups around it that can be skipped with it, and its expressions."""

    item: Item
    within: tuple[Group, ...]
    """The groups around it, outermost first, down from the repeat that it is in."""
    relevant: Expression | None
    constraint: Expression | None = None
    required: Expression | None = None
    """None also where it is always required: see `always_required`."""
    always_required: bool = False
    calculate: Expression | None = None
    choice_filter: Expression | None = None

    @property
    def expressions(self) -> Iterator[Expression]:
        """Those that it has."""
        for one in (self.relevant, self.constraint, self.required, self.calculate, self.choice_filter):
            if one is not None:
                yield one


class Plan:
    """The places of a definition in order, at the top and in each repeat; the groups too, each before what it holds."""

    def __init__(self, definition: Definition) -> None:
        self.top = tuple(_places(definition.items, ()))
        self.turns = {
            place.item.name: tuple(_places(place.item.items, ()))
            for place in self.top
            if isinstance(place.item, Group) and place.item.repeat
        }
        self.counts = {
            place.item.name: compile_expression(place.item.count)
            for place in self.top
            if isinstance(place.item, Group) and place.item.count
        }
        self.every = {
            place.item.name: place for places in (self.top, *self.turns.values()) for place in places
        }
        self.root = next((item.path.split("/")[1] for item in definition.items), "data")
        self.in_tree = self._in_tree()
        orders = {name: self._in_order(places) for name, places in (("", self.top), *self.turns.items())}
        self.several_passes = None in orders.values()
        """Whether one pass in `order` may not be enough to settle who is asked what."""
        self.order = {
            name: order or (self.top if name == "" else self.turns[name]) for name, order in orders.items()
        }
        """The places at the top (`""`) and in each repeat, in the order to settle them in."""

    def _in_tree(self) -> frozenset[str]:
        """The items that an expression looks at or stands at, and what holds them: nothing else is built."""
        wanted: set[str] = set()
        for place in self.every.values():
            found = list(place.expressions)
            wanted.update(name for one in found for name in one.names)
            if found or (isinstance(place.item, Question) and place.item.default):
                wanted.add(place.item.name)
        wanted.update(name for one in self.counts.values() for name in one.names)
        for place in [*self.every.values()]:
            if place.item.name in wanted:
                wanted.update(group.name for group in place.within)
        for repeat, places in self.turns.items():
            if any(place.item.name in wanted for place in places):
                wanted.add(repeat)
                wanted.update(group.name for group in self.every[repeat].within)
        return frozenset(wanted)

    def _in_order(self, places: tuple[Place, ...]) -> tuple[Place, ...] | None:
        """The places of one level, each after all that decides about it; None where that goes round in a circle.

        An import refuses circles of questions; a repeat as a whole may still depend on what depends on it.
        """
        unit = {place.item.name: place.item.name for place in places}
        for place in places:
            unit.update({inner.item.name: place.item.name for inner in self.turns.get(place.item.name, ())})
        graph: dict[str, set[str]] = {}
        for place in places:
            name = place.item.name
            deciding = [place, *self.turns.get(name, ())]
            names = {
                found
                for one in deciding
                for expression in (one.relevant, one.calculate)
                if expression
                for found in expression.names
            }
            names.update(group.name for group in place.within)
            graph[name] = {unit[found] for found in names if found in unit} - {name}
        try:
            return tuple(self.every[name] for name in TopologicalSorter(graph).static_order())
        except CycleError:
            return None

    @cached_property
    def lists(self) -> dict[str, DocumentNode | ElementNode]:
        """The instance of each list of choices."""
        return {
            item.choice_list: list_instance(item.choices)
            for item in (place.item for place in self.every.values())
            if isinstance(item, Question) and item.choice_list
        }


def _places(items: tuple[Item, ...], within: tuple[Group, ...]) -> Iterator[Place]:
    for item in items:
        relevant = compile_expression(item.relevant) if item.relevant else None
        if isinstance(item, Group):
            yield Place(item, within, relevant)
            if not item.repeat:
                yield from _places(item.items, (*within, item))
            continue
        yield Place(
            item,
            within,
            relevant,
            constraint=compile_expression(item.constraint) if item.constraint else None,
            required=compile_expression(item.required)
            if item.required and item.required not in YES
            else None,
            always_required=item.required in YES,
            calculate=compile_expression(item.calculate) if item.calculate else None,
            choice_filter=compile_expression(item.choice_filter) if item.choice_filter else None,
        )


_plans: dict[int, Plan] = {}


def plan_of(definition: Definition) -> Plan:
    """The plan of a definition, made once for as long as the definition is kept.

    Raises ExpressionError for an expression that an import would have refused.
    """
    plan = _plans.get(id(definition))
    if plan is None:
        plan = _plans[id(definition)] = Plan(definition)
        weakref.finalize(definition, _plans.pop, id(definition), None)
    return plan
