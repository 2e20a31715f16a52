"""The functions that an expression may call, as ODK's XForms specification has them; docs/questionnaire.md lists them.

What gives another answer each time (`random`, `uuid`) or asks the phone (`pulldata`, `property`) is not among them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from elementpath import ElementNode, XPathContext
from elementpath.xpath_tokens import XPathToken

from forms.questionnaire.patterns import matches
from forms.questionnaire.xpath import (
    Parser,
    Value,
    as_day,
    day_of,
    element,
    number,
    text,
    texts,
    truth,
    value,
)

Arity = int | tuple[int, int | None]
TODAY, LISTS = "today", "lists"
"""Variables of the context: the place's day, and each list of choices as the root node of its instance."""
FUNCTIONS: dict[str, Arity] = {}
"""Name → how many arguments; (least, most), None: any number."""


def _function(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register what gets its arguments' values; `_looking` gives the context and the arguments unevaluated."""

    def register(apply: Callable[..., Value]) -> Callable[..., Value]:
        def evaluate(self: XPathToken, context: XPathContext | None = None) -> Value:
            return apply(*(value(part, context) for part in self))

        _add(name, arity, evaluate)
        return apply

    return register


def _looking(name: str, arity: Arity) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    def register(evaluate: Callable[..., Value]) -> Callable[..., Value]:
        def in_context(self: XPathToken, context: XPathContext | None = None) -> Value:
            if context is None:
                raise self.missing_context()
            return evaluate(context, *self)

        _add(name, arity, in_context)
        return evaluate

    return register


def _add(name: str, arity: Arity, evaluate: Callable[..., Value]) -> None:
    FUNCTIONS[name] = arity
    token: Any = Parser.function(name, nargs=arity)
    token.evaluate = evaluate


# Choices


@_function("selected", 2)
def _selected(answer: Value, choice: Value) -> Value:
    return text(choice).strip() in text(answer).split()


@_function("selected-at", 2)
def _selected_at(answer: Value, place: Value) -> Value:
    chosen, at = text(answer).split(), number(place)
    return chosen[int(at)] if 0 <= at < len(chosen) else ""


@_function("count-selected", 1)
def _count_selected(answer: Value) -> Value:
    return float(len(text(answer).split()))


# Logic


@_looking("if", 3)
def _if(context: XPathContext, condition: XPathToken, then: XPathToken, otherwise: XPathToken) -> Value:
    return value(then if truth(value(condition, context)) else otherwise, context)


@_function("coalesce", 2)
def _coalesce(first: Value, second: Value) -> Value:
    return text(first) or text(second)


@_looking("once", 1)
def _once(context: XPathContext, what: XPathToken) -> Value:
    here = element(context.item).text if isinstance(context.item, ElementNode) else ""
    return here or value(what, context)


@_function("not", 1)
def _not(what: Value) -> Value:
    return not truth(what)


@_function("boolean", 1)
def _boolean(what: Value) -> Value:
    return truth(what)


@_function("boolean-from-string", 1)
def _boolean_from_string(what: Value) -> Value:
    return text(what) in ("true", "1")


@_function("true", 0)
def _true() -> Value:
    return True


@_function("false", 0)
def _false() -> Value:
    return False


# Text


@_function("string", 1)
def _string(what: Value) -> Value:
    return text(what)


@_function("concat", (1, None))
def _concat(*parts: Value) -> Value:
    return "".join(words for part in parts for words in texts(part))


@_function("join", (1, None))
def _join(separator: Value, *parts: Value) -> Value:
    return text(separator).join(words for part in parts for words in texts(part))


@_function("substr", (2, 3))
def _substr(what: Value, start: Value, end: Value = math.inf) -> Value:
    words = text(what)
    return words[_index(start, len(words)) : _index(end, len(words))]


def _index(place: Value, length: int) -> int:
    at = number(place)
    return length if math.isnan(at) or at > length else max(int(at), -length) if at >= -length else 0


@_function("substring-before", 2)
def _substring_before(what: Value, mark: Value) -> Value:
    before, found, _after = _part(what, mark)
    return before if found else ""


@_function("substring-after", 2)
def _substring_after(what: Value, mark: Value) -> Value:
    return _part(what, mark)[2]


def _part(what: Value, mark: Value) -> tuple[str, str, str]:
    return text(what).partition(text(mark)) if text(mark) else ("", "", text(what))


@_function("contains", 2)
def _contains(what: Value, part: Value) -> Value:
    return text(part) in text(what)


@_function("starts-with", 2)
def _starts_with(what: Value, part: Value) -> Value:
    return text(what).startswith(text(part))


@_function("ends-with", 2)
def _ends_with(what: Value, part: Value) -> Value:
    return text(what).endswith(text(part))


@_function("normalize-space", 1)
def _normalize_space(what: Value) -> Value:
    return " ".join(text(what).split())


@_function("translate", 3)
def _translate(what: Value, letters: Value, others: Value) -> Value:
    old, new = text(letters), text(others)
    return text(what).translate({ord(letter): new[at : at + 1] for at, letter in reversed([*enumerate(old)])})


@_function("string-length", 1)
def _string_length(what: Value) -> Value:
    return float(len(text(what)))


@_function("regex", 2)
def _regex(what: Value, pattern: Value) -> Value:
    return matches(text(pattern), text(what))


# Numbers


@_function("number", 1)
def _number(what: Value) -> Value:
    return number(what)


@_function("int", 1)
def _int(what: Value) -> Value:
    found = number(what)
    return float(math.trunc(found)) if math.isfinite(found) else found


@_function("floor", 1)
def _floor(what: Value) -> Value:
    found = number(what)
    return float(math.floor(found)) if math.isfinite(found) else found


@_function("ceiling", 1)
def _ceiling(what: Value) -> Value:
    found = number(what)
    return float(math.ceil(found)) if math.isfinite(found) else found


@_function("abs", 1)
def _abs(what: Value) -> Value:
    return abs(number(what))


@_function("round", (1, 2))
def _round(what: Value, digits: Value = 0.0) -> Value:
    found, places = number(what), number(digits)
    if not math.isfinite(found) or not -30 <= places <= 30:
        return found
    try:
        return float(Decimal(repr(found)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))
    except InvalidOperation:
        return found


@_function("pow", 2)
def _pow(base: Value, exponent: Value) -> Value:
    try:
        return math.pow(number(base), number(exponent))
    except (OverflowError, ValueError):
        return math.nan


@_function("min", (1, None))
def _min(*parts: Value) -> Value:
    return _extreme(min, parts)


@_function("max", (1, None))
def _max(*parts: Value) -> Value:
    return _extreme(max, parts)


def _extreme(choose: Callable[[list[float]], float], parts: tuple[Value, ...]) -> float:
    found = [number(words) for part in parts for words in texts(part)]
    return math.nan if not found or any(map(math.isnan, found)) else choose(found)


@_function("sum", 1)
def _sum(what: Value) -> Value:
    return float(sum(number(words) for words in texts(what)))


@_function("count", 1)
def _count(what: Value) -> Value:
    return float(len(what)) if isinstance(what, list) else math.nan


@_function("count-non-empty", 1)
def _count_non_empty(what: Value) -> Value:
    nodes = what if isinstance(what, list) else []
    return float(sum(1 for node in map(element, nodes) if len(node) or node.text))


# Days. There is no time of day: an answer's time is known to the day only.


@_looking("today", 0)
def _today(context: XPathContext) -> Value:
    return _day(context).isoformat()


@_looking("now", 0)
def _now(context: XPathContext) -> Value:
    return _day(context).isoformat()


def _day(context: XPathContext) -> date:
    day: Any = context.variables[TODAY]
    return date.fromisoformat(day)


@_function("date", 1)
def _date(what: Value) -> Value:
    words = text(what)
    if day := as_day(words):
        return day.isoformat()
    found = number(what)
    day = None if math.isnan(found) else day_of(found)
    return "" if day is None else day.isoformat()


@_function("format-date", 2)
def _format_date(what: Value, pattern: Value) -> Value:
    day = as_day(text(_date(what)))
    if day is None:
        return ""
    parts = {
        "Y": f"{day:%Y}",
        "y": f"{day:%y}",
        "m": f"{day:%m}",
        "n": str(day.month),
        "d": f"{day:%d}",
        "e": str(day.day),
    }
    pieces = text(pattern).split("%")
    return pieces[0] + "".join(parts.get(piece[:1], "") + piece[1:] for piece in pieces[1:])


@_function("decimal-date-time", 1)
def _decimal_date_time(what: Value) -> Value:
    return number(_date(what))


# Where one is


@_looking("position", (0, 1))
def _position(context: XPathContext, of: XPathToken | None = None) -> Value:
    if of is None:
        return float(context.position)
    nodes = value(of, context)
    if not isinstance(nodes, list) or not nodes:
        return math.nan
    siblings = nodes[0].parent.children if nodes[0].parent is not None else [nodes[0]]
    return float([one for one in siblings if one.name == nodes[0].name].index(nodes[0]) + 1)


@_looking("last", 0)
def _last(context: XPathContext) -> Value:
    return float(context.size or 1)


@_looking("current", 0)
def _current(context: XPathContext) -> Value:
    here: Any = context.variables["current"]
    return [here]


@_looking("instance", 1)
def _instance(context: XPathContext, name: XPathToken) -> Value:
    found: Any = context.variables.get(f"{LISTS}:{text(value(name, context))}")
    return [] if found is None else [found]


@_looking("indexed-repeat", 3)
def _indexed_repeat(context: XPathContext, *parts: XPathToken) -> Value:
    wanted, turns, place = (value(part, context) for part in parts)
    at = number(place)
    if not isinstance(wanted, list) or not isinstance(turns, list) or not 1 <= at <= len(turns):
        return []
    turn = turns[int(at) - 1]
    return [node for node in wanted if _inside(node, turn)]


def _inside(node: Any, turn: ElementNode) -> bool:
    while node is not None and node is not turn:
        node = node.parent
    return node is turn
