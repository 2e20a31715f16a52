"""XPath as ODK reads it: elementpath's grammar and paths, with values and operators as XForms have them.

An answer is text until something wants a number or a truth: a day counts as the days since 1970, blank text is no
number (NaN), and a path is true where its first node holds text. https://getodk.github.io/xforms-spec/
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from typing import Any, ClassVar, cast
from xml.etree.ElementTree import Element

from elementpath import ElementNode, XPathContext, XPathNode
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathFunction, XPathToken

Value = list[ElementNode] | str | float | bool
_NUMBER = re.compile(r"-?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T|$)")
_EPOCH = date(1970, 1, 1)


class Parser(XPath1Parser):
    """Only what is registered here and in `functions` can be called; everything else is refused when parsed."""

    PATH_STEP_LABELS: ClassVar[tuple[str, ...]] = ("axis", "kind test", "function")


_OPERATORS = ("or", "and", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "div", "mod")
for _symbol, _token in list(Parser.symbol_table.items()):
    if issubclass(_token, XPathFunction):
        Parser.unregister(_symbol)
    elif _symbol in _OPERATORS:
        # A token class of its own: elementpath's is shared by every parser of the process.
        Parser.symbol_table[_symbol] = type(f"Odk{_token.__name__}", (_token,), {})


def value(token: XPathToken, context: XPathContext | None) -> Value:
    """What a part of an expression comes to: nodes, text, a number or a truth."""
    found: Any = token.evaluate(copy(context))
    if isinstance(found, str | bool):
        return found
    if isinstance(found, list):
        return [node for node in found if isinstance(node, ElementNode)]
    if isinstance(found, XPathNode):
        return [found] if isinstance(found, ElementNode) else []
    return float(found)


def element(node: ElementNode) -> Element:
    """The element that a node stands for."""
    return cast(Element, node.value)


def texts(found: Value) -> list[str]:
    """Each node's text; anything else is one text."""
    return [element(node).text or "" for node in found] if isinstance(found, list) else [text(found)]


def text(found: Value) -> str:
    """The text of a value: of the first node, `""` where there is none; whole numbers without a fraction."""
    if isinstance(found, list):
        return (element(found[0]).text or "") if found else ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        if math.isnan(found):
            return "NaN"
        if math.isinf(found):
            return "Infinity" if found > 0 else "-Infinity"
        return str(int(found)) if found == int(found) else repr(found)
    return found


def number(found: Value) -> float:
    """The number of a value; a day (ISO 8601) is the days since 1970-01-01, anything else that is no number NaN."""
    if isinstance(found, bool | float):
        return float(found)
    words = text(found).strip()
    if _NUMBER.fullmatch(words):
        return float(words)
    day = as_day(words)
    return math.nan if day is None else float((day - _EPOCH).days)


def truth(found: Value) -> bool:
    """Whether a value holds: text that is not blank, a number that is not 0."""
    if isinstance(found, bool):
        return found
    if isinstance(found, float):
        return not math.isnan(found) and found != 0
    return text(found) != ""


def as_day(words: str) -> date | None:
    """The day that a text begins with, e.g. of `2026-05-01` or `2026-05-01T09:00`."""
    if match := _DAY.match(words):
        try:
            return date.fromisoformat(match[0])
        except ValueError:
            return None
    return None


def day_of(count: float) -> date | None:
    """The day that many days after 1970-01-01."""
    try:
        return _EPOCH + timedelta(days=math.floor(count))
    except (OverflowError, ValueError):
        return None


def _compare(symbol: str, left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        first, second = truth(left), truth(right)
        return _COMPARE[symbol](first, second)
    if symbol in ("=", "!=") and not isinstance(left, float) and not isinstance(right, float):
        return any(_COMPARE[symbol](a, b) for a in texts(left) for b in texts(right))
    return any(_COMPARE[symbol](a, b) for a in _numbers(left) for b in _numbers(right))


def _numbers(found: Value) -> list[float]:
    return [number(words) for words in texts(found)] if isinstance(found, list) else [number(found)]


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)


def _modulo(a: float, b: float) -> float:
    return math.fmod(a, b) if b and math.isfinite(a) and not math.isnan(b) else math.nan


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divide,
    "mod": _modulo,
}


def _comparison(symbol: str) -> Callable[..., bool]:
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> bool:
        return _compare(symbol, value(self[0], context), value(self[1], context))

    return evaluate


def _calculation(symbol: str) -> Callable[..., float]:
    apply = _ARITHMETIC[symbol]

    def evaluate(self: XPathToken, context: XPathContext | None = None) -> float:
        if not len(self):
            raise self.missing_context()  # `*` as a step; whoever compiles refuses it
        if len(self) == 1:
            return apply(0.0, number(value(self[0], context)))
        return apply(number(value(self[0], context)), number(value(self[1], context)))

    return evaluate


def _or(self: XPathToken, context: XPathContext | None = None) -> bool:
    return truth(value(self[0], context)) or truth(value(self[1], context))


def _and(self: XPathToken, context: XPathContext | None = None) -> bool:
    return truth(value(self[0], context)) and truth(value(self[1], context))


for _symbol in _OPERATORS:
    _token = Parser.symbol_table[_symbol]
    if _symbol in _COMPARE:
        _token.evaluate = _comparison(_symbol)
    elif _symbol in _ARITHMETIC:
        _token.evaluate = _calculation(_symbol)
Parser.symbol_table["or"].evaluate = _or
Parser.symbol_table["and"].evaluate = _and
