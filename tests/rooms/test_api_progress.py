"""What the pipeline page is told of stages and jobs: rates that end, lag that stays, time that is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.consumers import Waiting
from api.jobs import remaining
from api.pipeline import stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = {
    "stage": "documents", "start": NOW, "seconds": 2.0, "events": 8, "rate": 4.0, "lag_seconds": 0.3, "updated_at": NOW,
}  # fmt: skip


def test_a_stage_without_news_stands_still() -> None:
    assert stage("documents", {**WINDOW, "age": 3.0}, []).rate == 4.0
    late = stage("documents", {**WINDOW, "age": 13.0}, [])
    assert (late.rate, late.lag_seconds, late.quiet, late.events) == (0.0, 0.0, True, 8)
    never = stage("documents", None, [])
    assert (never.rate, never.quiet, never.lag_messages, never.topic) == (0.0, True, None, "studio.documents")


def test_a_consumer_that_stands_still_is_lag_of_its_stage() -> None:
    stuck = [Waiting(topic="t", messages=0, seconds=99.0), Waiting(topic="t", messages=7, seconds=42.0)]
    found = stage("documents", {**WINDOW, "age": 60.0}, stuck)
    assert (found.lag_messages, found.lag_seconds) == (7, 42.0)
    assert stage("documents", None, [Waiting(topic="t", messages=None, seconds=0.0)]).lag_messages is None


@pytest.mark.parametrize(
    ("job", "seconds"),
    [
        ({"done": 25, "total": 100}, 30.0),
        ({"done": 0, "total": 100}, None),
        ({"done": 10, "total": None}, None),
        ({"done": 120, "total": 100}, 0.0),
        ({"done": 10, "total": 30, "pace": 0.5, "kind": "run"}, 10.0),
        ({"done": 10, "total": 30, "state": "lost", "kind": "run"}, None),
        ({"done": 10, "total": 30, "kind": "deployment"}, None),
        ({"done": 10, "total": 30, "active": False}, None),
    ],
)
def test_the_time_that_is_left(job: dict[str, Any], seconds: float | None) -> None:
    row = {"kind": "batch", "state": "running", "active": True, "pace": None, "started_at": NOW - timedelta(seconds=10)}
    assert remaining({**row, "asked_at": NOW, **job}) == seconds
