"""One small safe language for conditions and fees: exact decimals, no attributes, bounded."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from satupintu.lib.expressions import checking, evaluation, explaining
from satupintu.lib.expressions.syntax import ExpressionError, Tree, read

__all__ = ["Expression", "ExpressionError", "check", "holds", "parse"]

Result = Decimal | bool | str | date | None


@dataclass(frozen=True)
class Expression:
    text: str
    tree: Tree

    @property
    def names(self) -> frozenset[str]:
        """The facts it asks for; columns inside `sum_of` are not among them."""
        called = {id(node.func) for node in ast.walk(self.tree.root) if isinstance(node, ast.Call)}
        return frozenset(
            node.id
            for node in ast.walk(self.tree.root)
            if isinstance(node, ast.Name) and id(node) not in called
        )

    def evaluate(self, facts: Mapping[str, Any]) -> Result:
        """The value for these facts; a fact that is missing is None. Raises ExpressionError."""
        result: Result = evaluation.evaluate(self.tree, facts)
        return result

    def explain(self, facts: Mapping[str, Any]) -> str:
        """The formula with the numbers put in, for people. Raises ExpressionError."""
        return explaining.explain(self.tree, facts)


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError."""
    return Expression(text, read(text))


def check(text: str, types: Mapping[str, str], want: str | None = None) -> str:
    """Answer with the kind of the result, or raise ExpressionError where the kinds do not fit.

    Kinds: number, text, bool, date, list (of texts), table, lookup. A column of a table is
    written `table.column`.
    """
    return checking.check(parse(text).tree, types, want)


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds; it does not while an answer it counts with is still empty."""
    try:
        return bool(parse(text).evaluate(facts))
    except ExpressionError as error:
        if error.field is None:
            raise
        return False
