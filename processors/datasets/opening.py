"""The child process: `python -m processors.datasets.opening PATH COLUMNS MEMORY CPU_SECONDS OUTPUT`.

It limits itself before it touches the file, then writes one JSON line: the rows, or what is wrong with them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from processors.datasets.foreign import Unreadable, columns_of, read
from streams.confined import confine

MOST_ROWS = 200_000
PARQUET = b"PAR1"


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The rows of a Parquet file, of JSON lines, or of one JSON list.

    Raises:
        Unreadable: EMPTY, NOT_PARQUET, NOT_JSON with the line, TOO_MANY_ROWS.
    """
    if not data.strip():
        raise Unreadable("EMPTY", "the file has no rows", "file", "send a file with rows")
    rows = _parquet(data) if data.startswith(PARQUET) else _json(data)
    if not rows:
        raise Unreadable("EMPTY", "the file has no rows", "file", "send a file with rows")
    return rows


def _parquet(data: bytes) -> list[dict[str, Any]]:
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        _bounded(file.metadata.num_rows)
        found: list[dict[str, Any]] = file.read().to_pylist()
        return found
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("NOT_PARQUET", f"the file is no Parquet: {error}"[:500], "file", "write it anew") from error


def _json(data: bytes) -> list[dict[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"neither Parquet nor UTF-8 text (byte {error.start})"
        raise Unreadable("NOT_JSON", reason, "file", "send Parquet or JSON lines") from error
    rows: list[Any]
    if text.lstrip().startswith("["):
        rows = _loaded(text, "file", "the file")
        places = [f"rows[{number}]" for number in range(1, len(rows) + 1)]
    else:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        _bounded(len(lines))
        rows = [_loaded(line, f"rows[{number}]", f"line {number}") for number, line in lines]
        places = [f"rows[{number}]" for number, _ in lines]
    _bounded(len(rows))
    for row, place in zip(rows, places, strict=True):
        if not isinstance(row, dict):
            raise Unreadable("NOT_JSON", f"{place} is no object", place, "one object with the columns per line")
    return rows


def _loaded(text: str, field: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("NOT_JSON", f"{what} is no JSON: {error}", field, "one JSON object per line") from error


def _bounded(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Unreadable("TOO_MANY_ROWS", f"{rows} rows; {MOST_ROWS} are allowed", "file", "cut the file into parts")


def answer(path: str, columns: str) -> dict[str, Any]:
    """What the parent is told: `rows` and the `columns` that were read, or `error`."""
    try:
        with open(path, "rb") as file:
            rows = rows_of(file.read())
        found = columns_of(json.loads(columns), rows)
        return {"rows": [astuple(asked) for asked in read(rows, found)], "columns": astuple(found)}
    except Unreadable as error:
        return {"error": [error.code, error.reason, error.field, error.remedy]}
    except (MemoryError, pa.ArrowMemoryError):
        return {"error": ["TOO_LARGE", "reading the rows takes too much memory", "file", "cut the file into parts"]}


def main() -> None:
    path, columns, memory, cpu_seconds, output = sys.argv[1:]
    confine(int(memory), int(cpu_seconds))
    text = json.dumps(answer(path, columns))
    if len(text) > int(output):
        text = json.dumps({"error": ["TOO_LARGE", "the rows hold too much text", "file", "cut the file into parts"]})
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
