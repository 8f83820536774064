"""A dead letter as it is shown: what can be read of it, decoded or as bytes."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from typing import Any, Literal

from studio.contract import Undecodable, to_dict
from studio.contract.schemas import decode_body

from api.envelope import Attributes
from api.reading import Row

State = Literal["parked", "released", "skipped"]
DUMPED = 1024  # bytes


class DeadLetterAttributes(Attributes):
    """An event that `consumer` could not take; later events of its key wait behind it."""

    state: State
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str = ""
    code: str
    message: str = ""
    headers: dict[str, str] = {}
    body_bytes: int = 0
    author: str | None = None
    reason: str | None = None
    created_at: datetime
    updated_at: datetime


class DeadLetterDetail(DeadLetterAttributes):
    """A dead letter as far as it can be read. record, data: the event, where the body can be decoded.

    undecodable: why it cannot; then `hexdump` shows its first bytes.
    """

    record: str | None = None
    data: dict[str, Any] | None = None
    undecodable: str | None = None
    hexdump: str = ""


def shown_of(row: Row) -> DeadLetterAttributes:
    size = len(row["body"]) if row["body"] else 0
    pairs = row["headers"] if isinstance(row["headers"], list) else (row["headers"] or {}).items()
    headers = {str(name): str(value) for name, value in pairs}
    return DeadLetterAttributes.model_validate({**row, "body": None, "body_bytes": size, "headers": headers})


def detail_of(row: Row) -> DeadLetterDetail:
    """A dead letter with its event, or with the first bytes of what is no event."""
    shown = DeadLetterDetail.model_validate(shown_of(row).model_dump())
    body = bytes(row["body"] or b"")
    try:
        record = decode_body(body)
        shown.record, shown.data = type(record).__name__, _plain(to_dict(record))
    except Undecodable as error:
        shown.undecodable, shown.hexdump = f"{error.code}: {error}", hexdump(body[:DUMPED])
    return shown


def hexdump(data: bytes) -> str:
    """Sixteen bytes a line: offset, hexadecimal, printable ASCII."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {text}")
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    """JSON-able: bytes as hexadecimal, numbers that JSON lacks as text."""
    match value:
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case bytes():
            return value[:DUMPED].hex()
        case float() if not isfinite(value):
            return repr(value)
        case _:
            return value
