"""Lag of consumers from their stored positions."""

from __future__ import annotations

from processors.metrics.lag import Lag, Position, lags

ENDS = {("studio.documents", 0): 10, ("studio.documents", 1): 5, ("studio.training", 0): 7}


def test_a_consumer_at_the_end_has_no_lag_however_old_its_last_event_is() -> None:
    assert lags([Position("room", "studio.documents", 0, 10, 50.0)], ENDS, 100.0) == {
        "room": Lag({"studio.documents": 0}, 0.0)
    }


def test_records_add_up_over_partitions_and_the_oldest_counts() -> None:
    found = lags(
        [
            Position("room", "studio.documents", 0, 7, 90.0),
            Position("room", "studio.documents", 1, 1, 60.0),
            Position("room", "studio.training", 0, 7, 10.0),
            Position("other", "studio.training", 0, 0, 0.0),
        ],
        ENDS,
        100.0,
    )
    assert found == {
        "room": Lag({"studio.documents": 7, "studio.training": 0}, 40.0),
        "other": Lag({"studio.training": 7}, 0.0),
    }


def test_a_position_past_an_end_that_is_not_known_is_no_lag() -> None:
    assert lags([Position("room", "studio.gone", 0, 3, 50.0)], ENDS, 100.0) == {"room": Lag({"studio.gone": 0}, 0.0)}
