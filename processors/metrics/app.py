"""The Faust app: reads every stream, keeps windows in one table, publishes those that have news.

House rules, each for a loss or a double that was seen: one app, concurrency 1, guarded handlers, raw values with our
codec, topics only from the catalogue, the last offset inside every table value, a short session timeout.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Counter, Gauge
from studio.contract import Event, Undecodable, decode

from processors.metrics.board import Board
from processors.metrics.topics import APP, READ_TOPICS, TABLE
from processors.metrics.windows import Place, Value, add, key_of, published, told_window, windows_of
from streams.kafka import connection
from streams.settings import Settings
from streams.sink import LogSink

PERIOD = 0.3  # seconds between publications
BATCH = 1000  # events that are counted together at most
EVENTS = Counter("studio_metrics_events", "Events counted into windows", ["topic"])
SKIPPED = Counter("studio_metrics_skipped", "Records that are in no window", ["topic", "why"])
LAG = Gauge("studio_stage_lag_seconds", "Age of the event that was read last", ["topic"])
log = structlog.get_logger()


def make_app(settings: Settings, sink: LogSink) -> faust.App:
    """The app with its one agent and its one timer; `sink` publishes its windows."""
    app = faust.App(APP, **_options(settings))
    source = app.topic(
        *(topic.name for topic in READ_TOPICS),
        key_serializer="raw",
        value_serializer="raw",
        value_type=bytes,
        partitions=settings.partitions,
        internal=False,
    )
    table: Any = app.Table(TABLE, partitions=settings.partitions, key_type=str, value_type=bytes)
    board = Board(settings.window_seconds)

    pending: list[Any] = []

    @app.on_partitions_revoked.connect
    async def forget(*_: object, **__: object) -> None:
        pending.clear()
        board.fill({})

    @table.on_recover  # type: ignore[untyped-decorator]
    async def recall() -> None:
        board.fill(dict(table.data.items()))

    @app.agent(source, concurrency=1, name="count")
    async def count(stream: Any) -> None:
        # A window goes to the changelog once per batch. Batches are ours: Faust's `take_events` lost events at the
        # seam of two batches when it was killed a few times.
        async for event in stream.noack().events():
            pending.append(event)
            if len(pending) >= BATCH:
                settle()

    def settle() -> None:
        """Count what is pending, then acknowledge it: a crash between the two repeats it, and repeats are skipped."""
        events = list(pending)
        pending.clear()
        try:
            take([event.message for event in events])
        except Exception as error:  # an agent that raises loses its place
            log.exception("batch_failed", events=len(events), error=str(error))
        for event in events:
            event.ack()

    def take(messages: Sequence[Any]) -> None:
        touched: dict[str, tuple[int, Value]] = {}
        for message in messages:
            place = Place(message.topic, message.partition, message.offset)
            try:
                touch(place, decode(place.topic, _headers(message.headers), message.value), touched)
                EVENTS.labels(place.topic).inc()
            except Undecodable as error:
                SKIPPED.labels(place.topic, error.code).inc()
            except Exception as error:
                SKIPPED.labels(place.topic, "failed").inc()
                log.exception("window_failed", topic=place.topic, offset=place.offset, error=str(error))
        for key, (partition, value) in touched.items():
            write(partition, key, json.dumps(value, separators=(",", ":")).encode())
        for where in {(message.topic, message.partition) for message in messages}:
            for key in list(board.expired(where)):
                board.untell(where, (read(key) or {}).get("ids", ()))
                write(where[1], key, None)

    def touch(place: Place, event: Event, touched: dict[str, tuple[int, Value]]) -> None:
        now = time.time()
        LAG.labels(place.topic).set(now - event.time.timestamp())
        windows = windows_of(event, settings.window_seconds)
        if (told := told_window(event, settings.window_seconds)) is not None:
            first = board.told((place.topic, place.partition), event.id.hex)
            if first is not None and first < place.offset:
                windows = [window for window in windows if window.kind != "outcome"]
                SKIPPED.labels(place.topic, "told again").inc()
            else:
                windows.append(told)
                board.tell((place.topic, place.partition), {event.id.hex: place.offset})
        for window in windows:
            if board.late((place.topic, place.partition), window):
                SKIPPED.labels(place.topic, "late").inc()
                continue
            key = key_of(place, window)
            value = add(touched[key][1] if key in touched else read(key), window, event, place, now)
            if value is None:
                SKIPPED.labels(place.topic, "repeat").inc()
                continue
            touched[key] = (place.partition, value)
            board.touch((place.topic, place.partition), window, key)

    def read(key: str) -> Value | None:
        stored: bytes | None = table.data.get(key)
        return json.loads(stored) if stored else None

    def write(partition: int, key: str, value: bytes | None) -> None:
        # What `table[key] = value` does, but with the partition said: a batch has events of many.
        table.send_changelog(partition, key, value)
        if value is None:
            table.data.pop(key, None)
        else:
            table.data[key] = value

    @app.timer(PERIOD, on_leader=False)  # type: ignore[untyped-decorator]
    async def publish() -> None:
        settle()
        due = board.due(time.time())
        board.news.difference_update(due)
        values = {window: [found for key in board.keys.get(window, ()) if (found := read(key))] for window in due}
        try:
            await sink.publish([published(w, values[w], settings.window_seconds) for w in due])
        except KafkaError as error:
            board.news.update(due)
            log.warning("windows_wait", windows=len(due), error=str(error))
        except Exception as error:
            log.exception("publish_failed", error=str(error))

    return app


def _headers(headers: Any) -> list[tuple[str, bytes]]:
    return list(headers.items()) if isinstance(headers, dict) else list(headers or [])


def _options(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {
        "broker": [f"aiokafka://{address}" for address in settings.kafka_bootstrap.split(",")],
        "store": "memory://",
        "datadir": str(Path(settings.home) / "metrics"),
        "autodiscover": False,
        "web_enabled": False,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "reply_create_topic": False,
        "topic_partitions": settings.partitions,
        "topic_replication_factor": settings.replication,
        "table_standby_replicas": 0,
        "consumer_auto_offset_reset": "earliest",
        "broker_commit_interval": 1.0,
        "consumer_group_instance_id": f"{APP}-{settings.replica}",
        "broker_session_timeout": 6.0,
        "broker_heartbeat_interval": 2.0,
        "broker_request_timeout": 30.0,
        "producer_acks": -1,
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
    }
    secured: Any = connection(settings)
    context = secured.get("ssl_context")
    if settings.kafka_username:
        found["broker_credentials"] = faust.SASLCredentials(
            username=settings.kafka_username,
            password=settings.kafka_password,
            mechanism="SCRAM-SHA-512",
            ssl_context=context,
        )
    elif context is not None:
        found["broker_credentials"] = faust.SSLCredentials(context)
    return found
