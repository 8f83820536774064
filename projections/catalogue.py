"""All projections, in the order of the flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from studio.contract import Event

from projections import (
    batches,
    curations,
    datasets,
    dead_letters,
    deployments,
    documents,
    feed,
    lineage,
    log,
    models,
    pipeline,
    recipes,
    reviews,
    runs,
    samples,
    serving,
)
from projections.table import Row, Table


@dataclass(frozen=True)
class Projection:
    """A read model. `version` grows when its tables or its rows mean something else."""

    name: str
    version: int
    topics: tuple[str, ...]
    tables: tuple[Table, ...]
    rows: Callable[[Sequence[Event]], Iterator[Row]]

    @property
    def numbered(self) -> Table | None:
        """The table whose rows are numbered, where there is one."""
        return next((table for table in self.tables if table.numbered), None)

    @property
    def schema(self) -> str:
        """The Postgres schema of this version."""
        return f"{self.name}_v{self.version}"

    @property
    def consumer(self) -> str:
        """The name under which its progress is kept."""
        return f"projection.{self.name}.v{self.version}"


PROJECTIONS: tuple[Projection, ...] = tuple(
    Projection(module.NAME, module.VERSION, module.TOPICS, module.TABLES, module.rows)
    for module in (
        documents, batches, recipes, samples, curations, reviews, datasets, runs, models, deployments,
        serving, pipeline, lineage, dead_letters, log, feed,
    )
)  # fmt: skip


def named(name: str) -> Projection:
    """The projection of this name.

    Raises:
        KeyError: there is none.
    """
    return {projection.name: projection for projection in PROJECTIONS}[name]
