"""What follows when an item is done: nothing, a second round, or the end of the batch."""

from __future__ import annotations

from collections.abc import Sequence

from processors.generation.decide import FailBatch, FinishBatch
from processors.generation.facts import told
from processors.generation.faults import REMEDIES
from processors.generation.ledger import Tally
from processors.generation.passage import Missing
from processors.generation.plan import Item, next_round
from processors.generation.ranking import shortfall
from processors.generation.recipe import recipe_of


def follow(tally: Tally) -> Sequence[Item] | FinishBatch | FailBatch:
    """New items (none while some are at work), or the command that ends the batch. Pure."""
    if tally.running:
        return ()
    count = tally.request["count"]
    more: list[Item] = []
    for number, part in enumerate(recipe_of(tally.request).parts if not tally.request.get("replies_of") else ()):
        items = [item for item in tally.items if item.part == number]
        if items:
            more += next_round(items, part.count, tally.request["method"], len(tally.items) + len(more))
    if more:
        return more
    missing = shortfall(count, tally.delivered, tally.aside)
    if tally.delivered == 0:
        return _failure(missing)
    return FinishBatch(
        count,
        tally.delivered,
        told(missing),
        tally.tokens_in,
        tally.tokens_out,
        tally.cost,
        tally.repaired,
        tally.request.get("currency", ""),
    )


def _failure(missing: Sequence[Missing]) -> FailBatch:
    """Nothing came: the commonest reason is the error of the batch."""
    worst = max(missing, key=lambda item: item.count)
    listed = ", ".join(f"{item.reason}: {item.count}" for item in missing)
    remedy = REMEDIES.get(worst.reason, "Lower the quality threshold, or choose documents with more running text.")
    return FailBatch(worst.reason.upper(), f"No sample could be delivered ({listed}).", remedy)
