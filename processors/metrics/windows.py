"""Windows over event time, as pure folds. A window's value says how far it has read, so a repeat adds nothing.

A window here belongs to one partition of one topic; what is published is the sum over partitions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from studio.contract import Event
from studio.contract.records import CallServed, OutcomeReported, OutcomeWindow, StageWindow

Value = dict[str, Any]
SPACE = uuid5(UUID(int=0), "studio/metrics/window")
KEEP = {"stage": 120.0, "outcome": 900.0, "told": 900.0}
"""Seconds of event time that a window takes late events; after that it is final and forgotten."""
SUCCESS = 0.5  # a score from here on counts as a success


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record came from."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Window:
    """What a window is about. kind "stage": about = (stage,); kind "outcome": about = (deployment, version, role);
    kind "told": about = (deployment,), the outcomes that were counted, kept to know their repeats; never published."""

    kind: str
    tenant: str
    about: tuple[str, ...]
    start: float

    @property
    def subject(self) -> str:
        return self.about[0]


def key_of(place: Place, window: Window) -> str:
    """The table key: the window within one partition."""
    parts = [place.topic, place.partition, window.kind, window.tenant, *window.about, window.start]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def parse_key(key: str) -> tuple[tuple[str, int], Window]:
    """The partition and the window behind a table key."""
    topic, partition, kind, tenant, *about, start = json.loads(key)
    return (topic, partition), Window(kind, tenant, tuple(about), start)


def windows_of(event: Event, seconds: float) -> list[Window]:
    """The windows that `event` falls into."""
    start = event.time.timestamp() // seconds * seconds
    found = [Window("stage", event.tenant, (event.topic.removeprefix("studio."),), start)]
    if isinstance(event.data, CallServed | OutcomeReported) and event.data.deployment:
        about = (event.data.deployment, event.data.version, event.data.role)
        found.append(Window("outcome", event.tenant, about, start))
    return found


def told_window(event: Event, seconds: float) -> Window | None:
    """Where it is kept that this outcome was counted. Whoever reports an outcome again after a router died gets it
    into the log twice, under one id; None for events that no outside party repeats."""
    if not isinstance(event.data, OutcomeReported):
        return None
    return Window("told", event.tenant, (event.data.deployment,), event.time.timestamp() // seconds * seconds)


def add(value: Value | None, window: Window, event: Event, place: Place, now: float) -> Value | None:
    """The value with `event` in it; None where the event was in it before.

    now: Unix seconds of the processing, for the lag.
    """
    if value is not None and place.offset <= value["offset"]:
        return None
    found = dict(value or {})
    found["offset"] = place.offset
    if window.kind == "told":
        found["ids"] = {**found.get("ids", {}), event.id.hex: place.offset}
        return found
    if window.kind == "stage":
        found["events"] = found.get("events", 0) + 1
        found["lag"] = max(found.get("lag", 0.0), now - event.time.timestamp())
        return found
    for name, amount in _amounts(event.data):
        found[name] = found.get(name, 0) + amount
    return found


def _amounts(data: object) -> list[tuple[str, float]]:
    match data:
        case CallServed():
            return [("calls", 1), ("errors", int(data.status >= 500)), ("latency", data.latency_ms)]
        case OutcomeReported():
            return [("outcomes", 1), ("successes", int(data.score >= SUCCESS)), ("score", data.score)]
        case _:
            return []


def published(window: Window, values: Iterable[Value], seconds: float) -> Event:
    """The event that says how a window stands. It always has the same id, and replaces what was said before."""
    parts = list(values)

    def total(name: str) -> float:
        return float(sum(part.get(name, 0) for part in parts))

    data: StageWindow | OutcomeWindow
    if window.kind == "stage":
        events = int(total("events"))
        lag = max((part.get("lag", 0.0) for part in parts), default=0.0)
        data = StageWindow(
            stage=window.subject,
            start=window.start,
            seconds=seconds,
            events=events,
            rate=events / seconds,
            lag_seconds=max(0.0, lag),
        )
    else:
        deployment, version, role = window.about
        data = OutcomeWindow(
            deployment=deployment,
            version=version,
            role=role,
            start=window.start,
            seconds=seconds,
            calls=int(total("calls")),
            errors=int(total("errors")),
            latency_ms_sum=float(total("latency")),
            outcomes=int(total("outcomes")),
            successes=int(total("successes")),
            score_sum=float(total("score")),
        )
    name = json.dumps([window.kind, window.tenant, *window.about, window.start, seconds])
    return Event(
        data=data, tenant=window.tenant, subject=window.subject, id=uuid5(SPACE, name), source="studio/metrics"
    )
