"""Events to and from Kafka records: CloudEvents 1.0 binary mode (Kafka protocol binding 1.0.2), Avro bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from studio.contract.errors import Undecodable
from studio.contract.event import Event
from studio.contract.schemas import TOPICS, decode_body, encode_body

LIMIT = 256 * 1024  # bytes; anything larger belongs in the blob store
Headers = list[tuple[str, bytes]]


class Encoded(NamedTuple):
    """A Kafka record: topic, key, headers and body as bytes."""

    topic: str
    key: bytes
    headers: Headers
    body: bytes


def encode(event: Event) -> Encoded:
    """`event` as a Kafka record.

    Raises:
        ValueError: a field does not fit its schema, an identifier is empty, or the body is over 256 KiB.
    """
    if not event.tenant or "/" in event.tenant:
        raise ValueError(f"tenant: {event.tenant!r} must be non-empty and without '/'")
    if not event.subject:
        raise ValueError("subject: must name the aggregate")
    body = encode_body(event.data)
    if len(body) > LIMIT:
        raise ValueError(f"{event.type}: {len(body)} bytes; over {LIMIT} store the content as a blob and refer to it")
    pairs = {
        "ce_specversion": "1.0",
        "ce_id": str(event.id),
        "ce_type": event.type,
        "ce_source": event.source,
        "ce_time": event.time.isoformat(),
        "ce_subject": event.subject,
        "ce_tenant": event.tenant,
        "content-type": "application/avro",
    }
    if event.version:
        pairs["ce_streamversion"] = str(event.version)
    if event.epoch or event.seq:
        pairs["ce_epoch"], pairs["ce_seq"] = str(event.epoch), str(event.seq)
    if event.correlation_id:
        pairs["ce_correlationid"] = str(event.correlation_id)
    if event.causation_id:
        pairs["ce_causationid"] = str(event.causation_id)
    if event.traceparent:
        pairs["ce_traceparent"] = event.traceparent
    return Encoded(event.topic, event.key.encode(), [(k, v.encode()) for k, v in pairs.items()], body)


def decode(topic: str, headers: Iterable[tuple[str, bytes]], body: bytes | None) -> Event:
    """The event in a Kafka record.

    Raises:
        Undecodable: NO_BODY, NOT_SINGLE_OBJECT, UNKNOWN_SCHEMA, BROKEN_BODY, BROKEN_HEADERS or WRONG_TOPIC.
    """
    if body is None:
        raise Undecodable("NO_BODY", "the record has no body")
    data = decode_body(body)
    try:
        pairs = {name: value.decode() for name, value in headers}
        event = Event(
            data=data,
            tenant=pairs["ce_tenant"],
            subject=pairs["ce_subject"],
            id=UUID(pairs["ce_id"]),
            time=datetime.fromisoformat(pairs["ce_time"]),
            source=pairs.get("ce_source", ""),
            version=int(pairs.get("ce_streamversion", 0)),
            epoch=int(pairs.get("ce_epoch", 0)),
            seq=int(pairs.get("ce_seq", 0)),
            correlation_id=_uuid(pairs.get("ce_correlationid")),
            causation_id=_uuid(pairs.get("ce_causationid")),
            traceparent=pairs.get("ce_traceparent", ""),
        )
        if not event.tenant or not event.subject or event.time.tzinfo is None:
            raise ValueError("ce_tenant and ce_subject must be non-empty and ce_time must have a zone")
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise Undecodable("BROKEN_HEADERS", f"CloudEvents attributes: {type(error).__name__} {error}") from error
    if TOPICS[event.type] != topic:
        raise Undecodable("WRONG_TOPIC", f"{event.type} belongs on {TOPICS[event.type]}, not on {topic}")
    return event


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
