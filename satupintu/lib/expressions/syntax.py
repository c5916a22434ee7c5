"""Reading: text to a tree in which every node is allowed and every number is a Decimal."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from satupintu.lib.errors import Refused

MAX_LENGTH = 500
MAX_DEPTH = 30

_ALLOWED = (
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
    *(ast.Call, ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple),
)
_WORDS = {"true": True, "false": False}


class ExpressionError(Refused):
    """An expression that can not be read or evaluated; `field` names an answer that is missing."""

    def __init__(self, message: str, position: int, *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.position = position


class RowExpression(ast.expr):
    """The second argument of `sum_of`: an expression of its own, evaluated once per row."""

    _fields = ()

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree


@dataclass(frozen=True)
class Tree:
    text: str
    root: ast.expr
    start: int

    def position(self, node: ast.AST) -> int:
        """Where the node stands in the text, in characters from its first one."""
        offset = getattr(node, "col_offset", 0)
        return self.start + len(self.text.encode()[:offset].decode())


def read(text: str, start: int = 0) -> Tree:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"Rumus terlalu panjang. Paling banyak {MAX_LENGTH} huruf", start)
    start += len(text) - len(text.lstrip())
    text = " ".join(text.strip().splitlines())
    if not text:
        raise ExpressionError("Rumus ini kosong", start)
    try:
        root = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        position = start + max((error.offset or 1) - 1, 0)
        raise ExpressionError("Rumus ini tidak bisa dibaca mulai dari sini", position) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("Rumus ini tidak bisa dibaca", start) from error
    tree = Tree(text, root, start)
    return Tree(text, _Reader(tree).visit(root), start)


class _Reader(ast.NodeTransformer):
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.depth = 0

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, _ALLOWED):
            raise self.error("Bagian ini tidak dikenal dalam rumus", node)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("Rumus ini terlalu bertingkat. Pecah menjadi beberapa baris", node)
        try:
            return super().visit(node)
        finally:
            self.depth -= 1

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in _WORDS:
            return ast.copy_location(ast.Constant(_WORDS[node.id]), node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, bool | str):
            return node
        if isinstance(node.value, int | float):
            # From the text as written: a float would already have lost digits.
            written = ast.get_source_segment(self.tree.text, node) or ""
            if not set(written) <= set("0123456789._"):
                raise self.error("Tulis angka dengan angka biasa, misalnya 1250000 atau 0.5", node)
            return ast.copy_location(ast.Constant(Decimal(written)), node)  # type: ignore[arg-type]
        raise self.error("Nilai ini tidak dikenal dalam rumus", node)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        if not isinstance(node.func, ast.Name):
            raise self.error("Yang bisa dipanggil hanya fungsi bernama", node)
        if node.keywords:
            raise self.error("Tulis nilai fungsi tanpa nama dan tanda =", node)
        if node.func.id == "sum_of" and len(node.args) == 2:
            per_row = node.args[1]
            if not (isinstance(per_row, ast.Constant) and isinstance(per_row.value, str)):
                raise self.error("Tulis nama kolom di dalam tanda petik", per_row)
            inner = read(per_row.value, self.tree.position(per_row) + 1)
            if any(isinstance(part, RowExpression) for part in ast.walk(inner.root)):
                raise self.error("sum_of tidak bisa berada di dalam sum_of", per_row)
            node.args = [self.visit(node.args[0]), ast.copy_location(RowExpression(inner), per_row)]
            return node
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def error(self, message: str, node: ast.AST) -> ExpressionError:
        return ExpressionError(message, self.tree.position(node))
