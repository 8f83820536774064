"""What goes over the wire: JSON, encoded once, as a WebSocket frame (RFC 6455, section 5.2) or a server-sent event."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.errors import Problem

HEARTBEAT = 30  # seconds


class Frame(NamedTuple):
    """An entry as it is sent. body: its JSON text."""

    number: int
    topic: str
    type: str
    subject: str
    time: datetime
    position: str
    body: bytes


Form = Callable[[str, str, bytes], bytes]
"""(kind, position, JSON text) to bytes of the wire."""

COLUMNS = (
    "event_id", "type", "topic", "subject", "time", "version", "epoch", "seq", "correlation_id", "causation_id",
    "traceparent", "source",
)  # fmt: skip
"""Of the table, in the order of a row; `number` comes before them and the text of `data` after."""


def frame(feed: str, row: Sequence[Any]) -> Frame:
    """The frame of a row (number, *COLUMNS, data as JSON text)."""
    values = {"kind": "entry", "position": f"{feed}.{row[0]}", **dict(zip(COLUMNS, row[1:-1], strict=True))}
    values["id"] = values.pop("event_id")
    head = compact(values).decode()
    body = f'{head[:-1]},"data":{row[-1]}}}'.encode()
    return Frame(row[0], row[3], row[2], row[4], row[5], values["position"], body)


def compact(values: Mapping[str, Any]) -> bytes:
    """JSON without blanks and line breaks."""
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def hello(position: str, head: str) -> bytes:
    """The first frame. head: where the feed ends now."""
    return compact({"kind": "hello", "position": position, "head": head, "heartbeat": HEARTBEAT})


def mark(kind: str, position: str) -> bytes:
    """`live` or `pong`: everything up to `position` was looked at."""
    return compact({"kind": kind, "position": position})


def snapshot(position: str, reason: str, entries: Sequence[Frame], more: bool) -> bytes:
    """The newest decision of each subject, for one whose position says nothing here. more: there are others."""
    head = compact({"kind": "snapshot", "position": position, "reason": reason, "more": more})
    return head[:-1] + b',"subjects":[' + b",".join(entry.body for entry in entries) + b"]}"


def error(problem: Problem) -> bytes:
    """What is wrong, before the connection is closed."""
    details = {"field": problem.field or None, "remedy": problem.remedy or None}
    told = {name: value for name, value in details.items() if value is not None}
    return compact({"kind": "error", "code": problem.code, "message": problem.message, "details": told})


def websocket(kind: str, position: str, body: bytes) -> bytes:
    """An unmasked text frame."""
    length = len(body)
    if length < 126:
        return bytes((0x81, length)) + body
    if length < 65_536:
        return struct.pack("!BBH", 0x81, 126, length) + body
    return struct.pack("!BBQ", 0x81, 127, length) + body


def server_sent(kind: str, position: str, body: bytes) -> bytes:
    """An event whose id is the position."""
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {kind}\ndata: ".encode() + body + b"\n\n"
