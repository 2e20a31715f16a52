"""Expressions of a questionnaire: read once, and checked so that nobody's form can cost much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from elementpath import ElementPathError, XPathContext
from elementpath.xpath_tokens import XPathAxis, XPathToken

from forms.questionnaire.functions import FUNCTIONS
from forms.questionnaire.patterns import PatternError, check
from forms.questionnaire.xpath import Parser, Value, value

LONGEST_EXPRESSION, DEEPEST = 2_000, 30
_REFUSED = frozenset({"//", "@", "$", "|", "{", ":"})
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_CALL = re.compile(r"([^\W\d][\w.:-]*)\s*\(")


class ExpressionError(ValueError):
    """The expression cannot be used; `code` names why, `what` the part of it that is meant."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what


class Expression:
    """One expression, ready to be evaluated any number of times."""

    def __init__(self, source: str, root: XPathToken) -> None:
        self.source, self._root = source, root
        self.names = frozenset(str(part.value) for part in _parts(root) if part.symbol == "(name)")
        """Every name that stands in one of its paths."""
        self.instances = frozenset(
            str(part[0].value)
            for part in _parts(root)
            if part.symbol == "instance" and part[0].symbol == "(string)"
        )
        """The lists of choices that it looks into."""

    def evaluate(self, context: XPathContext) -> Value:
        """What it comes to where the context stands."""
        return value(self._root, context)


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Read an expression as the XForm has it (paths instead of `${name}`).

    Raises ExpressionError: too_long, too_deep, unknown_function, wrong_arguments, unsupported, bad_pattern, bad_syntax.
    """
    if len(source) > LONGEST_EXPRESSION:
        raise ExpressionError("too_long", str(LONGEST_EXPRESSION))
    if source.count("(") + source.count("[") > 4 * DEEPEST or _depth(source) > DEEPEST:
        raise ExpressionError("too_deep", str(DEEPEST))
    try:
        root: XPathToken = Parser().parse(source)
    except ElementPathError as error:
        raise _explain(source, error) from error
    except (ValueError, SyntaxError, TypeError, ArithmeticError) as error:
        raise ExpressionError("bad_syntax", str(error)) from error
    for part in _parts(root):
        _check(part)
    return Expression(source, root)


def _depth(source: str) -> int:
    depth = deepest = 0
    for letter in source:
        depth += (letter in "([") - (letter in ")]")
        deepest = max(deepest, depth)
    return deepest


def _parts(root: XPathToken) -> Iterator[XPathToken]:
    yield root
    for part in root:
        yield from _parts(part)


def _check(part: XPathToken) -> None:
    symbol = part.symbol
    if (
        symbol in _REFUSED
        or (symbol == "*" and not len(part))
        or isinstance(part, XPathAxis)
        or part.label == "kind test"
    ):
        raise ExpressionError("unsupported", symbol)
    if symbol == "/" and not all(map(_gives_nodes, part)):
        raise ExpressionError("unsupported", "/")
    if symbol == "[" and not _gives_nodes(part[0]):
        raise ExpressionError("unsupported", "[ ]")
    if symbol == "[" and any(inner.symbol == "[" for inner in _parts(part[1])):
        # Each turn inside another multiplies the work.
        raise ExpressionError("unsupported", "[ [ ] ]")
    if symbol == "instance" and part[0].symbol != "(string)":
        raise ExpressionError("unsupported", "instance()")
    if symbol == "regex" and part[1].symbol == "(string)":
        try:
            check(str(part[1].value))
        except PatternError as error:
            raise ExpressionError("bad_pattern", str(error)) from error


def _gives_nodes(part: XPathToken) -> bool:
    """Whether it is a path, or something that a path may begin with."""
    if part.symbol in ("[", "("):
        return _gives_nodes(part[0])
    return part.symbol in ("/", "(name)", ".", "..", "current", "instance", "indexed-repeat")


def _explain(source: str, error: ElementPathError) -> ExpressionError:
    called = [name for name in _called(source) if name not in FUNCTIONS]
    if called:
        return ExpressionError("unknown_function", called[0])
    if error.code in ("err:XPST0017", "err:XPTY0004"):
        return ExpressionError("wrong_arguments", error.message)
    return ExpressionError("bad_syntax", error.message)


def _called(source: str) -> Iterator[str]:
    bare = _TEXT.sub("''", source)
    for match in _CALL.finditer(bare):
        if match[1] not in ("and", "or", "div", "mod"):
            yield match[1]
