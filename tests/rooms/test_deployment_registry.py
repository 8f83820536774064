"""Given-when-then for the model registry."""

from __future__ import annotations

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st
from studio.contract.records import AliasMoved, ModelRegistered, Record

from processors.deployment.model import Model, evolve
from processors.deployment.registry import MoveAlias, RegisterModel, RegisterRun, RollBackAlias, decide
from processors.deployment.semver import Version, parse
from streams.decider import Refused


def registered(version: str, blob: str, run: str = "") -> ModelRegistered:
    return ModelRegistered(name="qa", version=version, manifest_blob=blob, run_id=run)


def after(*events: Record) -> Model:
    state = Model()
    for event in events:
        state = evolve(state, event)
    return state


def versions(events: list[Record]) -> list[str]:
    return [event.version for event in events if isinstance(event, ModelRegistered)]


RUN = RegisterRun("qa", "run-1", "trained", "base", "data-1", '{"reward": 0.8}')


def test_a_run_registers_its_base_and_its_trained_weights() -> None:
    found = decide(Model(), RUN)
    assert versions(found) == ["0.1.0", "0.1.1"]
    base, trained = found
    assert isinstance(base, ModelRegistered) and isinstance(trained, ModelRegistered)
    assert (base.manifest_blob, trained.manifest_blob) == ("base", "trained")
    assert trained.metrics == '{"reward": 0.8}' and trained.run_id == base.run_id == "run-1"


def test_the_same_run_again_registers_nothing() -> None:
    assert decide(after(*decide(Model(), RUN)), RUN) == []


def test_the_next_run_takes_the_next_minor_line() -> None:
    state = after(*decide(Model(), RUN))
    assert versions(decide(state, RegisterRun("qa", "run-2", "trained-2", "base-2"))) == ["0.2.0", "0.2.1"]


def test_a_run_from_a_registered_base_only_adds_the_trained_patch() -> None:
    state = after(*decide(Model(), RUN))
    assert versions(decide(state, RegisterRun("qa", "run-2", "trained-2", "base"))) == ["0.1.2"]


def test_an_empty_version_is_the_next_minor() -> None:
    assert versions(decide(after(registered("1.4.2", "a")), RegisterModel("qa", "b"))) == ["1.5.0"]


def test_the_same_version_with_the_same_files_changes_nothing() -> None:
    assert decide(after(registered("1.0.0", "a")), RegisterModel("qa", "a", "1.0.0")) == []


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (RegisterModel("qa", "b", "1.0.0"), "VERSION_EXISTS", "version"),
        (RegisterModel("qa", "b", "1.0"), "BAD_VERSION", "version"),
        (RegisterModel("qa", "b", "1.0.0-rc.1"), "VERSION_NOT_LATER", "version"),
        (RegisterModel("qa", ""), "NO_MANIFEST", "manifest_blob"),
        (MoveAlias("qa", "production", "9.9.9"), "UNKNOWN_VERSION", "version"),
        (MoveAlias("qa", "a b", "1.0.0"), "BAD_ALIAS", "alias"),
        (RollBackAlias("qa", "production"), "NO_PREVIOUS", "alias"),
    ],
)
def test_refusals_name_the_field_and_the_way_out(command: object, code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(after(registered("1.0.0", "a")), command)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.remedy


def test_an_earlier_line_can_still_be_patched() -> None:
    state = after(registered("1.0.0", "a"), registered("2.0.0", "b"))
    assert versions(decide(state, RegisterModel("qa", "c", "1.0.1"))) == ["1.0.1"]


def test_an_alias_moves_and_rolls_back() -> None:
    state = after(registered("1.0.0", "a"), registered("1.1.0", "b"))
    for version in ("1.0.0", "1.1.0"):
        state = after_more(state, decide(state, MoveAlias("qa", "production", version)))
    assert state.aliases == {"production": "1.1.0"}
    back = decide(state, RollBackAlias("qa", "production", "ann"))
    assert back == [AliasMoved(name="qa", alias="production", version="1.0.0", previous="1.1.0", author="ann")]
    assert after_more(state, back).aliases == {"production": "1.0.0"}


def after_more(state: Model, events: list[Record]) -> Model:
    for event in events:
        state = evolve(state, event)
    return state


def test_precedence_is_that_of_the_specification() -> None:
    order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
             "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0"]  # fmt: skip
    assert [str(v) for v in sorted(parse(text) for text in reversed(order))] == order


@forall(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_version_reads_back(major: int, minor: int, patch: int) -> None:
    version = Version(major, minor, patch)
    assert parse(str(version)) == version
    assert version < version.next_patch() < version.next_minor()
