"""Gates: small conditions over named values, e.g. ``token_f1 > 0 and format == 1``.

The grammar is the part of Python's that needs no trust: comparisons of names and numbers, ``and``, ``or``, ``not``,
parentheses. The syntax tree is walked, nothing is executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from grpo.errors import RewardInvalid

COMPARE: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Gate:
    """A checked condition; ``names`` are the values that it asks for. The empty condition is always true."""

    def __init__(self, text: str, field: str) -> None:
        """Parse ``text``.

        Raises:
            RewardInvalid: anything outside the grammar, naming ``field``.
        """
        self.text, self.field, self.names = text, field, set[str]()
        try:
            self.tree = ast.parse(text, mode="eval").body if text.strip() else None
        except (SyntaxError, ValueError, RecursionError):
            raise RewardInvalid(field, f"cannot read the condition {text!r}", "write e.g. token_f1 > 0") from None
        if self.tree is not None:
            self.check(self.tree)

    def check(self, node: ast.expr) -> None:
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self.check(value)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.check(operand)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARE for op in ops):
                for term in (left, *others):
                    self.check_term(term)
            case _:
                raise RewardInvalid(self.field, f"only comparisons, and, or, not are known: {self.text!r}")

    def check_term(self, node: ast.expr) -> None:
        match node:
            case ast.Name(id=name):
                self.names.add(name)
            case ast.Constant(value=bool() | str() | bytes() | None):
                raise RewardInvalid(self.field, f"expected a number in {self.text!r}")
            case ast.Constant(value=int() | float()):
                pass
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                pass
            case _:
                raise RewardInvalid(self.field, f"only names and numbers can be compared: {self.text!r}")

    def open(self, values: Mapping[str, float]) -> bool:
        """Whether the condition holds for ``values``, which must have every name in ``names``."""
        return self.tree is None or self.judge(self.tree, values)

    def judge(self, node: ast.expr, values: Mapping[str, float]) -> bool:
        match node:
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self.judge(part, values) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self.judge(part, values) for part in parts)
            case ast.UnaryOp(operand=operand):
                return not self.judge(operand, values)
            case ast.Compare(left=left, ops=ops, comparators=others):
                terms = [number(term, values) for term in (left, *others)]
                return all(COMPARE[type(op)](a, b) for op, a, b in zip(ops, terms, terms[1:], strict=False))
        raise AssertionError("checked when parsed")


def number(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.UnaryOp(operand=ast.Constant(value=value)):
            return -float(value)  # type: ignore[arg-type]
    raise AssertionError("checked when parsed")
