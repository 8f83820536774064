"""Rows to Parquet bytes and back: the same rows give the same bytes, so their hash is their name.

Everything that could differ between two writes is fixed here: schema, order of columns, format version, page version,
row group size, compression level, no statistics of time, no metadata of the writer's environment besides its version.
"""

import io
from collections.abc import Iterable
from dataclasses import asdict, fields

import pyarrow as pa
import pyarrow.parquet as pq

from processors.datasets.rows import Row

SCHEMA = pa.schema(
    [pa.field(field.name, pa.int64() if field.type is int else pa.string(), nullable=False) for field in fields(Row)]
)
ROW_GROUP = 10_000


def write(rows: Iterable[Row]) -> bytes:
    """Return the Parquet file of the rows in their order."""
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMA)
    target = io.BytesIO()
    pq.write_table(
        table,
        target,
        row_group_size=ROW_GROUP,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        store_schema=True,
    )
    return target.getvalue()


def read(data: bytes) -> tuple[Row, ...]:
    """Return the rows of a file that ``write`` made."""
    return tuple(Row(**item) for item in pq.read_table(pa.BufferReader(data)).to_pylist())
