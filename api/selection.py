"""Which samples of a curation's result are meant, in which order, and how their scores are spread. Pure; on Arrow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from api.decided import Columns


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list of samples is filtered by; None and empty text do not filter. low, high: of `scorer`, inclusive.

    reviewed: sample ids that the list is limited to. unreviewed: without these. sort: score, -score, created, -created.
    """

    batch_id: str | None = None
    document_id: str | None = None
    kind: str | None = None
    kept: bool | None = None
    scorer: str | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    reviewed: Collection[str] | None = None
    unreviewed: Collection[str] | None = None
    sort: str = ""


def select(columns: Columns, choice: Choice) -> Any:
    """Row numbers of the samples that are meant, in order (an Arrow array).

    Raises:
        KeyError: no sample has a score of this scorer.
    """
    import pyarrow as arrow
    import pyarrow.compute as pc

    table, parts = columns.table, []
    for name in ("batch_id", "document_id", "kind", "kept"):
        value = getattr(choice, name)
        if value is not None:
            parts.append(pc.equal(table.column(name), value))
    score = columns.scores[choice.scorer] if choice.scorer else None
    if score is not None:
        parts += [pc.greater_equal(score, choice.low)] if choice.low is not None else []
        parts += [pc.less_equal(score, choice.high)] if choice.high is not None else []
    if choice.text:
        found = [pc.match_substring(table.column(n), choice.text, ignore_case=True) for n in ("question", "answer")]
        parts.append(pc.or_(*found))
    ids = table.column("sample_id")
    if choice.reviewed is not None:
        parts.append(pc.is_in(ids, arrow.array(choice.reviewed, arrow.string())))
    if choice.unreviewed:
        parts.append(pc.invert(pc.is_in(ids, arrow.array(choice.unreviewed, arrow.string()))))
    rows = arrow.array(range(len(columns)), arrow.int64()) if not parts else _where(parts)
    if choice.sort.endswith("score") and score is not None:
        direction = "descending" if choice.sort.startswith("-") else "ascending"
        keys = arrow.table({"score": pc.take(score, rows)})
        return rows.take(pc.sort_indices(keys, sort_keys=[("score", direction)]))
    return rows[::-1] if choice.sort == "-created" else rows


def _where(parts: list[Any]) -> Any:
    import pyarrow.compute as pc

    mask = parts[0]
    for part in parts[1:]:
        mask = pc.and_(mask, part)
    chunked = pc.indices_nonzero(pc.fill_null(mask, False))
    return chunked.cast("int64")


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one score: how many have it, and its least, greatest and mean value; None without any."""

    count: int
    low: float | None
    high: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Samples with low <= score < high; the last bin has its upper edge too."""

    low: float
    high: float
    count: int
    kept: int
    dropped: int


def spread(score: Any) -> Spread:
    """Least, greatest and mean of a column."""
    import pyarrow.compute as pc

    edges = pc.min_max(score).as_py()
    return Spread(len(score) - score.null_count, edges["min"], edges["max"], pc.mean(score).as_py())


def histogram(score: Any, kept: Any, bins: int) -> list[Bin]:
    """Counts in `bins` equal steps, by `kept` (null: not decided).

    From 0 to 1 where all values are there, so that pictures can be compared.
    """
    import pyarrow as arrow
    import pyarrow.compute as pc

    seen = spread(score)
    if seen.low is None or seen.high is None:
        return []
    low, high = (0.0, 1.0) if seen.low >= 0 and seen.high <= 1 else (seen.low, seen.high)
    width = (high - low) / bins or 1.0
    place = pc.floor(pc.divide(pc.subtract(score, low), width))
    # Whole numbers, because 0.0 and -0.0 are two groups.
    place = pc.min_element_wise(place, arrow.scalar(float(bins - 1)), skip_nulls=False).cast("int64")
    counted = arrow.table({"place": place, "kept": kept}).group_by(["place", "kept"]).aggregate([([], "count_all")])
    found = {(row["place"], row["kept"]): row["count_all"] for row in counted.to_pylist() if row["place"] is not None}
    made = []
    for number in range(bins):
        yes, no, open = (found.get((number, state), 0) for state in (True, False, None))
        edge = high if number == bins - 1 else low + (number + 1) * width
        made.append(Bin(low + number * width, edge, yes + no + open, yes, no))
    return made
