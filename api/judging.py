"""A rule over all samples of a result at once: the same answers as `Rule.judge`, sample by sample, gives.

Kleene's logic is Arrow's too: `and_kleene` and `or_kleene` treat a missing score as unknown.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import reduce
from typing import Any

from studio.rule import Rule, names_in

from api.decided import Columns

COMPARE = {
    ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater", ast.GtE: "greater_equal", ast.Eq: "equal",
    ast.NotEq: "not_equal",
}  # fmt: skip


def judge(columns: Columns, rule: Rule) -> Any:
    """Whether the rule is true, by sample (an Arrow array without nulls)."""
    import pyarrow.compute as pc

    tree = rule.tree()
    return _all(columns, True) if tree is None else pc.fill_null(_truth(columns, tree), False)


def reasons(columns: Columns, rule: Rule, among: Any) -> Counter[str]:
    """For each sample of the mask `among` that the rule drops, the first clause that is not true; counted."""
    import pyarrow.compute as pc

    found: Counter[str] = Counter()
    left, tree = among, rule.tree()
    for clause in [] if tree is None else list(_clauses(tree)):
        truth = _truth(columns, clause)
        passed = pc.fill_null(truth, False)
        unknown = pc.and_(left, pc.is_null(truth))
        failed = pc.and_(left, pc.invert(passed))
        text = rule.text(clause)
        names = sorted(names_in(clause))
        lacking = _lacking(columns, names, unknown)
        found += Counter({f"{text}: no score {', '.join(missing)}": n for missing, n in lacking.items()})
        found[text] += (pc.sum(failed).as_py() or 0) - sum(lacking.values())
        left = pc.and_(left, passed)
    return +found


def _clauses(tree: ast.expr) -> list[ast.expr]:
    """The parts of a chain of `and`, in their order."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [leaf for value in tree.values for leaf in _clauses(value)]
    return [tree]


def _lacking(columns: Columns, names: list[str], among: Any) -> dict[tuple[str, ...], int]:
    """Which of these scores the samples of a mask lack, and how many lack just those."""
    import pyarrow as arrow
    import pyarrow.compute as pc

    if not names:
        return {}
    table = arrow.table({name: pc.is_null(_number(columns, ast.Name(name))) for name in names}).filter(among)
    if not len(table):
        return {}
    counted = table.group_by(names).aggregate([([], "count_all")])
    return {tuple(name for name in names if row[name]): row["count_all"] for row in counted.to_pylist()}


def _truth(columns: Columns, node: ast.expr) -> Any:
    """True, false or null by sample."""
    import pyarrow.compute as pc

    match node:
        case ast.BoolOp():
            join = pc.and_kleene if isinstance(node.op, ast.And) else pc.or_kleene
            return reduce(join, [_truth(columns, value) for value in node.values])
        case ast.UnaryOp():
            return pc.invert(_truth(columns, node.operand))
        case ast.Call(args=[ast.Name() as name]):  # of has
            return pc.is_valid(_number(columns, name))
        case ast.Constant(value=bool() as value):
            return _all(columns, value)
        case ast.Compare():
            sides = [_number(columns, side) for side in (node.left, *node.comparators)]
            held = [
                getattr(pc, COMPARE[type(op)])(left, right)
                for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
            ]
            return _everywhere(columns, reduce(pc.and_kleene, held))
        case _:
            raise TypeError(f"{ast.unparse(node)} is no truth")


def _number(columns: Columns, node: ast.expr) -> Any:
    import pyarrow as arrow

    if isinstance(node, ast.Name):
        found = columns.scores.get(node.id)
        return arrow.nulls(len(columns), arrow.float64()) if found is None else found
    return arrow.scalar(float(ast.literal_eval(node)), arrow.float64())


def _everywhere(columns: Columns, value: Any) -> Any:
    """A mask; two numbers compared with each other give one truth for all rows."""
    import pyarrow as arrow

    return arrow.repeat(value, len(columns)) if isinstance(value, arrow.Scalar) else value


def _all(columns: Columns, value: bool) -> Any:
    import pyarrow as arrow

    return arrow.repeat(arrow.scalar(value), len(columns))
