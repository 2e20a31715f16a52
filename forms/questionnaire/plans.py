"""What a definition needs worked out once: its questions by level, its expressions compiled, who refers to whom."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

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
        self.forward = self._forward()

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

    def _forward(self) -> bool:
        """Whether something depends on what comes after it, so that one pass in order is not enough."""
        seen: set[str] = set()
        for places in (self.top,):
            for place in places:
                seen.add(place.item.name)
                inner = self.turns.get(place.item.name, ())
                seen.update(one.item.name for one in inner)
                for one in (place, *inner):
                    for expression in (one.relevant, one.calculate):
                        if expression and any(
                            name in self.every and name not in seen for name in expression.names
                        ):
                            return True
        # Inside a repeat, order is not looked at.
        return any(one.relevant or one.calculate for inner in self.turns.values() for one in inner)

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
