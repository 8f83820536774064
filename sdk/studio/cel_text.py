"""Rules of CEL as text, from their trees."""

import ast

from studio.cel import HAS

WORDS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def text(node: ast.expr, outer: int = 0) -> str:
    """The rule of a tree, written in one way only: the same meaning gives the same text where `read` gives the same
    tree."""
    if isinstance(node, ast.BoolOp):
        level = 2 if isinstance(node.op, ast.And) else 1
        joined = (" && " if level == 2 else " || ").join(text(value, level + 1) for value in node.values)
        return f"({joined})" if outer > level else joined
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"!({text(node.operand)})"
    if isinstance(node, ast.Compare):
        parts = [text(node.left)]
        for op, side in zip(node.ops, node.comparators, strict=True):
            parts += [WORDS[type(op)], text(side)]
        return " ".join(parts)
    if isinstance(node, ast.Call):
        return f"{HAS}({text(node.args[0])})"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return "true" if node.value else "false"
    return ast.unparse(node)
