"""The result of a curation as columns: read once per blob, then filtered, sorted and counted in milliseconds.

Results are content-addressed, so a column never goes stale. 100,000 samples take about 60 MB, most of it their text;
the least recently used results give way.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.artefacts import Artefacts

MOST = 256 * 1024 * 1024  # bytes of columns kept
COLUMNS = ["sample_id", "batch_id", "document_id", "kind", "question", "answer", "scores", "kept", "reason"]
TOPICS = ("kind", "document_name", "section_title", "language")  # what a mix of topics is counted by
FEW = ("batch_id", "document_id", "reason", *TOPICS)  # few values, many rows
SCORE = "score."  # prefix of the columns that hold one score each; results before them hold JSON only
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a curation decided about one sample."""

    sample_id: str
    batch_id: str
    document_id: str
    kind: str
    scores: dict[str, float]
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """table: a row per sample, in the order of the result, scores left out. scores: scorer to its column, null where
    a sample has no such score (Arrow arrays). size: bytes of memory. tokens: int64 per sample, estimated from the
    characters of passage, question and answer (NumPy).
    """

    table: Any
    scores: dict[str, Any]
    size: int
    tokens: Any = None
    _found: list[tuple[Sequence[str], Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def judgements(self, rows: list[int] | None = None) -> list[Judgement]:
        """The samples in these rows, or all."""
        table = self.table if rows is None else self.table.take(_indices(rows))
        scores = {name: (c if rows is None else c.take(_indices(rows))).to_pylist() for name, c in self.scores.items()}
        names = ("sample_id", "batch_id", "document_id", "kind", "kept", "reason")
        plain = [table.column(name).to_pylist() for name in names]
        found = []
        for number, (sample, batch, document, kind, kept, reason) in enumerate(zip(*plain, strict=True)):
            own = {name: values[number] for name, values in scores.items() if values[number] is not None}
            found.append(Judgement(sample, batch, document, kind, own, kept, reason))
        return found

    def rows_of(self, sample_ids: Sequence[str]) -> Any:
        """Row numbers of these samples, each named once, -1 where it is none of them (int64 of NumPy).

        What was asked for last is remembered: one answer asks twice, and people review more slowly than they ask.
        """
        import numpy as np
        import pyarrow as arrow
        import pyarrow.compute as pc

        if self._found and self._found[0][0] == sample_ids:
            return self._found[0][1]
        places = pc.index_in(self.table.column("sample_id").combine_chunks(), arrow.array(sample_ids, arrow.string()))
        rows = np.flatnonzero(places.is_valid().to_numpy(zero_copy_only=False))[::-1]
        found = np.full(len(sample_ids), -1, dtype=np.int64)
        found[places.take(rows).to_numpy()] = rows  # backwards: the first of several rows stays
        self._found[:] = [(sample_ids, found)]
        return found

    def find(self, sample_id: str) -> Judgement | None:
        """The sample of this id."""
        import pyarrow.compute as pc

        row = pc.index(self.table.column("sample_id"), sample_id).as_py()
        return self.judgements([row])[0] if row >= 0 else None


@dataclass(slots=True)
class Results:
    """Reads results from the object store and keeps what was asked for last."""

    artefacts: Artefacts
    most: int = MOST
    _kept: OrderedDict[str, Columns] = field(default_factory=OrderedDict)
    _reading: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def columns(self, key: str) -> Columns:
        """The result that is stored under `key`; several who ask at once wait for one reading.

        Raises:
            Problem: 404; the object store does not have it.
        """
        lock = self._reading.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                if key not in self._kept:
                    self._keep(key, await asyncio.to_thread(decode, await self.artefacts.data(key)))
                self._kept.move_to_end(key)
                return self._kept[key]
        finally:
            if not lock.locked():
                self._reading.pop(key, None)

    def _keep(self, key: str, found: Columns) -> None:
        self._kept[key] = found
        while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > self.most:
            self._kept.popitem(last=False)


def decode(data: bytes) -> Columns:
    """Columns of a Parquet file that the curation room wrote."""
    import pyarrow as arrow  # 50 MiB that most processes never need
    from pyarrow import parquet

    file = parquet.ParquetFile(arrow.BufferReader(data))
    there = file.schema_arrow.names
    own = [name for name in there if name.startswith(SCORE)]
    more = [name for name in (*TOPICS, "tokens") if name in there and name not in COLUMNS]
    table = file.read(columns=[*(name for name in COLUMNS if not own or name != "scores"), *more, *own])
    table = table.combine_chunks()
    scores = {name.removeprefix(SCORE): _column(table, name) for name in own} or _parsed(table)
    tokens = _tokens(table)
    for name in FEW:
        if name in table.column_names:
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table.column(name).dictionary_encode())
    table = table.drop_columns([name for name in ("scores", "tokens", *own) if name in table.column_names])
    size = table.nbytes + tokens.nbytes + sum(column.nbytes for column in scores.values())
    return Columns(table, dict(sorted(scores.items())), size, tokens)


def _column(table: Any, name: str) -> Any:
    column = table.column(name).combine_chunks()
    return column.chunk(0) if hasattr(column, "chunk") and column.num_chunks else column


def _parsed(table: Any) -> dict[str, Any]:
    """Scores of a result that holds them as JSON only."""
    import pyarrow as arrow

    measured = [json.loads(text) for text in table.column("scores").to_pylist()]
    names = sorted({name for one in measured for name in one})
    return {name: arrow.array([one.get(name) for one in measured], arrow.float64()) for name in names}


def _tokens(table: Any) -> Any:
    import numpy as np
    import pyarrow.compute as pc

    if "tokens" in table.column_names:
        return np.asarray(table.column("tokens").to_numpy())
    letters = pc.add(pc.utf8_length(table.column("question")), pc.utf8_length(table.column("answer")))
    return np.asarray(letters.to_numpy()).astype(np.int64) // CHARACTERS_PER_TOKEN + 1


def _indices(rows: list[int]) -> Any:
    import pyarrow as arrow

    return arrow.array(rows, arrow.int64())
