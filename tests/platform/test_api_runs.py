"""Runs over REST, the client and the command: paused, resumed, changed while they train, forked, found by labels."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from studio import Studio
from studio.cli import main as cli
from studio.contract import Event
from studio.contract.records import AdjustmentApplied, CheckpointSaved, Record, StepRecorded, TrainerAnnounced
from studio_api import Api, api, attributes, error

from api.deciders import DECIDERS
from processors.datasets.decide import RequestDataset
from processors.training.announcing import ELSEWHERE
from processors.training.commands import ClaimRun
from streams.database import pool
from streams.gate import Do, Gate
from streams.token import Token

__all__ = ["api"]
TENANT = "runs"


@dataclass
class Desk:
    """An engineer with a dataset, and a trainer's hand in the log."""

    api: Api
    client: httpx.Client
    dataset: str

    def decide(self, kind: str, id: str, command: Any) -> str:
        async def handle() -> str:
            async with pool(self.api.settings.postgres_dsn, "desk", 1) as connections:
                return (await Gate(connections, DECIDERS).handle(TENANT, Do(kind, id, command))).token

        return self.api.run(handle())

    def tell(self, subject: str, *records: Record, seq: int = 1, **more: Any) -> None:
        """Facts of epoch 1; reads wait for them from now on."""
        events = [
            Event(data=record, tenant=TENANT, subject=subject, epoch=1, seq=number, **more)
            for number, record in enumerate(records, start=seq)
        ]
        self.see(self.api.run(self.api.sink.publish(events)).text())

    def see(self, position: str) -> None:
        before = self.client.headers.get("Studio-Position")
        joined = Token.parse(position).joined(Token.parse(before)) if before else Token.parse(position)
        self.client.headers["Studio-Position"] = joined.text()

    def post(self, path: str, body: Any = None) -> httpx.Response:
        answer = self.client.post(path, json=body)
        if answer.is_success:
            self.see(answer.headers["Studio-Position"])
        return answer

    def new(self, **more: Any) -> str:
        body = {"dataset_id": self.dataset, "model_name": "lake", "config": {"grpo": {"steps": 9}}, **more}
        answer = self.post("/runs", body)
        attributes(answer, 201)
        return str(answer.json()["data"]["id"])

    def claimed(self, **more: Any) -> str:
        run = self.new(**more)
        self.see(self.decide("run", run, ClaimRun("t0")))
        return run

    def shown(self, run: str) -> dict[str, Any]:
        return attributes(self.client.get(f"/runs/{run}"))

    def rows(self, path: str, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get(path, params=params).json()["data"]
        return found


@pytest.fixture
def desk(api: Api) -> Desk:
    desk = Desk(api, api.client(TENANT, "engineer"), uuid4().hex)
    desk.see(desk.decide("dataset", desk.dataset, RequestDataset(name="lake", curation_id="c")))
    return desk


def types(answer: httpx.Response) -> list[str]:
    return [event["type"] for event in attributes(answer)["events"]]


def grpo(run: str, step: int, **more: Any) -> StepRecorded:
    return StepRecorded(run_id=run, phase="grpo", step=step, steps_total=9, **more)


def test_a_run_is_paused_and_resumed_and_a_repeat_changes_nothing(api: Api, desk: Desk) -> None:
    run = desk.claimed()
    assert types(desk.post(f"/runs/{run}/pause", {"reason": "night"})) == ["RunPaused"]
    assert types(desk.post(f"/runs/{run}/pause")) == []
    found = desk.shown(run)
    assert (found["status"], found["pause_reason"], found["eta_seconds"]) == ("paused", "night", None)
    assert found["paused_by"].startswith("engineer-") and found["paused_at"]
    assert run in {one["id"] for one in desk.rows("/runs", status="paused")}
    job = next(one for one in desk.rows("/jobs") if one["id"] == f"run/{run}")["attributes"]
    assert (job["state"], job["active"], job["eta_seconds"]) == ("paused", True, None)
    assert types(desk.post(f"/runs/{run}/resume")) == ["RunResumed"]
    found = desk.shown(run)
    assert (found["status"], found["paused_by"], found["paused_at"]) == ("pending", "", None)
    desk.see(desk.client.delete(f"/runs/{run}").headers["Studio-Position"])
    assert desk.shown(run)["status"] == "cancelled"
    assert error(desk.post(f"/runs/{run}/pause"), 409)["code"] == "NOT_RUNNING"
    assert error(desk.post("/runs/nothing/pause"), 404)
    assert error(api.client(TENANT, "viewer").post(f"/runs/{run}/pause"), 403)
    assert error(api.client("others", "engineer").post(f"/runs/{run}/pause"), 404), "of another tenant"


def test_settings_change_while_it_trains_and_say_from_which_step(desk: Desk) -> None:
    run = desk.claimed()
    for changes, field in (
        ({"learning_rate": -1}, "changes.learning_rate"),
        ({"kl_coefficient": "x"}, "changes.kl_coefficient"),
        ({"colour": 1}, "changes.colour"),
        ({}, "changes"),
    ):
        found = error(desk.post(f"/runs/{run}/adjustments", {"changes": changes}), 422)
        assert found["details"]["field"] == field
    made = desk.post(f"/runs/{run}/adjustments", {"changes": {"learning_rate": 1e-4}, "reason": "it jumps"})
    assert types(made) == ["RunAdjusted"]
    (waiting,) = (one["attributes"] for one in desk.rows(f"/runs/{run}/adjustments"))
    assert (waiting["changes"], waiting["reason"], waiting["applied_step"]) == (
        {"learning_rate": 1e-4},
        "it jumps",
        None,
    )
    desk.tell(run, AdjustmentApplied(run_id=run, revision=waiting["revision"], phase="grpo", step=4))
    (held,) = (one["attributes"] for one in desk.rows(f"/runs/{run}/adjustments"))
    assert (held["applied_phase"], held["applied_step"], held["changes"]) == ("grpo", 4, {"learning_rate": 1e-4})
    assert (desk.shown(run)["adjusted"], desk.shown(run)["status"]) == (waiting["revision"], "running")


def test_a_fork_takes_over_what_it_does_not_change(desk: Desk) -> None:
    run = desk.claimed(needs={"device": "cpu", "memory": 5}, config={"grpo": {"steps": 9, "prompts": 4}, "seed": 3})
    assert error(desk.post(f"/runs/{run}/forks", {"step": 1}), 422)["details"]["field"] == "step"
    desk.tell(run, grpo(run, 1), grpo(run, 2))
    lost = error(desk.post(f"/runs/{run}/forks", {"step": 1}), 422)["details"]
    assert lost["reason"].endswith("has no checkpoint of reinforcement yet")
    desk.tell(run, CheckpointSaved(run_id=run, phase="grpo", step=1, manifest_blob="m"), seq=3)
    early = error(desk.post(f"/runs/{run}/forks", {"step": 0}), 422)["details"]
    assert (early["field"], early["remedy"]) == ("step", "fork at a step from 1 to 2")
    late = error(desk.post(f"/runs/{run}/forks", {"step": 3}), 422)["details"]
    assert (late["field"], late["remedy"]) == ("step", "fork at a step from 1 to 2")
    short = error(desk.post(f"/runs/{run}/forks", {"step": 2, "config": {"grpo": {"steps": 2}}}), 422)["details"]
    assert short["field"] == "config.grpo.steps"
    body = {"step": 2, "config": {"grpo": {"learning_rate": 0.001}}, "labels": {"try": "slow"}}
    key = {"Idempotency-Key": uuid4().hex}
    made, again = (desk.client.post(f"/runs/{run}/forks", json=body, headers=key) for _ in range(2))
    found = attributes(made, 201)
    assert made.json()["data"] == again.json()["data"]
    assert (found["parent_run"], found["parent_step"], found["dataset_id"]) == (run, 2, desk.dataset)
    assert found["config"] == {"grpo": {"steps": 9, "prompts": 4, "learning_rate": 0.001}, "seed": 3}
    assert (found["needs"], found["labels"]) == ({"device": "cpu", "memory": 5}, {"try": "slow"})
    desk.see(made.headers["Studio-Position"])
    fork = made.json()["data"]["id"]
    assert {name: value for name, value in desk.shown(fork).items() if name in ("parent_run", "needs", "labels")} == {
        name: found[name] for name in ("parent_run", "needs", "labels")
    }
    assert [one["id"] for one in desk.rows("/runs", parent_run=run)] == [fork]
    edges = attributes(desk.client.get(f"/lineage/run/{fork}"))["nodes"]
    assert {("run", run), ("dataset", desk.dataset)} <= {(node["type"], node["id"]) for node in edges}
    desk.tell(fork, grpo(fork, 3))
    again = desk.post(f"/runs/{fork}/forks", {"step": 1})
    assert attributes(again, 201)["parent_run"] == fork, "a checkpoint of its own parent leads there"
    assert error(desk.post("/runs/nothing/forks", {"step": 1}), 404)


def test_runs_are_found_by_all_of_their_labels(desk: Desk) -> None:
    search = uuid4().hex
    first = desk.new(labels={"search": search, "trial": "1=a"})
    second = desk.new(labels={"search": search, "trial": "2"})
    desk.new(labels={"search": "other", "trial": "2"})
    found = [one["id"] for one in desk.rows("/runs", label=f"search={search}")]
    assert found == [second, first]
    assert [one["id"] for one in desk.rows("/runs", label=[f"search={search}", "trial=1=a"])] == [first]
    assert error(desk.client.get("/runs", params={"label": "search"}), 422)["details"]["field"] == "label"
    for more, field in (
        ({"needs": {"device": "abacus"}}, "needs.device"),
        ({"needs": {"memory": -1}}, "needs.memory"),
        ({"labels": {"x": "y" * 1000}}, "labels.x"),
    ):
        body = {"dataset_id": desk.dataset, "model_name": "lake", **more}
        assert error(desk.client.post("/runs", json=body), 422)["details"]["field"] == field


def test_the_rest_of_a_run_is_told_by_the_median_of_its_steps(desk: Desk) -> None:
    run = desk.claimed()
    assert desk.shown(run)["eta_seconds"] is None
    warm = StepRecorded(run_id=run, phase="warm_start", step=1, steps_total=1, seconds=900)
    desk.tell(run, warm, *(grpo(run, step, seconds=seconds) for step, seconds in enumerate((2, 3, 100), start=1)))
    found = desk.shown(run)
    assert (found["step_seconds"], found["eta_seconds"]) == (3, 18), "six steps of three seconds"
    assert next(one for one in desk.rows("/runs") if one["id"] == run)["attributes"]["eta_seconds"] == 18
    desk.post(f"/runs/{run}/pause")
    assert desk.shown(run)["eta_seconds"] is None


def test_figures_stand_apart_from_the_reward_with_their_meaning(desk: Desk, api: Api) -> None:
    run = desk.claimed()
    assert attributes(desk.client.get(f"/runs/{run}/definitions"))["definitions"] == {}
    meanings = {"ratio": "mean of the ratios", "reward": "mean over completions"}
    blob = api.run(api.blobs.put(TENANT, json.dumps(meanings).encode())).key
    alarm = {"rule": "kl", "action": "warn", "value": 0.7, "limit": 0.5, "message": "kl is above 0.5"}
    told = {"metrics": '{"ratio": 1.25}', "reward_parts": '{"exact": 1.0}', "definitions_blob": blob}
    desk.tell(run, grpo(run, 1, **told, alarms=json.dumps([alarm])), grpo(run, 2, **told))
    one, two = (row["attributes"] for row in desk.rows(f"/runs/{run}/steps"))
    assert (one["metrics"], one["reward_parts"], one["alarms"]) == ({"ratio": 1.25}, {"exact": 1.0}, [alarm])
    assert two["alarms"] == []
    assert (desk.shown(run)["alarms"], desk.shown(run)["alarm_step"]) == ([alarm], 1), "the last one stays in sight"
    assert attributes(desk.client.get(f"/runs/{run}/definitions"))["definitions"] == meanings


def test_trainers_tell_what_they_have_and_hold(desk: Desk) -> None:
    run, name = desk.claimed(), f"t-{uuid4().hex[:6]}"
    devices = [{"name": "cpu", "kind": "cpu", "memory": 100, "free": 40}]
    said = TrainerAnnounced(trainer=name, devices=json.dumps(devices))

    def shown() -> tuple[Any, ...]:
        found = {one["id"]: one["attributes"] for one in desk.rows("/trainers")}[name]
        return tuple(found[field] for field in ("devices", "status", "run_id", "model_name"))

    desk.tell(name, replace(said, run_id=run))
    assert shown() == (devices, "running", run, "lake")
    desk.tell(name, replace(said, run_id=ELSEWHERE), seq=2)
    assert shown() == (devices, "elsewhere", "", None)
    desk.tell(name, said, seq=3)
    assert shown() == (devices, "free", "", None)
    desk.tell(name, replace(said, run_id=run), seq=4, time=datetime.now(UTC) - timedelta(minutes=1))
    assert shown()[1:3] == ("silent", "")


def await_status(desk: Desk, run: str, status: str) -> None:
    """Wait for what another client has written: its position is not known here."""
    ends = time.monotonic() + 60
    while desk.shown(run)["status"] != status:
        assert time.monotonic() < ends
        time.sleep(0.05)


class Said:
    """A command that ran in this process."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self.monkeypatch, self.capsys = desk, monkeypatch, capsys

    def __call__(self, *words: str, code: int = 0) -> list[Any]:
        email, password = self.desk.api.user(TENANT, "engineer")
        with self.monkeypatch.context() as changed:
            changed.setattr(sys, "argv", ["studio", *words, "--json"])
            for name, value in (("URL", self.desk.api.url), ("EMAIL", email), ("PASSWORD", password)):
                changed.setenv(f"STUDIO_{name}", value)
            ended = 0
            try:
                cli.main()
            except SystemExit as end:
                ended = int(end.code or 0)
        out = self.capsys.readouterr().out
        assert ended == code, out
        # The platform of these tests logs to the same place.
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def test_the_command_does_all_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    studio, run, mark = Said(desk, monkeypatch, capsys), desk.claimed(), uuid4().hex
    desk.tell(run, grpo(run, 1), CheckpointSaved(run_id=run, phase="grpo", manifest_blob="m"))
    (paused,) = studio("runs", "pause", run, "--reason", "night")
    assert paused["attributes"]["events"][0]["data"]["reason"] == "night"
    await_status(desk, run, "paused")
    assert run in {one["id"] for one in studio("runs", "list", "--status", "paused")}
    studio("runs", "resume", run)
    studio("runs", "adjust", run, "--learning-rate", "0.001", "--kl-coefficient", "0.1")
    studio("runs", "adjust", run, code=2)
    (refused,) = studio("runs", "adjust", run, "--kl-coefficient", "-1", code=7)
    assert refused["error"]["details"]["field"] == "changes.kl_coefficient"
    desk.see(desk.decide("run", run, ClaimRun("t0")))
    await_status(desk, run, "running")
    (change,) = studio("runs", "changes", run)
    assert change["attributes"]["changes"] == {"learning_rate": 0.001, "kl_coefficient": 0.1}
    words = ("--step", "1", "--set", "grpo.prompts=2", "--label", f"mark={mark}", "--device", "cpu", "--memory", "1")
    (fork,) = studio("runs", "fork", run, *words)
    assert (fork["attributes"]["parent_run"], fork["attributes"]["config"]["grpo"]["prompts"]) == (run, 2)
    assert fork["attributes"]["needs"] == {"device": "cpu", "memory": 1 << 30}
    studio("runs", "cancel", fork["id"])
    email, password = desk.api.user(TENANT, "engineer")
    with Studio(desk.api.url, email=email, password=password) as client:
        client.runs.fork(run, 1, labels={"mark": "another"})  # from here on it reads what it has written
        assert [one.id for one in client.runs.list(labels={"mark": mark})] == [fork["id"]]
    assert studio("runs", "figures", run) == []
    studio("runs", "trainers")
    studio("runs", "show", "nothing", code=3)
