"""Checking a tree before it is used: every name known, every kind of value in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import cast

from satupintu.lib.expressions.functions import FUNCTIONS
from satupintu.lib.expressions.syntax import ExpressionError, RowExpression, Tree

KINDS = {
    "number": "angka",
    "text": "teks",
    "bool": "ya/tidak",
    "date": "tanggal",
    "list": "daftar",
    "table": "tabel isian",
    "lookup": "tabel tarif",
}
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def check(tree: Tree, types: Mapping[str, str], want: str | None) -> str:
    checker = _Checker(tree, types)
    if want:
        checker.expect(tree.root, want)
        return want
    return checker.kind(tree.root)


class _Checker:
    def __init__(self, tree: Tree, types: Mapping[str, str]) -> None:
        self.tree = tree
        self.types = types

    def expect(self, node: ast.expr, want: str) -> None:
        found = self.kind(node)
        if found != want:
            message = f"Di sini dibutuhkan {KINDS[want]}, tetapi tertulis {KINDS[found]}"
            raise self.error(message, node)

    def kind(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=bool()):
                return "bool"
            case ast.Constant(value=str()):
                return "text"
            case ast.Constant():
                return "number"
            case ast.Name():
                return self.name(node)
            case ast.BoolOp():
                for value in node.values:
                    self.expect(value, "bool")
                return "bool"
            case ast.UnaryOp(op=ast.Not()):
                self.kind(node.operand)
                return "bool"
            case ast.UnaryOp():
                self.expect(node.operand, "number")
                return "number"
            case ast.BinOp():
                self.expect(node.left, "number")
                self.expect(node.right, "number")
                return "number"
            case ast.IfExp():
                self.expect(node.test, "bool")
                kind = self.kind(node.body)
                self.expect(node.orelse, kind)
                return kind
            case ast.Compare():
                return self.compare(node)
            case ast.Call():
                return self.call(node)
            case ast.List() | ast.Tuple():
                for element in node.elts:
                    self.expect(element, "text")
                return "list"
        raise self.error("Bagian ini tidak dikenal dalam rumus", node)

    def name(self, node: ast.Name) -> str:
        if node.id not in self.types:
            raise self.unknown("Nama", node.id, self.types, node)
        return self.types[node.id]

    def compare(self, node: ast.Compare) -> str:
        left = node.left
        for operation, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operation, ast.In | ast.NotIn):
                self.within(left, right)
            else:
                kind = self.kind(left)
                if isinstance(operation, _ORDERED) and kind not in ("number", "date"):
                    raise self.error("Yang bisa dibandingkan hanya angka dan tanggal", left)
                self.expect(right, kind)
            left = right
        return "bool"

    def within(self, left: ast.expr, right: ast.expr) -> None:
        if isinstance(right, ast.List | ast.Tuple):
            kind = self.kind(left)
            for element in right.elts:
                self.expect(element, kind)
        else:
            self.expect(left, "text")
            self.expect(right, "list")

    def call(self, node: ast.Call) -> str:
        name = cast("ast.Name", node.func).id
        function = FUNCTIONS.get(name)
        if function is None:
            raise self.unknown("Fungsi", name, FUNCTIONS, node)
        if not function.accepts(len(node.args)):
            raise self.error(f"Banyaknya nilai untuk fungsi '{name}' tidak cocok", node)
        for place, argument in enumerate(node.args):
            wanted = function.takes_at(place)
            if isinstance(argument, RowExpression):
                self.row(node.args[0], argument)
            elif wanted == "key":
                self.key(argument)
            elif wanted == "any":
                self.kind(argument)
            else:
                self.expect(argument, wanted)
        return function.gives

    def key(self, node: ast.expr) -> None:
        if self.kind(node) not in ("text", "number"):
            raise self.error("Kunci tabel harus teks atau angka", node)

    def row(self, table: ast.expr, each: RowExpression) -> None:
        if not isinstance(table, ast.Name):
            raise self.error("Tulis nama tabel isian", table)
        prefix = f"{table.id}."
        columns = {
            name.removeprefix(prefix): kind
            for name, kind in self.types.items()
            if name.startswith(prefix)
        }
        _Checker(each.tree, {**self.types, **columns}).expect(each.tree.root, "number")

    def unknown(
        self, what: str, name: str, known: Iterable[str], node: ast.expr
    ) -> ExpressionError:
        near = get_close_matches(name, list(known), 1)
        hint = f". Mungkin maksud Anda '{near[0]}'" if near else ""
        return self.error(f"{what} '{name}' tidak ada{hint}", node)

    def error(self, message: str, node: ast.expr) -> ExpressionError:
        return ExpressionError(message, self.tree.position(node))
