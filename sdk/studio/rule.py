"""Rules: small safe expressions over score names, e.g. ``grounding >= 0.8 and duplicate == 0``.

A rule is a query over stored scores, so it is part of the contract: whoever sends one can check it, and whoever
holds scores can ask it. The grammar is the part of Python's that needs no trust: comparisons of names and numbers,
``and``, ``or``, ``not``, parentheses. Nothing is ever executed; the syntax tree is walked.

A score that a sample does not have is *unknown*, and unknown follows Kleene's strong three-valued logic (S. C. Kleene,
Introduction to Metamathematics, 1952, section 64): ``false and unknown`` is false, ``true or unknown`` is true,
anything else stays unknown. A sample is kept only when the whole rule is true.
"""

import ast
import hashlib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

LANGUAGE = "1"
LONGEST = 2_000
DEEPEST = 40
LARGEST = 1e15

_COMPARE: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class RuleError(ValueError):
    """A rule that cannot be read. ``position`` counts characters of the expression from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule. ``version`` names the language and the normalised expression: same meaning, same version."""

    expression: str
    version: str
    names: tuple[str, ...]

    def judge(self, scores: Mapping[str, float]) -> tuple[bool, str]:
        """Return ``(kept, reason)``; the reason is the first clause that is not true, empty when kept."""
        return _judge(_tree(self.expression), scores)

    def tree(self) -> ast.expr | None:
        """The syntax tree, of comparisons, `and`, `or` and `not` only; None for the empty rule. Not to be changed."""
        return _tree(self.expression)


def parse(expression: str) -> Rule:
    """Check an expression and return the rule. An empty one keeps everything.

    Raises:
        RuleError: anything outside the grammar, with the position of the first offence.
    """
    tree = _tree(expression)
    plain = "" if tree is None else ast.unparse(tree)
    names = () if tree is None else tuple(sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}))
    return Rule(expression, f"{LANGUAGE}:{hashlib.sha256(plain.encode()).hexdigest()[:12]}", names)


@lru_cache(maxsize=256)
def _tree(expression: str) -> ast.expr | None:
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
            if type(op) not in _COMPARE:
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


def _judge(tree: ast.expr | None, scores: Mapping[str, float]) -> tuple[bool, str]:
    if tree is None or _truth(tree, scores) is True:
        return True, ""
    clause: ast.expr = tree
    while isinstance(clause, ast.BoolOp) and isinstance(clause.op, ast.And):
        clause = next(value for value in clause.values if _truth(value, scores) is not True)
    missing = sorted({n.id for n in ast.walk(clause) if isinstance(n, ast.Name) and n.id not in scores})
    if _truth(clause, scores) is None and missing:
        return False, f"{ast.unparse(clause)}: no score {', '.join(missing)}"
    return False, ast.unparse(clause)


def _truth(node: ast.expr, scores: Mapping[str, float]) -> bool | None:
    if isinstance(node, ast.BoolOp):
        values = [_truth(value, scores) for value in node.values]
        decisive = isinstance(node.op, ast.Or)
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    if isinstance(node, ast.UnaryOp):
        value = _truth(node.operand, scores)
        return None if value is None else not value
    assert isinstance(node, ast.Compare)
    sides = [_number(side, scores) for side in (node.left, *node.comparators)]
    held: list[bool | None] = [
        None if left is None or right is None else _COMPARE[type(op)](left, right)
        for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
    ]
    if False in held:
        return False
    return None if None in held else True


def _number(node: ast.expr, scores: Mapping[str, float]) -> float | None:
    if isinstance(node, ast.Name):
        return scores.get(node.id)
    if isinstance(node, ast.UnaryOp):
        assert isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, int | float)
        return -float(node.operand.value)
    assert isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return float(node.value)
