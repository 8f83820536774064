"""A small world as events: everything that happens to two documents on their way into a deployment, for one tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from studio.contract import Event, encode
from studio.contract.records import (
    AdjustmentApplied,
    Alert,
    AliasMoved,
    BatchCancelled,
    BatchFailed,
    BatchFinished,
    BatchRequested,
    CallServed,
    CheckpointSaved,
    CurationFailed,
    CurationFinished,
    CurationRequested,
    DatasetFrozen,
    DatasetRefused,
    DatasetRequested,
    DeadLettered,
    DeadReleased,
    DeadSkipped,
    DeploymentPaused,
    DeploymentResumed,
    DeploymentStarted,
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    EvaluationRecorded,
    ExtractionFailed,
    ItemFinished,
    LeaseLost,
    ModelRegistered,
    OutcomeReported,
    OutcomeWindow,
    Promoted,
    RecipeSaved,
    Record,
    ReplyReceived,
    ReviewDecided,
    RolledBack,
    RoutingTable,
    RunAdjusted,
    RunCancelled,
    RunClaimed,
    RunCompleted,
    RunFailed,
    RunHeartbeat,
    RunPaused,
    RunRequested,
    RunResumed,
    SampleGenerated,
    SampleScored,
    Shortfall,
    StageWindow,
    StepRecorded,
    Target,
    TrainerAnnounced,
    VerdictReached,
    WeightSet,
)

from streams.intake import Raw

BEGINNING = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARTITIONS = 4


@dataclass
class Teller:
    """Numbers events as their writers do; the same story has the same ids and times."""

    tenant: str
    told: list[Event] = field(default_factory=list)
    last: dict[str, tuple[int, int]] = field(default_factory=dict)

    def decide(self, subject: str, *records: Record) -> None:
        for record in records:
            event = self._event(record, subject)
            _, version = self.last.get(event.stream, (0, 0))
            self._tell(event.at(version=version + 1))

    def fact(self, subject: str, *records: Record, epoch: int = 1) -> None:
        for record in records:
            event = self._event(record, subject)
            then, seq = self.last.get(event.stream, (epoch, 0))
            self._tell(event.at(epoch=epoch, seq=seq + 1 if then == epoch else 1))

    def say(self, subject: str, *records: Record) -> None:
        for record in records:
            self._tell(self._event(record, subject))

    def _event(self, record: Record, subject: str) -> Event:
        number = len(self.told)
        id = uuid5(NAMESPACE_URL, f"{self.tenant}/{number}")
        return Event(
            data=record, tenant=self.tenant, subject=subject, id=id, time=BEGINNING + timedelta(seconds=number)
        )

    def _tell(self, event: Event) -> None:
        if event.order != (0, 0):
            self.last[event.stream] = event.order
        self.told.append(event)


def story(tenant: str, samples: int = 6, steps: int = 4) -> list[Event]:
    """Every type of event at least once, in an order in which it could happen."""
    t = Teller(tenant)
    for id, name in (("doc-1", "handbook.pdf"), ("doc-2", "broken.pdf"), ("doc-3", "old.md")):
        t.decide(id, DocumentRegistered(name=name, media_type="application/pdf", size=1000, blob=f"{tenant}/{id}"))
    t.decide(
        "doc-1", DocumentExtracted(media_type="text/markdown", text_blob="t", characters=900, sections=3, chunks=9)
    )
    t.decide("doc-2", ExtractionFailed(code="ENCRYPTED", reason="it has a password", remedy="upload it without one"))
    t.decide("doc-3", DocumentWithdrawn(reason="out of date", author="ann"))
    t.decide("recipe/plain", RecipeSaved(name="plain", recipe_version="1", source="name: plain", recipe="{}"))
    t.decide("batch-1", BatchRequested(documents=("doc-1", "doc-3"), count=samples + 2, seed=7))
    for number in range(samples):
        sample = SampleGenerated(
            sample_id=f"s-{number}", batch_id="batch-1", item="0001", question=f"q {number}?", answer='a "b" \\ {c}',
            document_id="doc-1", chunk_id="c1", passage_start=10 * number, passage_end=10 * number + 9,
            answer_start=10 * number + 2, answer_end=10 * number + 5, quality=number / 7, seed=2**40 + number,
        )  # fmt: skip
        t.fact("batch-1/0001", sample)
    left = (Shortfall(reason="NO_MORE", count=2),)
    t.fact("batch-1/0001", ReplyReceived(batch_id="batch-1", item="0001", tokens_in=9, tokens_out=4))
    t.fact("batch-1/0001", ItemFinished(batch_id="batch-1", item="0001", asked=5, delivered=samples, shortfall=left))
    t.fact("batch-1/0002", ItemFinished(batch_id="batch-1", item="0002", asked=3, delivered=0, tokens_in=11))
    t.decide("batch-1", BatchFinished(asked=samples + 2, delivered=samples, shortfall=left))
    for id, end in (("batch-2", BatchFailed(code="EGRESS", reason="no")), ("batch-3", BatchCancelled(author="bob"))):
        t.decide(id, BatchRequested(count=1), end)
    t.decide("cur-1", CurationRequested(batches=("batch-1",), rule="grounding > 0.5", rule_version="1"))
    for number in range(samples):
        for scorer, value in (("grounding", number / samples), ("round_trip", 1)):
            score = SampleScored(
                sample_id=f"s-{number}", batch_id="batch-1", curation_id="cur-1", scorer=scorer, scorer_version="1",
                value=value, detail='{"words": 3}' if number else "",
            )  # fmt: skip
            t.fact("cur-1/0", score)
    t.decide("cur-1", CurationFinished(samples=samples, kept=samples - 1, dropped=1, result_blob="r"))
    t.decide("cur-2", CurationRequested(batches=("batch-9",)), CurationFailed(code="EMPTY", reason="nothing there"))
    t.decide("s-1", ReviewDecided(sample_id="s-1", decision="drop", author="ann", reason="dull"))
    t.decide("s-1", ReviewDecided(sample_id="s-1", decision="keep", author="bob"))
    asked = DatasetRequested(name="lake", curation_id="cur-1", heldout_fraction=0.3, reward='{"exact": 1}')
    frozen = DatasetFrozen(name="lake", version="1.0.0", merkle_root="ab", train_rows=4, heldout_rows=1, dropped=left)
    t.decide("data-1", asked, frozen)
    t.decide("data-2", replace(asked, reward=""), DatasetRefused(code="DATASET_EMPTY", reason="nothing kept"))
    wanted = RunRequested(dataset_id="data-1", base_model="small", config='{"steps": 4}', model_name="lake")
    t.decide("run-1", wanted, RunClaimed(trainer="a", epoch=1))
    for step in range(steps):
        t.fact("run-1", _step("run-1", step), RunHeartbeat(run_id="run-1", trainer="a", phase="grpo", step=step))
    saved = CheckpointSaved(run_id="run-1", step=steps // 2, phase="grpo", manifest_blob="m", bytes=5)
    t.fact("run-1", saved)
    t.decide("run-1", LeaseLost(epoch=1, trainer="a", reason="silent"), RunClaimed(trainer="b", epoch=2))
    for step in range(steps // 2, steps + 1):
        t.fact("run-1", _step("run-1", step), epoch=2)
    after = EvaluationRecorded(run_id="run-1", phase="after", step=steps, split="heldout", reward=0.6, gain=0.1)
    t.fact("run-1", replace(after, phase="before", step=0), after, epoch=2)
    t.decide("run-1", RunCompleted(epoch=2, step=steps, manifest_blob="m2", metrics='{"gain": 0.1}'))
    t.decide("run-2", wanted, RunClaimed(trainer="a", epoch=1), RunFailed(epoch=1, code="NO_MODEL", field="base_model"))
    t.decide("run-3", wanted, RunCancelled(author="ann", reason="wrong data"))
    needs, labels = '{"device": "cpu", "memory": 1024}', '{"search": "s", "trial": "1"}'
    fork = replace(wanted, parent_run="run-1", parent_step=2, needs=needs, labels=labels)
    slower = RunAdjusted(revision=1, changes='{"learning_rate": 0.0001}', reason="it jumps", author="ann")
    t.decide("run-4", fork, RunClaimed(trainer="a", epoch=1), slower)
    applied = AdjustmentApplied(run_id="run-4", revision=1, phase="grpo", step=3, changes=slower.changes)
    alarm = '[{"rule": "kl", "action": "warn", "value": 0.7, "limit": 0.5, "message": "kl is above 0.5"}]'
    said = replace(_step("run-4", 3), metrics='{"ratio": 1.5}', alarms=alarm, definitions_blob=f"{tenant}/d")
    t.fact("run-4", applied, said)
    t.decide("run-4", RunPaused(reason="night", author="ann"), RunResumed(author="bob"))
    t.decide("run-4", RunClaimed(trainer="b", epoch=2), RunPaused(reason="day", author="bob"))
    t.fact("run-4", applied, epoch=2)
    device = '[{"name": "cpu", "kind": "cpu", "memory": 100, "free": 40}]'
    t.fact("b", TrainerAnnounced(trainer="b", devices=device, run_id="run-4"), TrainerAnnounced(trainer="b"))
    base = ModelRegistered(name="lake", version="0.1.0", run_id="run-1", manifest_blob="m1", metadata="{}")
    t.decide("lake", base, replace(base, version="0.1.1", manifest_blob="m2", dataset_id="data-1"))
    moved = AliasMoved(name="lake", alias="chat", version="0.1.0", author="ann")
    t.decide("lake", moved, replace(moved, version="0.1.1", previous="0.1.0"), replace(moved, previous="0.1.1"))
    first = DeploymentStarted(name="chat", model="lake", version="0.1.0", manifest_blob="m1", weight=1.0)
    trial = replace(first, version="0.1.1", baseline_version="0.1.0", weight=0.1, margin=0.05, confidence=0.95)
    t.decide("chat", first, Promoted(version="0.1.0"), trial, WeightSet(version="0.1.1", weight=0.5, author="ann"))
    t.decide("chat", DeploymentPaused(version="0.1.1", reason="release day", author="ann"))
    t.decide("chat", DeploymentResumed(version="0.1.1", weight=0.5, author="ann"))
    t.decide("chat", VerdictReached(version="0.1.1", decision="promote", canary_rate=0.9, canary_calls=60))
    t.decide("chat", Promoted(version="0.1.1", previous="0.1.0", author="verdict"))
    t.decide("chat", RolledBack(version="0.1.1", to="0.1.0", reason="a person said so", author="bob"))
    t.say("chat", RoutingTable(deployment="chat", targets=(Target(model="lake", version="0.1.0", weight=1.0),)))
    for number in range(steps):
        arm = {"deployment": "chat", "version": "0.1.0", "role": "stable"}
        call = CallServed(**arm, call_id=f"c-{number}", status=500 if number == 1 else 200, latency_ms=0.1 * number)
        t.fact("chat/router-0", call, OutcomeReported(**arm, call_id=f"c-{number}", score=0.1, source="user"))
    start = BEGINNING.timestamp()
    t.say("generation", StageWindow(stage="generation", start=start, seconds=2, events=3, rate=1.5, lag_seconds=0.1))
    t.say("generation", StageWindow(stage="generation", start=start + 2, seconds=2, events=8, rate=4))
    window = OutcomeWindow(deployment="chat", version="0.1.0", role="stable", start=start, seconds=2, calls=2)
    t.say("chat", window, replace(window, calls=4, outcomes=4))
    t.say("lag", Alert(name="lag", severity="warning", message="behind", value=9, limit=5))
    letter = DeadLettered(consumer="x", topic="studio.documents", offset=4, key=f"{tenant}/d", code="BROKEN_BODY")
    t.say("dead-1", replace(letter, dead_id="dead-1", headers="[]", body=b"\0\xff"))
    t.say("dead-1", DeadReleased(dead_id="dead-1", consumer="x", author="ann", reason="mended"))
    t.say("dead-2", replace(letter, dead_id="dead-2"), DeadSkipped(dead_id="dead-2", author="ann"))
    return t.told


def _step(run: str, step: int) -> StepRecorded:
    parts = '{"exact": 0.5, "format": 1}'
    return StepRecorded(
        run_id=run, phase="grpo", step=step, steps_total=9, loss=-0.1 * step, reward_parts=parts, tokens=7
    )


def records(events: Sequence[Event]) -> Iterator[Raw]:
    """The events as a broker would hand them out: partition by key, offsets counted per partition."""
    following: dict[tuple[str, int], int] = {}
    for event in events:
        coded = encode(event)
        place = (coded.topic, sum(coded.key) % PARTITIONS)
        offset = following[place] = following.get(place, -1) + 1
        yield Raw(*place, offset, coded.key.decode(), tuple(coded.headers), coded.body)
