"""Rows into tables: merged in memory first, then one statement per table and set of columns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from projections import numbers
from projections.table import Row, Table, Values, quoted
from streams.database import Connection

Statement = tuple[bytes, list[list[Any]]]

SQL_MERGE = {
    "replace": 'excluded."{0}"',
    "add": 't."{0}" + excluded."{0}"',
    "greatest": 'greatest(t."{0}", excluded."{0}")',
    "least": 'least(t."{0}", excluded."{0}")',
}


def statements(tables: Sequence[Table], schema: str, rows: Iterable[Row]) -> list[Statement]:
    """SQL with one array per column, for `rows` in their order.

    Keys are sorted, so that writers who meet in the same rows lock them in the same order. Numbered rows keep theirs.
    """
    by_table: defaultdict[str, list[Values]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row.values)
    found: list[Statement] = []
    for table in tables:
        shapes: defaultdict[tuple[str, ...], list[Values]] = defaultdict(list)
        merged = table.merged(by_table.pop(table.name, ())).items()
        for _, values in merged if table.numbered else sorted(merged):
            shapes[tuple(values)].append(values)
        for names, group in shapes.items():
            found.append((insert(table, schema, names), [_column(table, name, group) for name in names]))
    if by_table:
        raise KeyError(f"rows for unknown tables: {', '.join(by_table)}")
    return found


async def write(conn: Connection, tables: Sequence[Table], schema: str, rows: Iterable[Row]) -> None:
    """Write `rows` in the caller's transaction."""
    for query, columns in statements(tables, schema, rows):
        await conn.execute(query, columns)


def insert(table: Table, schema: str, names: Sequence[str]) -> bytes:
    """`insert ... select from unnest ... on conflict`, for rows that give these columns."""
    arrays = ", ".join(f"%b::{_array_type(table, name)}[]" for name in names)
    columns = ", ".join(quoted(names))
    given = ", ".join(
        f'"{name}"::jsonb' if table.all[name].type == "jsonb" else f'"{name}"' for name in names
    )  # jsonb comes as text; %b: arrays in binary cost an eighth of textual ones
    if table.numbered:
        return numbers.insert(table, schema, names, given, arrays)
    changes = ", ".join(
        f'"{name}" = ' + SQL_MERGE[table.all[name].merge].format(name) for name in names if name not in table.keys
    )
    action = f"do update set {changes}" if changes else "do nothing"
    return (
        f"insert into {schema}.{table.name} as t ({columns}) select {given} from unnest({arrays}) as given ({columns})"
        f" on conflict ({', '.join(quoted(table.keys))}) {action}"
    ).encode()


def _array_type(table: Table, name: str) -> str:
    type = table.all[name].type
    return "text" if type == "jsonb" else type


def _column(table: Table, name: str, group: Sequence[Values]) -> list[Any]:
    found = [values[name] for values in group]
    match table.all[name].type:
        case "jsonb":
            return [None if value is None else json.dumps(value, allow_nan=False) for value in found]
        case "double precision":  # a list of whole and other numbers cannot be sent
            return [None if value is None else float(value) for value in found]
    return found
