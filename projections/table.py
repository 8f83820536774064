"""Tables as data, and rows as values that can be merged: the same events in any batches give the same table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

Values = dict[str, Any]


class Row(NamedTuple):
    """What an event says about one row: the key columns (with `tenant_id`) and those other columns that it knows.

    The row is made where it is missing; each given column is merged by its rule, the others stay as they are.
    """

    table: str
    values: Values


# How a column takes a new value: the last one wins, sums, or the later/earlier of the two.
MERGES: dict[str, Callable[[Any, Any], Any]] = {
    "replace": lambda old, new: new,
    "add": lambda old, new: old + new,
    "greatest": lambda old, new: max(old, new),
    "least": lambda old, new: min(old, new),
}


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is Postgres's; `merge` a key of MERGES."""

    name: str
    type: str
    merge: str = "replace"

    @staticmethod
    def parse(text: str) -> Column:
        """A column from `name type [merge]`."""
        name, *words = text.split()
        merge = words.pop() if words[-1] in MERGES else "replace"
        return Column(name, " ".join(words), merge)


@dataclass(frozen=True)
class Table:
    """key, columns: `name type [add|greatest|least]`, separated by commas; `tenant_id text` leads every key.

    A column is written by events of one topic and key only, unless it is merged by add, greatest or least: nothing else
    orders events of different topics. indexes: column lists, after tenant_id; with ` where CONDITION` for some rows
    only. shown: SQL condition for the rows of the view. also: further columns of the view, name to SQL. view: its whole
    select; `{table}` stands for the table.
    numbered: rows are only added, each key once, and numbered per tenant in the order they came (see `numbers`).
    """

    name: str
    key: str
    columns: str
    shown: str = ""
    also: dict[str, str] = field(default_factory=dict)
    indexes: tuple[str, ...] = ()
    view: str = ""
    numbered: bool = False
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = [Column.parse(part).name for part in self.key.split(",")]
        object.__setattr__(self, "keys", ("tenant_id", *names))

    @cached_property
    def all(self) -> dict[str, Column]:
        """Every column by name, the key first."""
        parts = ["tenant_id text", *self.key.split(","), *self.columns.split(",")]
        found = [Column.parse(part) for part in parts if part.strip()]
        if len({column.name for column in found}) != len(found):
            raise ValueError(f"table {self.name} names a column twice")
        return {column.name: column for column in found}

    def ddl(self, schema: str) -> str:
        """`create table` and its indexes."""
        lines = []
        for column in self.all.values():
            rule = " not null" if column.name in self.keys else ""
            rule = " not null default 0" if column.merge == "add" else rule
            lines.append(f'    "{column.name}" {column.type}{rule}')
        if self.numbered:
            lines += ['    "number" bigint not null', '    primary key ("tenant_id", "number")']
        lines.append(f"    {'unique' if self.numbered else 'primary key'} ({', '.join(quoted(self.keys))})")
        made = [f"create table if not exists {schema}.{self.name} (\n" + ",\n".join(lines) + ");"]
        for number, index in enumerate(self.indexes, start=1):
            columns, where, condition = index.partition(" where ")
            place = f"{schema}.{self.name} (tenant_id, {columns}){where}{condition}"
            made.append(f"create index if not exists {self.name}_{number} on {place};")
        return "\n".join(made)

    def content(self, schema: str) -> str:
        """What is a function of the log in it: all but the numbers, which depend on the order of reading."""
        place = f"{schema}.{self.name}"
        return f"(select {', '.join(quoted(self.all))} from {place})" if self.numbered else place

    def select(self, schema: str) -> str:
        """The select behind the view that readers see."""
        place = f"{schema}.{self.name}"
        if self.view:
            return self.view.replace("{table}", place)
        also = "".join(f", {value} as {name}" for name, value in self.also.items())
        return f"select t.*{also} from {place} t" + (f" where {self.shown}" if self.shown else "")

    def merged(self, rows: Iterable[Values]) -> dict[tuple[Any, ...], Values]:
        """One set of values per key, as if they were written one after the other."""
        found: dict[tuple[Any, ...], Values] = {}
        columns, keys = self.all, self.keys
        for values in rows:
            key = tuple([values[name] for name in keys])
            old = found.get(key)
            if old is None:
                found[key] = dict(values)
                continue
            for name, value in values.items():
                merge = columns[name].merge
                if merge == "replace" or name not in old:
                    old[name] = value
                else:
                    old[name] = MERGES[merge](old[name], value)
        return found


def quoted(names: Iterable[str]) -> list[str]:
    """Column names as SQL identifiers."""
    return [f'"{name}"' for name in names]


def parsed(text: str) -> Any:
    """The JSON in a field that holds JSON as text; None where it is empty.

    Raises:
        ValueError: it is no JSON; the event becomes a dead letter.
    """
    return json.loads(text, parse_constant=_refuse) if text else None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def moment(seconds: float) -> datetime:
    """Unix seconds as a point in time.

    Raises:
        ValueError: out of range; the event becomes a dead letter.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds} is no Unix time") from error
