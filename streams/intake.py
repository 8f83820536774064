"""What to do with each record a consumer reads: a pure decision, shared by processors and projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from studio.contract import Event, Undecodable, decode


@dataclass(frozen=True, slots=True)
class Raw:
    """A Kafka record as read. `offset` is -1 for one that was held back and is offered again."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: tuple[tuple[str, bytes], ...]
    body: bytes | None
    timestamp: int = 0
    """Milliseconds, by the broker or the producer."""


class Verdict(Enum):
    """TAKE it; REPEAT was taken before; STALE is from a writer that lost its claim; POISON cannot be taken."""

    TAKE = "take"
    REPEAT = "repeat"
    STALE = "stale"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Sorted:
    """A record with its verdict; `event` where it could be decoded, `code` and `message` where it is poison."""

    raw: Raw
    verdict: Verdict
    event: Event | None = None
    code: str = ""
    message: str = ""


def open_record(raw: Raw) -> Event | Undecodable:
    """The event inside, or why there is none."""
    try:
        return decode(raw.topic, raw.headers, raw.body)
    except Undecodable as error:
        return error


def numbered(raw: Raw) -> tuple[str, tuple[int, int]] | None:
    """Stream and number of a record by its headers alone: they are there where only the body is broken."""
    found = dict(raw.headers)
    try:
        stream = f"{raw.topic}|{found['ce_tenant'].decode()}|{found['ce_subject'].decode()}"
        version = int(found.get("ce_streamversion", b"0"))
        order = (0, version) if version else (int(found.get("ce_epoch", b"0")), int(found.get("ce_seq", b"0")))
    except (KeyError, ValueError):
        return None
    return (stream, order) if order != (0, 0) else None


def judge(order: tuple[int, int], last: tuple[int, int] | None) -> tuple[Verdict, str]:
    """Whether the event at (epoch, seq) follows `last` in its stream.

    (0, 0) has no order and is always taken. A stream first met in the middle is poison too: its beginning is missing.
    """
    epoch, seq = order
    if order == (0, 0):
        return Verdict.TAKE, ""
    last_epoch, last_seq = last or (epoch, 0)
    if epoch < last_epoch:
        return Verdict.STALE, f"epoch {epoch} is over, {last_epoch} holds the claim"
    if epoch > last_epoch:
        last_seq = 0
    if seq <= last_seq:
        return Verdict.REPEAT, ""
    if seq != last_seq + 1:
        return Verdict.POISON, f"expected number {last_seq + 1} of its stream, got {seq}"
    return Verdict.TAKE, ""


def sort_out(
    records: Sequence[tuple[Raw, Event | Undecodable]], seen: Mapping[str, tuple[int, int]]
) -> tuple[list[Sorted], dict[str, tuple[int, int]]]:
    """Verdicts in order, and how far each stream is after them."""
    now = dict(seen)
    found: list[Sorted] = []
    for raw, opened in records:
        if isinstance(opened, Undecodable):
            found.append(Sorted(raw, Verdict.POISON, None, opened.code, opened.message))
            continue
        verdict, message = judge(opened.order, now.get(opened.stream))
        if verdict is Verdict.TAKE and opened.order != (0, 0):
            now[opened.stream] = opened.order
        code = "SEQUENCE_GAP" if verdict is Verdict.POISON else ""
        found.append(Sorted(raw, verdict, opened, code, message))
    return found, {stream: order for stream, order in now.items() if seen.get(stream) != order}
