"""What becomes an entry of the feed, and what two entries are told apart by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from studio.contract import Event
from studio.contract.records import OutcomeWindow, RunHeartbeat

from projections.feed import TABLES, rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
[ENTRY] = TABLES


def test_each_telling_of_a_window_is_an_entry_in_batches_of_any_size() -> None:
    first = Event(data=OutcomeWindow(deployment="answers", calls=1), tenant="acme", subject="answers", time=NOW)
    later = replace(first, data=OutcomeWindow(deployment="answers", calls=2), time=NOW + timedelta(microseconds=1))
    together = ENTRY.merged(row.values for row in rows([first, later, later]))
    assert [values["data"]["calls"] for values in together.values()] == [1, 2]
    alone = [ENTRY.merged(row.values for row in rows([event])) for event in (first, later)]
    assert together == alone[0] | alone[1]


def test_heartbeats_are_no_entries() -> None:
    assert not list(rows([Event(data=RunHeartbeat(run_id="r"), tenant="acme", subject="r", epoch=1, seq=1)]))
