"""Evaluating a tree: simpleeval with our own values, operators and limits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import (
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Any, cast

from simpleeval import SimpleEval

from satupintu.lib.errors import both
from satupintu.lib.expressions.functions import FUNCTIONS, Empty, Wrong, number, rows_of
from satupintu.lib.expressions.syntax import ExpressionError, RowExpression, Tree

MAX_STEPS = 20_000

EXACT = Context(prec=50, traps=[InvalidOperation, DivisionByZero, Overflow])
_SINGLE = (str, bool, Decimal, date)


def evaluate(tree: Tree, facts: Mapping[str, Any]) -> Any:
    with localcontext(EXACT):
        return Evaluator(tree, facts).value(tree.root)


def _counted(run: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: run(*map(number, values))


def _ordered(run: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(a: Any, b: Any) -> bool:
        if a is None or b is None:
            return False
        if isinstance(a, date) and isinstance(b, date):
            return run(a, b)
        return run(number(a), number(b))

    return compare


def _equal(a: Any, b: Any, wanted: bool) -> bool:
    return a is not None and b is not None and (a == b) is wanted


def _within(a: Any, b: Any, wanted: bool) -> bool:
    if a is None or b is None:
        return False
    if not isinstance(b, list | tuple):
        raise Wrong("Setelah 'in' tulis daftar, misalnya ['baru', 'ubah']")
    return (a in b) is wanted


_OPERATORS = {
    ast.Add: _counted(operator.add),
    ast.Sub: _counted(operator.sub),
    ast.Mult: _counted(operator.mul),
    ast.Div: _counted(operator.truediv),
    ast.USub: _counted(operator.neg),
    ast.UAdd: _counted(operator.pos),
    ast.Not: operator.not_,
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.Eq: lambda a, b: _equal(a, b, wanted=True),
    ast.NotEq: lambda a, b: _equal(a, b, wanted=False),
    ast.In: lambda a, b: _within(a, b, wanted=True),
    ast.NotIn: lambda a, b: _within(a, b, wanted=False),
}


class Evaluator(SimpleEval):  # type: ignore[misc]
    def __init__(self, tree: Tree, facts: Mapping[str, Any]) -> None:
        super().__init__(operators=_OPERATORS, functions={}, names={})
        self.tree = tree
        self.facts = facts
        self.steps = 0
        self.nodes = {
            ast.BoolOp: lambda node: bool(self._eval_boolop(node)),
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.Compare: self._eval_compare,
            ast.IfExp: self._eval_ifexp,
            ast.Call: self._eval_call,
            ast.Name: self._eval_name,
            ast.Constant: lambda node: node.value,
            ast.List: self._eval_list,
            ast.Tuple: self._eval_list,
        }

    def value(self, node: ast.expr) -> Any:
        return self._eval(node)

    def _eval(self, node: ast.expr) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.error(
                both("Rumus ini terlalu lama dihitung", "This formula takes too long"), node
            )
        try:
            return self.nodes[type(node)](node)
        except Empty as empty:
            name = self._first_empty(node)
            message = both(
                "Isian '{name}' masih kosong, padahal dipakai untuk menghitung",
                "'{name}' is still empty, but the calculation needs it",
                name=name,
            )
            raise self.error(message, node, field=name) from empty
        except Wrong as wrong:
            raise self.error(wrong.args[0], node) from wrong
        except ZeroDivisionError as error:
            raise self.error(
                both("Pembagi di sini bernilai nol", "This divides by zero"), node
            ) from error
        except DecimalException as error:
            raise self.error(
                both("Hitungan di sini tidak mempunyai hasil", "This calculation has no result"),
                node,
            ) from error

    def _eval_name(self, node: ast.Name) -> Any:
        value = self.facts.get(node.id)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if value is None or isinstance(value, (*_SINGLE, list, tuple, Mapping)):
            return value
        raise Wrong(f"'{node.id}' berisi nilai yang tidak bisa dipakai dalam rumus")

    def _eval_list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self._eval(element) for element in node.elts]

    def _eval_call(self, node: ast.Call) -> Any:
        name = cast("ast.Name", node.func).id
        function = FUNCTIONS.get(name)
        if function is None:
            raise Wrong(f"Fungsi '{name}' tidak ada")
        if not function.accepts(len(node.args)):
            raise Wrong(f"Banyaknya nilai untuk fungsi '{name}' tidak cocok")
        if isinstance(node.args[-1], RowExpression):
            return function.run(*self._per_row(node.args[0], node.args[-1]))
        return function.run(*map(self._eval, node.args))

    def _per_row(self, table: ast.expr, each: RowExpression) -> list[Decimal]:
        outer = self.tree, self.facts
        rows = rows_of(self._eval(table))
        values = []
        try:
            self.tree = each.tree
            for row in rows:
                self.facts = {**outer[1], **row}
                values.append(self._row_value(each.tree.root))
        finally:
            self.tree, self.facts = outer
        return values

    def _row_value(self, root: ast.expr) -> Decimal:
        value = self._eval(root)
        try:
            return number(value)
        except Empty as empty:
            name = self._first_empty(root)
            message = both(
                "Kolom '{name}' masih kosong, padahal dipakai untuk menghitung",
                "Column '{name}' is still empty, but the calculation needs it",
                name=name,
            )
            raise self.error(message, root, field=name) from empty

    def _first_empty(self, node: ast.expr) -> str:
        names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
        return next(n for n in names if self.facts.get(n) is None and n not in FUNCTIONS)

    def error(self, message: str, node: ast.expr, *, field: str | None = None) -> ExpressionError:
        return ExpressionError(message, self.tree.position(node), field=field)
