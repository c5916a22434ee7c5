"""A formula for people: the same calculation with the numbers put in."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from satupintu.lib.expressions.evaluation import EXACT, Evaluator
from satupintu.lib.money import grouped

if TYPE_CHECKING:
    from satupintu.lib.expressions.syntax import Tree

_SIGNS = {ast.Add: ("+", 1), ast.Sub: ("−", 1), ast.Mult: ("×", 2), ast.Div: ("÷", 2)}
_CALLS = {
    "min": "terkecil",
    "max": "terbesar",
    "round_half_up": "dibulatkan",
    "cut": "dipotong",
    "floor": "dibulatkan ke bawah",
    "ceil": "dibulatkan ke atas",
}
_SINGLE = 3


def explain(tree: Tree, facts: Mapping[str, Any]) -> str:
    with localcontext(EXACT):
        return _Writer(Evaluator(tree, facts)).write(tree.root)[0]


class _Writer:
    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def write(self, node: ast.expr) -> tuple[str, int]:
        """The text and how tightly it holds together, to know where brackets are needed."""
        match node:
            case ast.BinOp():
                sign, strength = _SIGNS[type(node.op)]
                left = self.within(node.left, strength)
                # a − (b + c) and a ÷ (b × c) keep their brackets.
                right = self.within(node.right, strength + (sign in "−÷"))
                return f"{left} {sign} {right}", strength
            case ast.UnaryOp(op=ast.USub()):
                return f"−{self.within(node.operand, _SINGLE)}", _SINGLE
            case ast.IfExp():
                taken = node.body if self.evaluator.value(node.test) else node.orelse
                return self.write(taken)
            case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
                values = "; ".join(self.write(argument)[0] for argument in node.args)
                return f"{_CALLS[name]}({values})", _SINGLE
        return _written(self.evaluator.value(node)), _SINGLE

    def within(self, node: ast.expr, strength: int) -> str:
        text, held = self.write(node)
        return text if held >= strength else f"({text})"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, Decimal):
        return grouped(value)
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return "" if value is None else str(value)
