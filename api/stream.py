"""Server-Sent Events from the log (WHATWG HTML, section 9.2): history, then live, resumable at every frame."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Gauge
from studio.contract import Event, Undecodable, to_dict

from api.ends import Ends, LogEnds
from api.place import Place
from api.tokens import Principal
from streams.intake import Verdict, judge, open_record
from streams.settings import Settings
from streams.source import LogSource

OPEN = Gauge("studio_api_open_streams", "Event streams being served")
SEEN_MOST = 50_000  # streams of which the last number is remembered
log = structlog.get_logger()


class Stream:
    """One client's view of the log: its tenant's events, filtered, each once."""

    open: ClassVar[int] = 0

    def __init__(
        self,
        settings: Settings,
        who: Principal,
        place: Place,
        topics: tuple[str, ...],
        types: frozenset[str],
        subjects: tuple[str, ...],
        heartbeat: float,
        ends: LogEnds,
    ) -> None:
        self._settings, self._who, self._place, self._ends = settings, who, place, ends
        self._topics, self._types, self._subjects = topics, types, subjects
        self._heartbeat = heartbeat
        self._seen: dict[str, tuple[int, int]] = {}

    async def frames(self) -> AsyncIterator[bytes]:
        """Frames until the client leaves or its token expires; a lost broker ends the stream, the client comes back."""
        Stream.open += 1
        OPEN.set(Stream.open)
        try:
            self._begin(await self._ends.now())
            yield _frame("open", {"position": self._place.text()}, self._place.text())
            if not self._topics:
                return
            async with LogSource(self._settings, self._topics, self._place.offsets) as source:
                async for frame in self._following(source):
                    yield frame
        except (KafkaError, OSError, LookupError) as error:
            log.warning("stream_broken", error=str(error))
            yield b": the log does not answer; come back with Last-Event-ID\n\n"
        finally:
            Stream.open -= 1
            OPEN.set(Stream.open)

    def _begin(self, ends: Ends) -> None:
        """Give every partition an offset. Other topics keep theirs, so that the next stream may read other topics;
        one beyond the end is of another log, and Kafka would start it all over."""
        for place, end in ends.items():
            offset = self._place.offsets.get(place, 0 if self._place.start == "begin" else end)
            self._place.offsets[place] = min(offset, end)

    async def _following(self, source: LogSource) -> AsyncIterator[bytes]:
        told = time.monotonic()
        while True:
            left = self._who.expires - time.time()
            if left <= 0:
                yield _frame("expired", {"message": "the access token has expired"}, self._place.text())
                return
            records = await source.poll(min(0.5, left, self._heartbeat))
            for record in records:
                self._place.offsets[record.topic, record.partition] = record.offset + 1
                event = open_record(record)
                if isinstance(event, Undecodable) or not self._wanted(event) or not self._first(event):
                    continue
                yield _frame(event.type, _plain(event), self._place.text())
                told = time.monotonic()
            if time.monotonic() - told >= self._heartbeat:
                yield f": {int(time.time())}\nid: {self._place.text()}\n\n".encode()
                told = time.monotonic()
            await asyncio.sleep(0)

    def _wanted(self, event: Event) -> bool:
        if event.tenant != self._who.tenant or (self._types and event.type not in self._types):
            return False
        return not self._subjects or any(
            event.subject == subject or event.subject.startswith(f"{subject}/") for subject in self._subjects
        )

    def _first(self, event: Event) -> bool:
        """Whether it is neither a repeat nor from a writer that lost its claim, as far as this stream has seen."""
        if event.order == (0, 0):
            return True
        last = self._seen.get(event.stream)
        verdict = judge(event.order, last)[0] if last else Verdict.TAKE
        if verdict in (Verdict.REPEAT, Verdict.STALE):
            return False
        self._seen[event.stream] = event.order
        if len(self._seen) > SEEN_MOST:
            self._seen.pop(next(iter(self._seen)))
        return True


def _plain(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.id),
        "type": event.type,
        "topic": event.topic,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "version": event.version,
        "epoch": event.epoch,
        "seq": event.seq,
        "correlation_id": str(event.correlation_id) if event.correlation_id else None,
        "causation_id": str(event.causation_id) if event.causation_id else None,
        "traceparent": event.traceparent,
        "source": event.source,
        "data": {name: _text(value) for name, value in to_dict(event.data).items()},
    }


def _text(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _frame(type: str, data: dict[str, Any], id: str) -> bytes:
    """One frame; JSON has no line breaks, so `data` is one line."""
    head = f"id: {id}\n" if id else ""
    return f"{head}event: {type}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
