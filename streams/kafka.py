"""How every client of ours connects to Kafka."""

from __future__ import annotations

import ssl
from typing import Any

from aiokafka import AIOKafkaProducer

from streams.log_client import LogClient
from streams.settings import Settings


def connection(settings: Settings) -> dict[str, Any]:
    """Bootstrap and security arguments for aiokafka clients.

    Raises:
        OSError: the file of certificates cannot be read.
    """
    found: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap,
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        found["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file or None)
    if settings.kafka_username:
        found |= {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password,
        }
    return found


def producer(settings: Settings) -> AIOKafkaProducer:
    """An unstarted producer: acks=all, idempotent, small linger so that a batch of facts is one request."""
    return AIOKafkaProducer(
        **connection(settings), acks="all", enable_idempotence=True, linger_ms=5, request_timeout_ms=30_000
    )


def consumer(settings: Settings, *topics: str, group: str | None = None, **more: Any) -> LogClient:
    """An unstarted consumer that never commits by itself; with a group it is a static member of it."""
    if group:
        more |= {"group_id": group, "group_instance_id": f"{group}-{settings.replica}", "session_timeout_ms": 10_000}
        more |= {"heartbeat_interval_ms": 2_000}
    return LogClient(
        *topics,
        **connection(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        metadata_max_age_ms=60_000,
        **more,
    )
