"""Rules: small safe expressions over score names, e.g. ``grounding >= 0.8 && duplicate == 0``.

A rule is a query over stored scores, so it is part of the contract: whoever sends one can check it, and whoever
holds scores can ask it. Language 2 is CEL's (``studio.cel``): ``&&``, ``||``, ``!``, ``in``, ``? :``, ``has(name)``.
Language 1, in which the first rules were written, has ``and``, ``or``, ``not`` and chains (``0.2 < a < 0.8``); what can
be read in it keeps its version for ever. Nothing is ever executed; the syntax tree is walked.

A score that a sample does not have is *unknown*, and unknown follows Kleene's strong three-valued logic (S. C. Kleene,
Introduction to Metamathematics, 1952, section 64): ``false and unknown`` is false, ``true or unknown`` is true,
anything else stays unknown. A sample is kept only when the whole rule is true.
"""

import ast
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from studio import cel, cel_text, rule_first
from studio.rule_error import RuleError
from studio.rule_first import COMPARE

__all__ = ["Rule", "RuleError", "names_in", "parse"]

LANGUAGE, CEL = "1", "2"
CEL_SIGNS = re.compile(r"&|\||!(?!=)|\?|\bhas\s*\(|\bin\s*\[")
WORDS = re.compile(r"\b(?:and|or|not)\b")


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule. ``version`` names the language and the normalised expression: same meaning, same version."""

    expression: str
    version: str
    names: tuple[str, ...]

    def judge(self, scores: Mapping[str, float]) -> tuple[bool, str]:
        """Return ``(kept, reason)``; the reason is the first clause that is not true, empty when kept."""
        language, tree = _tree(self.expression)
        return _judge(language, tree, scores)

    def tree(self) -> ast.expr | None:
        """The syntax tree, of comparisons, `and`, `or`, `not`, truth values and calls of `has`; None for the empty
        rule. Not to be changed."""
        return _tree(self.expression)[1]

    def text(self, clause: ast.expr) -> str:
        """A part of the tree in the rule's own language."""
        return _text(_tree(self.expression)[0], clause)


def parse(expression: str) -> Rule:
    """Check an expression and return the rule. An empty one keeps everything.

    Raises:
        RuleError: anything outside the grammar, with the position of the first offence.
    """
    language, tree = _tree(expression)
    plain = "" if tree is None else _text(language, tree)
    return Rule(
        expression,
        f"{language}:{hashlib.sha256(plain.encode()).hexdigest()[:12]}",
        () if tree is None else tuple(sorted(names_in(tree))),
    )


def names_in(node: ast.expr) -> set[str]:
    """The names of scores in a tree or a part of one."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {cel.HAS}


def _text(language: str, node: ast.expr) -> str:
    return ast.unparse(node) if language == LANGUAGE else cel_text.text(node)


@lru_cache(maxsize=256)
def _tree(expression: str) -> tuple[str, ast.expr | None]:
    """(language, tree). What language 1 does not read is CEL; where CEL does not read it either, the error is of the
    language that it looks like."""
    try:
        return LANGUAGE, rule_first.read(expression)
    except RuleError as error:
        if len(expression) > rule_first.LONGEST:
            raise
        try:
            return CEL, cel.read(expression)
        except RuleError as other:
            if CEL_SIGNS.search(expression) and not WORDS.search(expression):
                raise other from None
            raise error from None


def _judge(language: str, tree: ast.expr | None, scores: Mapping[str, float]) -> tuple[bool, str]:
    if tree is None or _truth(tree, scores) is True:
        return True, ""
    clause: ast.expr = tree
    while isinstance(clause, ast.BoolOp) and isinstance(clause.op, ast.And):
        clause = next(value for value in clause.values if _truth(value, scores) is not True)
    missing = sorted(names_in(clause) - scores.keys())
    told = _text(language, clause)
    return False, f"{told}: no score {', '.join(missing)}" if _truth(clause, scores) is None and missing else told


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
    if isinstance(node, ast.Call):  # of has, and of nothing else
        assert isinstance(node.args[0], ast.Name)
        return node.args[0].id in scores
    if isinstance(node, ast.Constant):
        return bool(node.value)
    assert isinstance(node, ast.Compare)
    sides = [_number(side, scores) for side in (node.left, *node.comparators)]
    held: list[bool | None] = [
        None if left is None or right is None else COMPARE[type(op)](left, right)
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
