"""Runs, models and deployments over REST: steps, versions, aliases, trials, and how it was at any time."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pyarrow as arrow
import pytest
from pyarrow import parquet
from studio.contract import Event
from studio.contract.records import CheckpointSaved, EvaluationRecorded, OutcomeWindow, StepRecorded
from studio_api import Api, api, attributes, error

from api.deciders import DECIDERS
from processors.datasets.decide import RequestDataset
from streams.database import pool
from streams.gate import Do, Gate
from streams.token import Token

__all__ = ["api"]
TENANT = "registry"


@dataclass
class Bench:
    """A tenant with a dataset, and a model of two versions."""

    client: httpx.Client
    model: str
    manifest: str


def manifest(api: Api, tenant: str = TENANT, blob: str = "") -> str:
    """The key of a stored manifest of one file."""
    part = api.run(api.blobs.put(tenant, uuid4().bytes))
    files = {"model.safetensors": {"blob": blob or part.key, "sha256": part.sha256, "size": part.size}}
    return api.run(api.blobs.put(tenant, json.dumps({"version": 1, "files": files}).encode())).key


@pytest.fixture
def bench(api: Api) -> Bench:
    client, model, key = api.client(TENANT, "engineer"), f"m-{uuid4().hex[:8]}", manifest(api)
    for blob in (key, manifest(api)):
        answer = client.post(f"/models/{model}/versions", json={"manifest_blob": blob, "metrics": {"reward": 0.5}})
        assert attributes(answer, 201)["events"][0]["type"] == "ModelRegistered"
    return Bench(client, model, key)


def position(answer: httpx.Response) -> dict[str, str]:
    assert answer.is_success, answer.text
    return {"Studio-Position": answer.headers["Studio-Position"]}


def test_versions_count_up_and_aliases_move_and_come_back(bench: Bench) -> None:
    path = f"/models/{bench.model}"
    for version in ("0.1.0", "0.2.0"):
        moved = bench.client.put(f"{path}/aliases/production", json={"version": version})
    found = attributes(bench.client.get(path, headers=position(moved)))
    assert [one["version"] for one in found["versions"]] == ["0.1.0", "0.2.0"]
    assert found["aliases"] == {"production": "0.2.0"} and found["versions"][0]["metrics"] == {"reward": 0.5}
    then = datetime.now(UTC).isoformat()
    back = bench.client.post(f"{path}/rollback", json={"alias": "production"})
    assert attributes(bench.client.get(path, headers=position(back)))["aliases"] == {"production": "0.1.0"}
    assert attributes(bench.client.get(path, params={"as_of": then}))["aliases"] == {"production": "0.2.0"}
    assert error(bench.client.get(path, params={"as_of": "2001-01-01T00:00:00Z"}), 404)
    assert error(bench.client.get(path, params={"as_of": "yesterday"}), 422)["details"]["field"] == "as_of"
    names = [one["id"] for one in bench.client.get("/models", params={"limit": 500}).json()["data"]]
    assert bench.model in names


def test_a_model_that_is_not_there_is_named(api: Api, bench: Bench) -> None:
    client = bench.client
    assert error(client.get("/models/nothing"), 404)
    assert error(client.put("/models/nothing/aliases/a", json={"version": "1.0.0"}), 404)
    assert error(client.post("/models/nothing/rollback", json={}), 404)
    unknown = error(client.put(f"/models/{bench.model}/aliases/a", json={"version": "9.9.9"}), 422)
    assert (unknown["code"], unknown["details"]["field"]) == ("UNKNOWN_VERSION", "version")
    never = error(client.post(f"/models/{bench.model}/rollback"), 422)
    assert never["code"] == "NO_PREVIOUS"


def test_a_version_is_made_of_files_that_exist_and_are_ones_own(api: Api, bench: Bench) -> None:
    path = f"/models/{bench.model}/versions"
    stolen = manifest(api, "somebody-else")
    mixed = manifest(api, TENANT, blob=stolen)
    plain = api.run(api.blobs.put(TENANT, b"not a manifest")).key
    listed = api.run(api.blobs.put(TENANT, b'{"files": [1, 2]}')).key
    for key in ("", f"{TENANT}/{'0' * 64}", stolen, mixed, plain, listed, "../../etc/passwd"):
        found = error(bench.client.post(path, json={"manifest_blob": key}), 422)
        assert found["details"]["field"] == "manifest_blob", key
    assert error(bench.client.post(path, json={"run_id": "nothing"}), 422)["details"]["field"] == "run_id"


def test_a_trial_is_started_weighed_promoted_and_taken_back(api: Api, bench: Bench) -> None:
    client, name = bench.client, f"d-{uuid4().hex[:8]}"
    first = {"name": name, "model": bench.model, "version": "0.1.0"}
    assert [one["type"] for one in attributes(client.post("/deployments", json=first), 201)["events"]] == [
        "DeploymentStarted", "Promoted",
    ]  # fmt: skip
    moved = client.put(f"/models/{bench.model}/aliases/candidate", json={"version": "0.2.0"})
    assert moved.status_code == 200
    key = {"Idempotency-Key": f"trial of {name}"}
    trial = {**first, "version": "candidate", "weight": 0.2}
    started = client.post("/deployments", json=trial, headers=key)
    now = attributes(client.get(f"/deployments/{name}", headers=position(started)))
    assert (now["stable_version"], now["candidate_version"], now["weight"]) == ("0.1.0", "0.2.0", 0.2)
    assert now["status"] == "trial"
    client.put(f"/models/{bench.model}/aliases/candidate", json={"version": "0.1.0"})
    again = client.post("/deployments", json=trial, headers=key)
    assert again.json()["data"] == started.json()["data"], "the alias has moved, the answer has not"
    weighed = client.patch(f"/deployments/{name}", json={"weight": 0.4})
    assert attributes(weighed)["events"][0]["data"]["weight"] == 0.4
    then = datetime.now(UTC).isoformat()
    promoted = client.post(f"/deployments/{name}/promote", headers=key | {"Idempotency-Key": uuid4().hex})
    now = attributes(client.get(f"/deployments/{name}", headers=position(promoted)))
    assert (now["stable_version"], now["candidate_version"], now["status"]) == ("0.2.0", "", "promoted")
    before = attributes(client.get(f"/deployments/{name}", params={"as_of": then}))
    assert (before["stable_version"], before["candidate_version"], before["weight"]) == ("0.1.0", "0.2.0", 0.4)
    no_trial = error(client.post(f"/deployments/{name}/promote", json={}), 409)
    assert no_trial["code"] == "NO_TRIAL" and no_trial["details"]["remedy"]
    back = client.post(f"/deployments/{name}/rollback", json={"reason": "slow"})
    now = attributes(client.get(f"/deployments/{name}", headers=position(back)))
    assert (now["stable_version"], now["reason"]) == ("0.1.0", "slow")
    lineage = attributes(client.get(f"/lineage/deployment/{name}", headers=position(back)))
    assert ("model_version", f"{bench.model}@0.2.0") in {(node["type"], node["id"]) for node in lineage["nodes"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "nothing"}, "model"),
        ({"version": "9.9.9"}, "version"),
        ({"baseline_version": "9.9.9"}, "baseline_version"),
        ({"weight": 1.5}, "weight"),
        ({"strategy": "hope"}, "strategy"),
        ({"name": "a/b"}, "name"),
        ({"minimum_calls": 10, "maximum_calls": 5}, "minimum_calls"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_deployment_that_cannot_be_names_the_field(bench: Bench, change: dict[str, object], field: str) -> None:
    body = {"name": f"d-{uuid4().hex[:8]}", "model": bench.model, "version": "0.1.0", **change}
    assert error(bench.client.post("/deployments", json=body), 422)["details"]["field"] == field


def test_a_stale_revision_is_a_conflict_that_says_where_it_is(bench: Bench) -> None:
    path = f"/models/{bench.model}/aliases/production"
    stale = bench.client.put(path, json={"version": "0.1.0"}, headers={"If-Match": '"1"'})
    found = error(stale, 409)
    assert (found["code"], found["details"]["version"]) == ("CONFLICT", 2)
    fresh = bench.client.put(path, json={"version": "0.1.0"}, headers={"If-Match": '"2"'})
    assert (attributes(fresh)["revision"], fresh.headers["ETag"]) == (3, '"3"')
    broken = error(bench.client.put(path, json={"version": "0.1.0"}, headers={"If-Match": "three"}), 422)
    assert broken["details"]["field"] == "If-Match"


def test_a_run_is_followed_step_by_step(api: Api) -> None:
    client, dataset = api.client(TENANT, "engineer"), uuid4().hex

    async def prepare() -> None:
        async with pool(api.settings.postgres_dsn, "prepare", 1) as connections:
            command = RequestDataset(name="lake", curation_id="c")
            await Gate(connections, DECIDERS).handle(TENANT, Do("dataset", dataset, command))

    api.run(prepare())
    body = {"dataset_id": dataset, "model_name": "lake-model", "config": {"grpo": {"steps": 3}}}
    key = {"Idempotency-Key": uuid4().hex}
    asked, again = (client.post("/runs", json=body, headers=key) for _ in range(2))
    assert attributes(asked, 201)["status"] == "pending" and asked.json()["data"] == again.json()["data"]
    run = asked.json()["data"]["id"]
    sink = io.BytesIO()
    rows = [
        {
            "group": 0, "sample_id": "s", "swapped": False, "passage": "p", "question": "q", "answer": "a",
            "prompt": [1, 2], "tokens": [3], "logprobs": [-0.5], "text": f"a{n}", "ended": True, "reward": 1.0,
            "parts": json.dumps({"exact": 1.0}), "advantage": n - 1.0,
        }
        for n in range(3)
    ]  # fmt: skip
    parquet.write_table(arrow.Table.from_pylist(rows), sink)
    groups = api.run(api.blobs.put(TENANT, sink.getvalue())).key
    facts = [
        StepRecorded(run_id=run, phase="warm_start", step=1, steps_total=1, loss=2.0),
        EvaluationRecorded(run_id=run, phase="before", split="heldout", items=10, sections=3, reward=0.1, high=0.2),
        *(
            StepRecorded(run_id=run, phase="grpo", step=n, steps_total=3, reward=n / 10, groups_blob=groups, tokens=7)
            for n in (1, 2, 3)
        ),
        CheckpointSaved(run_id=run, step=3, phase="grpo", manifest_blob="x", bytes=12),
    ]
    events = [Event(data=fact, tenant=TENANT, subject=run, epoch=1, seq=seq) for seq, fact in enumerate(facts, start=1)]
    both = Token.parse(asked.headers["Studio-Position"]).joined(api.run(api.sink.publish(events)))
    found = attributes(client.get(f"/runs/{run}", headers={"Studio-Position": both.text()}))
    assert (found["phase"], found["step"], found["steps"], found["config"]) == ("grpo", 3, 4, {"grpo": {"steps": 3}})
    steps = client.get(f"/runs/{run}/steps", params={"phase": "grpo", "limit": 2}).json()
    more = client.get(
        f"/runs/{run}/steps", params={"phase": "grpo", "limit": 2, "cursor": steps["meta"]["next_cursor"]}
    ).json()
    assert [one["attributes"]["step"] for one in steps["data"] + more["data"]] == [1, 2, 3]
    assert more["meta"]["next_cursor"] is None
    evaluation = client.get(f"/runs/{run}/evaluations").json()["data"][0]["attributes"]
    assert (evaluation["phase"], evaluation["items"], evaluation["reward"]) == ("before", 10, 0.1)
    assert client.get(f"/runs/{run}/checkpoints").json()["data"][0]["attributes"]["bytes"] == 12
    shown = attributes(client.get(f"/runs/{run}/groups/2"))
    assert shown["total"] == 3 and shown["rows"] == [{**row, "parts": {"exact": 1.0}} for row in rows]
    assert error(client.get(f"/runs/{run}/groups/77"), 404)
    ended = client.delete(f"/runs/{run}", params={"reason": "enough"})
    assert attributes(client.get(f"/runs/{run}", headers=position(ended)))["status"] == "cancelled"
    assert error(client.delete("/runs/nothing"), 404)


def test_windows_of_a_deployment_come_newest_first(api: Api, bench: Bench) -> None:
    client, name = bench.client, f"d-{uuid4().hex[:8]}"
    started = client.post("/deployments", json={"name": name, "model": bench.model, "version": "0.1.0"})
    windows = [
        OutcomeWindow(deployment=name, version="0.1.0", role="stable", start=1.7e9 + n, seconds=1, calls=n)
        for n in (1, 2, 3)
    ]
    events = [Event(data=window, tenant=TENANT, subject=name) for window in windows]
    place = {"Studio-Position": api.run(api.sink.publish(events)).text()}
    assert client.get(f"/deployments/{name}", headers=position(started)).status_code == 200
    found = client.get(f"/deployments/{name}/windows", params={"limit": 2}, headers=place).json()
    cursor = found["meta"]["next_cursor"]
    rest = client.get(f"/deployments/{name}/windows", params={"limit": 2, "cursor": cursor}).json()
    assert [one["attributes"]["calls"] for one in found["data"] + rest["data"]] == [3, 2, 1]


def test_a_paused_trial_shows_what_was_asked_what_came_and_how_it_stands(api: Api, bench: Bench) -> None:
    client, name = bench.client, f"d-{uuid4().hex[:8]}"
    first = {"name": name, "model": bench.model, "version": "0.1.0"}
    client.post("/deployments", json=first)
    assert error(client.post(f"/deployments/{name}/pause"), 409)["code"] == "NO_TRIAL"
    started = client.post("/deployments", json={**first, "version": "0.2.0", "weight": 0.25})
    began = datetime.now(UTC).timestamp()

    def window(role: str, calls: int, score: float, at: float, errors: int = 0) -> OutcomeWindow:
        version = {"canary": "0.2.0", "baseline": "0.1.0"}[role]
        return OutcomeWindow(
            deployment=name, version=version, role=role, start=at, seconds=1, calls=calls, errors=errors,
            latency_ms_sum=calls * 20.0, outcomes=calls, score_sum=score,
        )  # fmt: skip

    def told(*windows: OutcomeWindow) -> dict[str, str]:
        events = [Event(data=window, tenant=TENANT, subject=name) for window in windows]
        return {"Studio-Position": api.run(api.sink.publish(events)).text()}

    place = told(window("canary", 30, 27.0, began, errors=3), window("baseline", 70, 35.0, began))
    client.get(f"/deployments/{name}", headers=position(started))
    now = attributes(client.get(f"/deployments/{name}", headers=place))
    canary, baseline = now["arms"]
    assert (canary["role"], canary["asked"], canary["actual"], canary["recent"]) == ("canary", 0.25, 0.3, 0.3)
    assert (canary["error_rate"], canary["latency_ms"], canary["score"]) == (0.1, 20.0, 0.9)
    assert (baseline["role"], baseline["asked"], baseline["actual"], baseline["calls"]) == ("baseline", 0.75, 0.7, 70)
    standing = now["standing"]
    assert standing["decision"] == "continue" and standing["difference_low"] < 0.4 < standing["difference_high"]
    assert (standing["canary_outcomes"], standing["baseline_outcomes"]) == (30, 70)

    paused = client.post(f"/deployments/{name}/pause", json={"reason": "release day"})
    assert attributes(paused)["events"][0]["type"] == "DeploymentPaused"
    assert attributes(client.post(f"/deployments/{name}/pause", json={}))["events"] == []
    client.get(f"/deployments/{name}", headers=position(paused))
    place = told(window("baseline", 500, 0.0, datetime.now(UTC).timestamp() + 1))
    now = attributes(client.get(f"/deployments/{name}", headers=place))
    assert (now["paused"], now["reason"], now["weight"]) == (True, "release day", 0.25)
    assert [arm["asked"] for arm in now["arms"]] == [0.0, 1.0]
    assert now["standing"]["baseline_outcomes"] == 70, "what the baseline did alone is not compared"
    assert error(client.patch(f"/deployments/{name}", json={"weight": 0.5}), 409)["code"] == "PAUSED"

    resumed = client.post(f"/deployments/{name}/resume")
    now = attributes(client.get(f"/deployments/{name}", headers=position(resumed)))
    assert (now["paused"], now["arms"][0]["asked"]) == (False, 0.25)
    changes = [one["attributes"] for one in client.get(f"/deployments/{name}/changes").json()["data"]]
    assert [one["type"] for one in changes] == [
        "DeploymentResumed", "DeploymentPaused", "DeploymentStarted", "Promoted", "DeploymentStarted",
    ]  # fmt: skip
    assert [one["weight"] for one in changes[:3]] == [0.25, 0.0, 0.25]
    assert changes[0]["stable_version"] == "0.1.0" and changes[1]["valid_to"] == changes[0]["valid_from"]
    assert client.get(f"/deployments/{name}/verdicts").json()["data"] == []
    assert error(client.get("/deployments/nothing/changes"), 404)
