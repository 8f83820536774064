"""An event as a row that shows it whole, for the views in which people read the log itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from studio.contract import Event, to_dict
from studio.contract.records import RunHeartbeat, TrainerAnnounced


def shown(events: Sequence[Event]) -> Iterator[Event]:
    """Those that people read: heartbeats and announcements only say that somebody is there."""
    return (event for event in events if not isinstance(event.data, RunHeartbeat | TrainerAnnounced))


def columns(event: Event, told: Callable[[bytes], Any]) -> dict[str, Any]:
    """The envelope, and the body as JSON. told: what stands for bytes; numbers that JSON lacks (NaN) become text."""
    return {
        "tenant_id": event.tenant,
        "event_id": event.id,
        "topic": event.topic,
        "type": event.type,
        "subject": event.subject,
        "version": event.version,
        "epoch": event.epoch,
        "seq": event.seq,
        "time": event.time,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "traceparent": event.traceparent,
        "source": event.source,
        "data": {name: _plain(value, told) for name, value in to_dict(event.data).items()},
    }


def _plain(value: Any, told: Callable[[bytes], Any]) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return told(value) if isinstance(value, bytes) else value
