"""What follows from each event in the deployment room."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from studio.contract import Event, Record
from studio.contract.records import (
    DeploymentStarted,
    OutcomeWindow,
    Promoted,
    RolledBack,
    RoutingTable,
    RunCompleted,
    StageWindow,
    WeightSet,
)

from processors.deployment.decide import DEPLOYMENT, MODEL, Deployment, RecordVerdict
from processors.deployment.memories import MEMORY, Memories
from processors.deployment.policy import Memory, react
from processors.deployment.registry import MoveAlias, RegisterRun
from streams.gate import Do
from streams.outcome import NOTHING, Outcome

T0 = 1_700_000_000.0


def at(second: float, data: Record, version: int = 0) -> Event:
    time = datetime.fromtimestamp(T0 + second, UTC)
    return Event(data=data, tenant="acme", subject="answers", id=UUID(int=version + 1), time=time, version=version)


STARTED = at(
    0,
    DeploymentStarted(
        name="answers", model="qa", version="0.1.1", manifest_blob="b", baseline_version="0.1.0",
        baseline_manifest_blob="a", weight=0.25, margin=0.05, confidence=0.95, minimum_calls=30, maximum_calls=1000,
    ),
    version=1,
)  # fmt: skip


def window(role: str, outcomes: int, score_sum: float) -> Event:
    version = {"canary": "0.1.1", "baseline": "0.1.0"}[role]
    data = OutcomeWindow(
        deployment="answers", version=version, role=role, start=T0 + 2, seconds=2.0, calls=outcomes, outcomes=outcomes,
        score_sum=score_sum,
    )  # fmt: skip
    return at(4, data)


def after(*events: Event) -> tuple[Memory, Outcome]:
    memory, outcome = Memory(), NOTHING
    for event in events:
        memory, outcome = react(memory, event)
    return memory, outcome


def shares(outcome: Outcome) -> dict[str, float]:
    (fact,) = outcome.facts
    assert isinstance(fact.data, RoutingTable)
    return {target.version: target.weight for target in fact.data.targets}


def test_a_finished_run_is_registered() -> None:
    run = Event(
        data=RunCompleted(model_name="qa", manifest_blob="b", base_manifest_blob="a", dataset_id="d", metrics="{}"),
        tenant="acme",
        subject="run-1",
    )
    assert after(run)[1].commands == (Do("model", "qa", RegisterRun("qa", "run-1", "b", "a", "d", "{}")),)


def test_a_run_without_a_name_is_not() -> None:
    assert after(at(0, RunCompleted(manifest_blob="b")))[1] == NOTHING


def test_every_decision_becomes_a_routing_table_with_its_version() -> None:
    _, outcome = after(STARTED)
    assert shares(outcome) == {"0.1.1": 0.25, "0.1.0": 0.75}
    (fact,) = outcome.facts
    assert isinstance(fact.data, RoutingTable) and fact.data.revision == 1
    _, outcome = after(STARTED, at(1, WeightSet(version="0.1.1", weight=0.5), version=2))
    assert shares(outcome) == {"0.1.1": 0.5, "0.1.0": 0.5}


def test_a_table_has_the_same_id_when_its_decision_is_handled_again() -> None:
    assert after(STARTED)[1].facts[0].id == after(STARTED)[1].facts[0].id


def test_what_a_deployment_serves_carries_its_name_as_an_alias() -> None:
    promoted = at(9, Promoted(version="0.1.1", previous="0.1.0", author="ann"), version=2)
    _, outcome = after(STARTED, promoted)
    assert outcome.commands == (Do("model", "qa", MoveAlias("qa", "answers", "0.1.1", "ann")),)
    assert shares(outcome) == {"0.1.1": 1.0}
    back = at(10, RolledBack(version="0.1.1", to="0.1.0", author="ann"), version=3)
    _, outcome = after(STARTED, promoted, back)
    assert outcome.commands == (Do("model", "qa", MoveAlias("qa", "answers", "0.1.0", "ann")),)
    assert shares(outcome) == {"0.1.0": 1.0}


def test_windows_lead_to_one_verdict() -> None:
    memory, outcome = after(STARTED, window("canary", 200, 180.0), window("baseline", 200, 90.0))
    (do,) = outcome.commands
    assert isinstance(do.command, RecordVerdict) and do.command.decision == "promote"
    assert (do.kind, do.id) == ("deployment", "answers")
    assert react(memory, window("baseline", 210, 95.0))[1] == NOTHING


def test_windows_outside_a_trial_lead_to_nothing() -> None:
    assert after(window("canary", 200, 180.0), at(5, StageWindow(stage="documents")))[1] == NOTHING


def test_what_is_remembered_survives_its_storage() -> None:
    memory, _ = after(STARTED, window("canary", 10, 5.0))
    assert MEMORY.validate_python(MEMORY.dump_python(memory, mode="json")) == memory


def test_states_survive_the_gate() -> None:
    for decider, events in (
        (DEPLOYMENT, [STARTED.data]),
        (MODEL, MODEL.decide(MODEL.initial, RegisterRun("qa", "r", "b"))),
    ):
        state = decider.fold(decider.initial, events)
        assert decider.load(decider.dump(state)) == state != decider.initial
    assert DEPLOYMENT.initial == Deployment()


async def test_a_batch_goes_on_from_what_its_events_left_and_a_second_try_from_what_is_stored() -> None:
    stored = [(3, Memory())]

    class Stored(Memories):
        async def _recall(self, key: tuple[str, str]) -> tuple[int, Memory]:
            return stored[0]

    memories = Stored(None)  # type: ignore[arg-type]
    told = Event(data=OutcomeWindow(start=0.0, calls=1), tenant="t", subject="d")
    memories.begin()
    assert await memories.before(told) == (3, Memory())
    memories.after(told, Memory(version=7))
    assert await memories.before(told) == (4, Memory(version=7)), "told again, it follows what it led to"
    memories.begin()
    assert await memories.before(told) == (3, Memory()), "the transaction failed: nothing of it counts"
