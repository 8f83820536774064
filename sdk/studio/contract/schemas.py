"""Avro schemas by fingerprint, and single-object encoding (Avro 1.12 specification, "Single object encoding").

A body is `C3 01`, the 8-byte little-endian CRC-64-AVRO fingerprint of the writer's schema, then the Avro binary.
"""

from __future__ import annotations

import json
from dataclasses import fields
from io import BytesIO
from typing import Any, cast

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form
from fastavro.types import Schema

from studio.contract import records
from studio.contract.errors import Undecodable
from studio.contract.records import RECORDS, SCHEMAS, Record

MARKER = b"\xc3\x01"

CLASSES: dict[str, type[Record]] = {cls.__name__: cls for cls in RECORDS}
NESTED: dict[str, type[Any]] = {
    name: value for name, value in vars(records).items() if isinstance(value, type) and name not in CLASSES
}
WRITERS: dict[bytes, tuple[str, Schema]] = {}  # fingerprint -> record name, schema; every version there ever was
NEWEST: dict[str, tuple[bytes, Schema]] = {}
TOPICS: dict[str, str] = {}

for _version, _text in SCHEMAS:
    _raw = json.loads(_text)
    _print = bytes.fromhex(fingerprint(to_parsing_canonical_form(_raw), "CRC-64-AVRO"))
    _schema = fastavro.parse_schema(_raw)
    WRITERS[_print] = (_raw["name"], _schema)
    NEWEST[_raw["name"]] = (_print, _schema)
    TOPICS[_raw["name"]] = _raw["namespace"]

FIELDS: dict[type[Any], tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls))
    for cls in (*RECORDS, *NESTED.values())
    if hasattr(cls, "__dataclass_fields__")
}
_LISTS: dict[
    str, dict[str, type[Any] | None]
] = {}  # record -> array field -> class of its items, None for plain values
for _name, (_, _schema) in NEWEST.items():
    _lists: dict[str, type[Any] | None] = {}
    for _field in cast(dict[str, Any], _schema)["fields"]:
        _type = _field["type"]
        if isinstance(_type, dict) and _type["type"] == "array":
            _items = _type["items"]
            _lists[_field["name"]] = NESTED[_items["name"].rsplit(".", 1)[-1]] if isinstance(_items, dict) else None
    _LISTS[_name] = _lists


def topic_of(record: Record | type[Record]) -> str:
    """The topic that carries this record: the namespace of its schema."""
    return TOPICS[(record if isinstance(record, type) else type(record)).__name__]


def to_dict(record: Any) -> dict[str, Any]:
    """Plain values, JSON-able except for bytes; tuples stay sequences."""
    found: dict[str, Any] = {}
    for name in FIELDS[type(record)]:
        value = getattr(record, name)
        found[name] = [to_dict(v) if type(v) in FIELDS else v for v in value] if isinstance(value, tuple) else value
    return found


def from_dict(name: str, values: dict[str, Any]) -> Record:
    """The record `name` from plain values; unknown fields are a `TypeError`."""
    for part, cls in _LISTS[name].items():
        if part in values:
            values = {**values, part: tuple(cls(**v) if cls else v for v in values[part])}
    return CLASSES[name](**values)


def encode_body(record: Record) -> bytes:
    """`record` in single-object encoding under the newest schema of its name.

    Raises:
        ValueError: a field has a value that the schema does not allow; the message names the field.
    """
    mark, schema = NEWEST[type(record).__name__]
    out = BytesIO()
    out.write(MARKER + mark)
    try:
        fastavro.schemaless_writer(out, schema, to_dict(record), strict=True)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{type(record).__name__}: {error}") from error
    return out.getvalue()


def decode_body(body: bytes) -> Record:
    """The record in `body`, read with the newest schema of its name.

    Raises:
        Undecodable: NOT_SINGLE_OBJECT, UNKNOWN_SCHEMA or BROKEN_BODY.
    """
    if body[:2] != MARKER or len(body) < 10:
        raise Undecodable("NOT_SINGLE_OBJECT", "the body does not begin with the Avro single-object marker C3 01")
    known = WRITERS.get(body[2:10])
    if known is None:
        raise Undecodable("UNKNOWN_SCHEMA", f"no schema has the fingerprint {body[2:10].hex()}; upgrade this reader")
    name, writer = known
    stream = BytesIO(body[10:])
    try:
        values = fastavro.schemaless_reader(stream, writer, NEWEST[name][1])
        if stream.read(1):
            raise ValueError("bytes are left over after the record")
        return from_dict(name, cast(dict[str, Any], values))
    except Exception as error:  # fastavro raises many kinds on broken bytes
        raise Undecodable("BROKEN_BODY", f"{name}: {error or type(error).__name__}") from error
