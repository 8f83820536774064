"""The language of the first rules: the part of Python's grammar that needs no trust."""

import ast
import operator
from collections.abc import Callable, Mapping

from studio.rule_error import RuleError

LONGEST = 2_000
DEEPEST = 40
LARGEST = 1e15
COMPARE: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def read(expression: str) -> ast.expr | None:
    """The syntax tree of a rule, of comparisons, `and`, `or` and `not` only; None for the empty rule.

    Raises:
        RuleError: anything outside the grammar, with the position of the first offence.
    """
    if len(expression) > LONGEST:
        raise RuleError(f"a rule has at most {LONGEST} characters", LONGEST)
    if not expression.strip():
        return None
    depth = 0
    for position, letter in enumerate(expression, 1):
        depth += (letter == "(") - (letter == ")")
        if not letter.isascii() or (letter < " " and letter not in "\t\n") or letter in "#;\\" or depth < 0:
            raise RuleError(f"unexpected character {letter!r}", position)
        if depth > DEEPEST:
            raise RuleError("nested too deeply", position)
    # The parentheses added here make leading blanks harmless; columns of the tree count from 1 because of them.
    text = "(" + expression.replace("\n", " ") + ")"
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = min(max(1, (error.offset or 1) - 1), len(expression))
        raise RuleError(f"not a rule: {error.msg}", column) from None
    except (MemoryError, RecursionError):
        raise RuleError("nested too deeply", 1) from None
    if not isinstance(tree, ast.Compare | ast.BoolOp | ast.UnaryOp):
        raise RuleError("a rule compares scores, e.g. grounding >= 0.8", tree.col_offset or 1)
    _check_truth(tree, 0)
    return tree


def _check_truth(node: ast.expr, depth: int) -> None:
    if depth > DEEPEST:
        raise RuleError("nested too deeply", node.col_offset)
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            _check_truth(value, depth + 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check_truth(node.operand, depth + 1)
    elif isinstance(node, ast.Compare):
        for op, right in zip(node.ops, node.comparators, strict=True):
            if type(op) not in COMPARE:
                raise RuleError("only < <= > >= == != compare scores", right.col_offset)
        for side in (node.left, *node.comparators):
            _check_number(side)
    else:
        raise RuleError("expected a comparison, e.g. grounding >= 0.8", node.col_offset)


def _check_number(node: ast.expr) -> None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        node = node.operand
    if isinstance(node, ast.Name):
        return
    # bool is an int in Python; True == 1 in a rule would read as a score.
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        if abs(node.value) > LARGEST:
            raise RuleError(f"numbers go up to {LARGEST:g}", node.col_offset)
        return
    raise RuleError("expected the name of a score or a number", node.col_offset)
