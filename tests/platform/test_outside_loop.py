"""A team's own loop over the real API: a run like any other, each step once, cancelled, continued, ended by a crash."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import studio
from studio import tracking_wire
from studio.errors import Unauthorized, ValidationError
from studio.place import Place
from studio_api import PASSWORD, Api, api, attributes, error

from api import outside_runs
from processors.training.engine import run as trainer

__all__ = ["api"]
LOOP = """
import sys, studio
run = studio.init("by-itself", {"rate": 0.1}, loop="script")
print(run.id, flush=True)
for step in range(1, 4):
    studio.log({"loss": step}, step)
if sys.argv[1] == "raise":
    raise RuntimeError("the loop broke")
"""


@pytest.fixture
def client(api: Api) -> Iterator[httpx.Client]:
    found = api.client()
    yield found
    found.close()


@pytest.fixture
def place(api: Api) -> Place:
    email, _ = api.user("acme", "service")
    return Place(api.url, email=email, password=PASSWORD)


def until(found: Callable[[], Any]) -> Any:
    ends = time.monotonic() + 60
    while not (value := found()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return value


def shown(client: httpx.Client, id: str, status: str) -> dict[str, Any]:
    def read() -> dict[str, Any] | None:
        answer = client.get(f"/runs/{id}")
        here = answer.status_code == 200 and attributes(answer)["status"] == status
        return attributes(answer) if here else None

    found: dict[str, Any] = until(read)
    return found


def steps(client: httpx.Client, id: str, count: int) -> list[dict[str, Any]]:
    def read() -> list[dict[str, Any]] | None:
        data = client.get(f"/runs/{id}/steps").json().get("data", [])
        return [one["attributes"] for one in data] if len(data) >= count else None

    found: list[dict[str, Any]] = until(read)
    return found


def test_a_loop_outside_is_a_run_like_any_other(client: httpx.Client, place: Place, api: Api) -> None:
    run = studio.init(
        "support-bot",
        {"learning_rate": 1e-5},
        place=place,
        loop="lab",
        labels={"team": "blue"},
        steps_total=3,
        definitions={"novelty": "share of words that no prompt holds"},
    )
    for step in (1, 2, 3):
        studio.log({"loss": 1 / step, "reward": step / 4, "novelty": 0.5, "reward_parts": {"exact": 0.25}}, step)
    running = shown(client, run.id, "running")
    assert (running["trainer"], running["model_name"], running["config"]) == (
        "lab",
        "support-bot",
        {"learning_rate": 1e-5},
    )
    assert studio.finish(metrics={"reward": 0.75})
    done = shown(client, run.id, "completed")
    assert (done["metrics"], done["final_step"]) == ({"reward": 0.75}, 3)
    found = steps(client, run.id, 3)
    assert [(one["phase"], one["step"], one["reward"], one["steps_total"]) for one in found] == [
        ("train", 1, 0.25, 3),
        ("train", 2, 0.5, 3),
        ("train", 3, 0.75, 3),
    ]
    assert (found[0]["reward_parts"], found[0]["metrics"]) == ({"exact": 0.25}, {"novelty": 0.5})
    figures = attributes(client.get(f"/runs/{run.id}/definitions"))["definitions"]
    assert figures["novelty"] == "share of words that no prompt holds"
    assert attributes(client.get(f"/runs/{run.id}"))["steps"] == 3


class Lossy(httpx.AsyncHTTPTransport):
    """Every other answer to a POST is lost after the server did what was asked."""

    posts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.method == "POST" and "outside-runs" in request.url.path:
            Lossy.posts += 1
            if Lossy.posts % 2:
                await answer.aread()
                await answer.aclose()
                raise httpx.ReadError("the answer was lost", request=request)
        return answer


def test_a_connection_that_loses_answers_makes_one_run_and_each_step_once(
    client: httpx.Client, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_wire, "Studio", partial(studio.Studio, transport=Lossy()))
    run = studio.init("lossy", place=place, loop="lab", linger=0.0)
    for step in range(1, 13):
        run.log({"loss": 1 / step, "tokens": 10}, step)
        if step % 4 == 0:
            time.sleep(0.4)  # several requests, not one
    assert run.finish(metrics={"reward": 1.0}) and run.dropped == 0
    done = shown(client, run.id, "completed")
    assert Lossy.posts >= 6
    assert [one["step"] for one in steps(client, run.id, 12)] == list(range(1, 13))
    assert (done["steps"], done["tokens"], done["epoch"]) == (12, 120, 1)
    named = [one["attributes"]["model_name"] for one in client.get("/runs", params={"limit": 200}).json()["data"]]
    assert named.count("lossy") == 1


def test_what_is_sent_twice_counts_once_and_gaps_are_refused(client: httpx.Client) -> None:
    made = client.post("/outside-runs", json={"name": "twice", "loop": "lab"})
    assert attributes(made, 201)["epoch"] == 1
    id = made.json()["data"]["id"]
    facts = [
        {
            "seq": number,
            "type": "StepRecorded",
            "time": "2026-01-01T00:00:00Z",
            "data": {"phase": "train", "step": number, "tokens": 10},
        }
        for number in (1, 2)
    ]
    for sent in (facts, facts, facts[1:]):
        assert attributes(client.post(f"/outside-runs/{id}/facts", json={"epoch": 1, "facts": sent}))["taken"] == 2
    body = {"epoch": 1, "outcome": "completed", "step": 2}
    for _ in range(2):  # the same key: the same answer
        attributes(client.post(f"/outside-runs/{id}/ends", json=body, headers={"Idempotency-Key": f"end-{id}"}), 201)
    shown(client, id, "completed")
    assert len(steps(client, id, 2)) == 2
    assert (attributes(client.get(f"/runs/{id}"))["steps"], attributes(client.get(f"/runs/{id}"))["tokens"]) == (2, 20)
    late = client.post(f"/outside-runs/{id}/facts", json={"epoch": 1, "facts": facts})
    assert error(late, 409)["code"] == "RUN_ENDED"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ([{"seq": 2, "data": {}}, {"seq": 1, "data": {}}], "facts"),
        ([{"seq": 1, "data": {"reward": "much"}}], "facts"),
        ([{"seq": 1, "data": {"colour": "red"}}], "facts[0].data"),
        ([{"seq": 1, "type": "RunCompleted", "data": {}}], "facts.0.type"),
        ([], "facts"),
    ],
)
def test_facts_that_are_none_are_refused_with_their_place(client: httpx.Client, facts: list[Any], field: str) -> None:
    id = client.post("/outside-runs", json={"name": "bad", "loop": "lab"}).json()["data"]["id"]
    sent = [{"type": "StepRecorded", "time": "2026-01-01T00:00:00Z", **fact} for fact in facts]
    answer = client.post(f"/outside-runs/{id}/facts", json={"epoch": 1, "facts": sent})
    assert error(answer, 422)["details"]["field"] == field


def test_other_tenants_and_viewers_keep_out(client: httpx.Client, api: Api) -> None:
    id = client.post("/outside-runs", json={"name": "mine", "loop": "lab"}).json()["data"]["id"]
    body = {"epoch": 1, "outcome": "completed"}
    other, viewer = api.client("globex"), api.client(role="viewer")
    assert error(other.post(f"/outside-runs/{id}/ends", json=body), 404)["code"] == "NOT_FOUND"
    error(viewer.post("/outside-runs", json={"name": "x", "loop": "y"}), 403)


def test_a_cancel_reaches_the_loop(client: httpx.Client, place: Place) -> None:
    run = studio.init("cancelled", place=place, loop="lab", linger=0.0)
    shown(client, run.id, "running")
    assert client.delete(f"/runs/{run.id}", params={"reason": "wrong data"}).status_code == 204
    for step in range(1, 200):
        run.log({"loss": 1.0}, step)
        if run.stopped:
            break
        time.sleep(0.1)
    assert run.stopped and not run.finish(seconds=5)
    assert shown(client, run.id, "cancelled")["error"]["reason"] == "wrong data"


def test_a_new_process_goes_on_after_the_recorded_steps(client: httpx.Client, place: Place) -> None:
    first = studio.init("goes-on", place=place, loop="lab", linger=0.0)
    for step in (1, 2, 3):
        first.log({"loss": 1.0}, step)
    steps(client, first.id, 3)  # and then the process is gone, without a word
    second = studio.init("goes-on", id=first.id, place=place, loop="lab")
    for step in (3, 4):
        second.log({"loss": 2.0}, step)
    assert second.finish() and second.id == first.id
    done = shown(client, first.id, "completed")
    assert (done["epoch"], done["steps"]) == (2, 4)
    assert [one["loss"] for one in steps(client, first.id, 4)] == [1.0, 1.0, 1.0, 2.0]
    first.log({"loss": 9.0}, 4)
    first.flush()
    until(lambda: first.stopped)


def test_a_silent_loop_is_lost_is_left_to_itself_and_goes_on_under_its_epoch(
    client: httpx.Client, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_runs, "LEASE_SECONDS", 2.0)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(trainer(api.settings.model_copy(update={"trainer_name": "idle"})))

    async def end(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def tell(number: int) -> None:
        data = {"phase": "train", "step": number}
        fact = {"seq": number, "type": "StepRecorded", "time": "2026-01-01T00:00:00Z", "data": data}
        attributes(client.post(f"/outside-runs/{id}/facts", json={"epoch": 1, "facts": [fact]}))

    id = client.post("/outside-runs", json={"name": "silent", "loop": "lab"}).json()["data"]["id"]
    tell(1)
    task = api.run(start())
    try:
        assert shown(client, id, "lost")["trainer"] == "lab"
        time.sleep(2)  # long enough for a trainer that has nothing to do to claim what it may
        assert attributes(client.get(f"/runs/{id}"))["status"] == "lost"
        tell(2)
        again = shown(client, id, "running")
        assert (again["trainer"], again["epoch"]) == ("lab", 1)
        assert [one["step"] for one in steps(client, id, 2)] == [1, 2]
    finally:
        api.run(end(task))


@pytest.mark.parametrize(("how", "status"), [("return", "completed"), ("raise", "failed")])
def test_a_program_that_ends_without_a_word_ends_its_run(client: httpx.Client, api: Api, how: str, status: str) -> None:
    email, _ = api.user("acme", "service")
    where = {
        "STUDIO_URL": api.url.replace("127.0.0.1", "localhost"),
        "STUDIO_EMAIL": email,
        "STUDIO_PASSWORD": PASSWORD,
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOP, how], env={**os.environ, **where}, capture_output=True, text=True, timeout=120
    )
    id = done.stdout.strip()
    found = shown(client, id, status)
    assert len(steps(client, id, 3)) == 3
    if how == "raise":
        assert done.returncode == 1 and found["error"]["reason"] == "RuntimeError: the loop broke"


def test_a_wrong_name_or_password_is_told_before_training(place: Place, api: Api) -> None:
    with pytest.raises(ValidationError) as refused:
        studio.init("no name", place=place)
    assert refused.value.field == "name"
    with pytest.raises(Unauthorized):
        studio.init("fine", place=Place(api.url, email="nobody@acme.test", password="wrong password"))
