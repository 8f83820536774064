"""Routing as a pure function: weights, affinity, failover; and the fold of what can be called."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio.contract import Event
from studio.contract.records import ModelRegistered, RoutingTable, Target

from serving.route import Backend, arm, route, unit
from serving.versions import Directory

WORKERS = [Backend("http://a"), Backend("http://b"), Backend("http://c")]


def table(weight: float, revision: int = 1) -> RoutingTable:
    return RoutingTable(
        deployment="answers",
        revision=revision,
        targets=(
            Target(model="qa", version="0.1.1", manifest_blob="t/new", weight=weight, role="canary"),
            Target(model="qa", version="0.1.0", manifest_blob="t/old", weight=1.0 - weight, role="baseline"),
        ),
    )


@given(st.floats(0.01, 0.99), st.floats(0.0, 0.999))
def test_the_chosen_arm_has_the_logged_propensity(weight: float, u: float) -> None:
    first = route(table(weight), "", WORKERS, u)[0]
    assert (first.target.role == "canary") == (u < weight)
    assert first.propensity == first.target.weight


def test_shares_follow_the_weights() -> None:
    chosen = Counter(route(table(0.2), f"session-{n}", WORKERS, 0.0)[0].target.role for n in range(5000))
    assert 0.17 < chosen["canary"] / 5000 < 0.23


@given(st.text(min_size=1, max_size=20), st.floats(0.01, 0.98), st.floats(0.0, 0.999))
def test_a_session_keeps_its_arm_and_a_growing_weight_only_draws_to_the_canary(
    session: str, weight: float, u: float
) -> None:
    first = route(table(weight), session, WORKERS, u)[0]
    again = route(table(weight), session, WORKERS, 1.0 - u if u else 0.5)[0]
    assert first == again
    more = route(table(min(weight + 0.01, 1.0)), session, WORKERS, u)[0]
    assert more.target.version == first.target.version or more.target.role == "canary"


def test_a_canary_fails_over_to_other_workers_and_then_to_the_baseline() -> None:
    plan = route(table(0.5), "", WORKERS, 0.1)
    assert [attempt.target.role for attempt in plan] == ["canary"] * 3 + ["baseline"] * 3
    assert {attempt.worker for attempt in plan[:3]} == {"http://a", "http://b", "http://c"}


def test_the_baseline_never_fails_over_to_the_canary() -> None:
    assert {attempt.target.role for attempt in route(table(0.5), "", WORKERS, 0.9)} == {"baseline"}


def test_the_sick_come_last_and_the_busy_later() -> None:
    workers = [Backend("http://a", healthy=False), Backend("http://b", load=5), Backend("http://c", load=1)]
    plan = route(table(0.5), "", workers, 0.9)
    assert [attempt.worker for attempt in plan] == ["http://c", "http://b", "http://a"]


def test_only_sessions_of_a_lost_worker_move() -> None:
    sick = [Backend("http://a", healthy=False), *WORKERS[1:]]
    for number in range(200):
        before = route(table(0.5), f"s{number}", WORKERS, 0.0)[0].worker
        after = route(table(0.5), f"s{number}", sick, 0.0)[0].worker
        assert after == before or before == "http://a"


def test_an_arm_without_weight_is_never_chosen() -> None:
    assert all(arm(table(0.0), n / 100).role == "baseline" for n in range(100))


def test_no_target_no_route() -> None:
    with pytest.raises(LookupError):
        route(RoutingTable(deployment="answers"), "", WORKERS, 0.5)


def test_a_place_is_stable_over_releases() -> None:
    assert unit("answers", "session-1") == pytest.approx(0.9483967959, abs=1e-9)


def event(data: RoutingTable | ModelRegistered) -> Event:
    return Event(data=data, tenant="acme", subject="answers")


def test_the_directory_keeps_the_newest_table_and_every_version() -> None:
    directory = Directory()
    assert directory.fold(event(table(0.5, revision=3))) is not None
    assert directory.fold(event(table(0.1, revision=2))) is None
    assert directory.fold(event(table(0.1, revision=3))) is None
    directory.fold(event(ModelRegistered(name="qa", version="0.2.0", manifest_blob="t/newest")))
    assert directory.tables["acme", "answers"].targets[0].weight == 0.5
    assert {name: known.manifest for (_, name), known in directory.versions.items()} == {
        "qa@0.1.1": "t/new",
        "qa@0.1.0": "t/old",
        "qa@0.2.0": "t/newest",
    }
