"""What trainers say of themselves, and to whom."""

import json
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from processors.training import announcing
from processors.training.allocation import Device
from processors.training.announcing import ELSEWHERE, Announcer

DEVICE = Device("x86_64 x 2", "cpu", 100, 40)


class Sink:
    """Acknowledges, except for the first ``failures`` times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.sent = failures, list[Any]()

    async def publish(self, events: list[Any]) -> None:
        self.sent += events
        if self.failures:
            self.failures -= 1
            raise KafkaError("away")


def announcer(sink: Sink, tenants: set[str], busy: tuple[str, str] | None = None) -> Announcer:
    async def devices() -> tuple[Device, ...]:
        return (DEVICE,)

    return Announcer(sink, "t1", lambda: tenants, lambda: busy, devices)  # type: ignore[arg-type]


async def test_every_tenant_is_told_and_only_its_own_runs() -> None:
    sink = Sink()
    await announcer(sink, {"a", "b"}, ("b", "run-7")).announce()
    assert [(e.tenant, e.subject, e.seq, e.data.trainer, e.data.run_id) for e in sink.sent] == [
        ("a", "t1", 1, "t1", ELSEWHERE),
        ("b", "t1", 1, "t1", "run-7"),
    ]
    assert json.loads(sink.sent[0].data.devices) == [{"name": DEVICE.name, "kind": "cpu", "memory": 100, "free": 40}]


async def test_streams_are_numbered_by_tenant_and_repeats_keep_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None: ...

    monkeypatch.setattr(announcing.asyncio, "sleep", at_once)
    sink, tenants = Sink(failures=1), {"a"}
    speaker = announcer(sink, tenants)
    await speaker.announce()
    tenants.add("b")
    await speaker.announce()
    assert [(e.tenant, e.seq, e.data.run_id) for e in sink.sent] == [
        ("a", 1, ""),
        ("a", 1, ""),
        ("a", 2, ""),
        ("b", 1, ""),
    ]
    assert sink.sent[0].id == sink.sent[1].id
    assert len({e.epoch for e in sink.sent}) == 1
