"""How a batch is cut into work items, and how a second round makes up for items that came short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GROUP = {"extractive": 12, "endpoint": 4}
"""Chunks per work item: seconds of work by either method."""
ROUNDS = {"extractive": 4, "endpoint": 2}


@dataclass(frozen=True, slots=True)
class Group:
    """Chunks `first..last` (exclusive) of a document; `weight` in characters."""

    document: str
    first: int
    last: int
    weight: int


@dataclass(frozen=True, slots=True)
class Item:
    """A work item: `asked` samples from a group, after the best `skip` that an earlier round took.

    name: `0001`, ...; delivered: None while it is at work; part: of the recipe, from 0.
    """

    name: str
    group: Group
    round: int
    asked: int
    skip: int = 0
    delivered: int | None = None
    part: int = 0


def groups(document: str, chunks: Sequence[tuple[int, int]], method: str) -> list[Group]:
    """Groups of a document whose chunks are the given spans."""
    size = GROUP[method]
    return [
        Group(
            document,
            first,
            min(first + size, len(chunks)),
            sum(end - start for start, end in chunks[first : first + size]),
        )
        for first in range(0, len(chunks), size)
    ]


def shares(count: int, weights: Sequence[int]) -> list[int]:
    """`count` split in proportion to `weights`, exactly (largest remainder)."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [count * weight / total for weight in weights]
    given = [int(share) for share in exact]
    rest = sorted(range(len(weights)), key=lambda index: (given[index] - exact[index], index))
    for index in rest[: count - sum(given)]:
        given[index] += 1
    return given


def first_round(all_groups: Sequence[Group], count: int, part: int = 0, after: int = 0) -> list[Item]:
    """One item per group, numbered on from `after`. An item that is asked for nothing is done; a later round may
    still turn to its group."""
    asked = shares(count, [group.weight for group in all_groups])
    return [
        Item(f"{number:04}", group, 1, share, delivered=None if share else 0, part=part)
        for number, (group, share) in enumerate(zip(all_groups, asked, strict=True), start=after + 1)
    ]


def planned(all_groups: Sequence[Group], counts: Sequence[int]) -> list[Item]:
    """The first round of all parts of a recipe, `counts` samples each."""
    items: list[Item] = []
    for part, count in enumerate(counts):
        items += first_round(all_groups, count, part, len(items))
    return items


def next_round(items: Sequence[Item], count: int, method: str, after: int | None = None) -> list[Item]:
    """New items for what a part of a batch still misses, from groups that gave all they were asked for. Empty when
    nothing is missing, no group is left or the rounds are used up. All items must be done."""
    missing = count - sum(item.delivered or 0 for item in items)
    last = max(item.round for item in items)
    if missing <= 0 or last >= ROUNDS[method]:
        return []
    given: dict[Group, int] = {}
    willing: dict[Group, bool] = {}
    for item in items:
        given[item.group] = given.get(item.group, 0) + (item.delivered or 0)
        willing[item.group] = willing.get(item.group, True) and (item.delivered or 0) >= item.asked
    left = [group for group, more in willing.items() if more]
    asked = shares(missing, [group.weight for group in left])
    number = len(items) if after is None else after
    found: list[Item] = []
    for group, share in zip(left, asked, strict=True):
        if share:
            number += 1
            found.append(Item(f"{number:04}", group, last + 1, share, skip=given[group], part=items[0].part))
    return found
