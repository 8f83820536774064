"""The controller as a fold of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from studio.contract import Event, Record
from studio.contract.records import DeploymentStarted, OutcomeWindow, Promoted, VerdictReached

from processors.deployment.controller import HORIZON, Trial, conclude, observe, replay

T0 = 1_700_000_000.0


def at(second: float, data: Record) -> Event:
    return Event(data=data, tenant="acme", subject="answers", time=datetime.fromtimestamp(T0 + second, UTC))


STARTED = at(
    0.5,
    DeploymentStarted(
        name="answers", model="qa", version="0.1.1", manifest_blob="b", baseline_version="0.1.0",
        baseline_manifest_blob="a", weight=0.5, margin=0.05, confidence=0.95, minimum_calls=30, maximum_calls=1000,
    ),
)  # fmt: skip


def window(role: str, start: float, outcomes: int, score_sum: float, version: str = "", errors: int = 0) -> Event:
    version = version or {"canary": "0.1.1", "baseline": "0.1.0"}.get(role, "0.1.0")
    data = OutcomeWindow(
        deployment="answers", version=version, role=role, start=T0 + start, seconds=2.0, calls=outcomes, errors=errors,
        outcomes=outcomes, successes=round(score_sum), score_sum=score_sum,
    )  # fmt: skip
    return at(start + 2, data)


def fold(*events: Event) -> Trial:
    trial: Trial | None = None
    for event in events:
        trial = observe(trial, event)
    assert trial is not None
    return trial


def test_a_better_canary_gets_its_verdict_from_the_window_that_tips_it() -> None:
    log = [STARTED]
    for second in range(2, 40, 2):
        log += [window("canary", second, 20, 16.0), window("baseline", second, 20, 10.0)]
    ((cause, verdict),) = replay(log)
    assert verdict.decision == "promote" and verdict.version == "0.1.1"
    assert cause in log and replay(log) == [(cause, verdict)]
    assert verdict.canary_low < verdict.canary_rate < verdict.canary_high


def test_a_worse_canary_is_rolled_back() -> None:
    log = [STARTED, window("canary", 2, 150, 70.0), window("baseline", 2, 150, 120.0)]
    assert [verdict.decision for _, verdict in replay(log)] == ["rollback"]


def test_a_window_that_comes_again_replaces_itself() -> None:
    trial = fold(STARTED, window("canary", 2, 10, 5.0), window("canary", 2, 30, 21.0), window("canary", 2, 30, 21.0))
    assert trial.total("canary").outcomes == 30 and trial.total("canary").score_sum == 21.0


def test_windows_of_others_do_not_count() -> None:
    trial = fold(
        STARTED,
        window("canary", 2, 10, 5.0, version="0.0.9"),
        window("stable", 2, 10, 5.0),
        window("canary", -9, 10, 5.0),
    )
    assert trial.total("canary").outcomes == trial.total("baseline").outcomes == 0
    assert conclude(trial) is None


def test_nothing_is_said_when_no_trial_runs() -> None:
    worse = [window("canary", 2, 150, 10.0), window("baseline", 2, 150, 120.0)]
    assert replay(worse) == []
    assert replay([STARTED, at(1, Promoted(version="0.1.1")), *worse]) == []
    assert replay([STARTED, at(1, VerdictReached(version="0.1.1", decision="stop")), *worse]) == []


def test_old_windows_are_merged_and_then_final() -> None:
    trial = fold(STARTED, *(window("canary", second, 10, 5.0) for second in range(2, 4000, 100)))
    assert len(trial.windows) <= HORIZON / 100 + 1
    assert trial.total("canary").outcomes == 400
    late = observe(trial, window("canary", 2, 99, 99.0))
    assert late == trial


WINDOWS = st.lists(
    st.tuples(st.sampled_from(["canary", "baseline"]), st.integers(1, 5), st.integers(1, 40), st.floats(0, 1)),
    max_size=30,
)


@given(WINDOWS)
def test_totals_are_those_of_the_last_word_on_each_window(found: list[tuple[str, int, int, float]]) -> None:
    log = [window(role, 2.0 * slot, n, rate * n) for role, slot, n, rate in found]
    last = {(role, slot): n for role, slot, n, _ in found}
    trial = fold(STARTED, *log)
    for role in ("canary", "baseline"):
        assert trial.total(role).outcomes == sum(n for (name, _), n in last.items() if name == role)


@given(WINDOWS)
def test_a_repeated_log_gives_the_same_trial(found: list[tuple[str, int, int, float]]) -> None:
    log = [window(role, 2.0 * slot, n, rate * n) for role, slot, n, rate in found]
    once = fold(STARTED, *log)
    assert replace(fold(STARTED, *log, *log), windows={}) == replace(once, windows={})
    assert fold(STARTED, *log, *log).windows == once.windows
