"""The event stream: history, then live, only one's own, and no gap or repeat over any number of interruptions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from studio.contract import Event
from studio.contract.records import StepRecorded
from studio_api import Api, api, error

from api.stream import Stream
from api.tokens import ALGORITHM, AUDIENCE, ISSUER

__all__ = ["api"]
Frame = tuple[str, str, dict[str, Any]]


def frames(client: httpx.Client, **params: Any) -> Iterator[Frame]:
    """(id, event, data) of each frame; "" and {} for a heartbeat."""
    with client.stream("GET", "/events/stream", params=params) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        id, event, data = "", "", "{}"
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            match name:
                case "id":
                    id = value
                case "event":
                    event = value
                case "data":
                    data = value
                case "" if not line:
                    yield id, event, json.loads(data)
                    id, event, data = "", "", "{}"


def steps(run: str, first: int, last: int, tenant: str = "acme") -> list[Event]:
    return [
        Event(data=StepRecorded(run_id=run, step=n), tenant=tenant, subject=run, epoch=1, seq=n)
        for n in range(first, last + 1)
    ]


def publish(api: Api, events: list[Event]) -> None:
    api.run(api.sink.publish(events))


def numbers(found: list[Frame]) -> list[int]:
    return [data["data"]["step"] for _, event, data in found if event == "StepRecorded"]


def take(stream: Iterator[Frame], steps: int) -> list[Frame]:
    found: list[Frame] = []
    while len(numbers(found)) < steps:
        found.append(next(stream))
    return found


def test_history_then_live_without_a_seam(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 50))
    stream = frames(client, subject=run)
    assert next(stream)[1] == "open"
    found = take(stream, 50)
    publish(api, steps(run, 51, 60))
    assert numbers(found + take(stream, 10)) == list(range(1, 61))


def test_every_interruption_goes_on_with_the_next_event(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 40) + steps(uuid4().hex, 1, 40))
    place, seen = "", list[int]()
    for number in range(8):
        given = {"after": place} if number % 2 else {}
        client.headers["Last-Event-ID"] = place
        stream = frames(client, subject=run, **({} if not place else given))
        found = take(stream, 5)
        stream.close()
        seen += numbers(found)
        place = found[-1][0]
    assert seen == list(range(1, 41))


def test_a_place_taken_now_misses_nothing_that_comes_after(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 5))
    place = next(frames(client, after="end"))[2]["position"]
    publish(api, steps(run, 6, 9))
    assert numbers(take(frames(client, after=place, types="StepRecorded", subject=run), 4)) == [6, 7, 8, 9]


def test_a_repeat_in_the_log_is_told_once_and_a_late_writer_not_at_all(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    later = [Event(data=StepRecorded(run_id=run, step=10), tenant="acme", subject=run, epoch=2, seq=1)]
    publish(api, steps(run, 1, 3) + steps(run, 2, 4) + later + steps(run, 5, 6))
    publish(api, [Event(data=StepRecorded(run_id=run, step=11), tenant="acme", subject=run, epoch=2, seq=2)])
    assert numbers(take(frames(client, subject=run), 6)) == [1, 2, 3, 4, 10, 11]


def test_another_tenant_sees_nothing_of_it(api: Api) -> None:
    run = uuid4().hex
    publish(api, steps(run, 1, 3) + steps(run, 1, 1, tenant="globex"))
    stream = frames(api.client("globex"), subject=run)
    found = take(stream, 1)
    while not (last := next(stream))[0]:
        pass
    assert numbers(found) == [1] and last[1] == "", "a heartbeat, and nothing of the other tenant before it"


def test_names_filter_and_heartbeats_carry_the_place(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 2))
    stream = frames(client, subject=run, types="CheckpointSaved", topics="studio.training.steps")
    opened, beat = next(stream), next(stream)
    assert opened[1] == "open" and beat[1] == "" and beat[0].startswith("v1.")
    assert beat[0] != opened[0], "what was filtered out is behind us all the same"


def test_the_stream_ends_with_the_token(api: Api) -> None:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "tenant": "acme", "role": "viewer", "exp": time.time() + 2}
    client = api.anonymous()
    client.headers["Authorization"] = f"Bearer {jwt.encode(claims, api.settings.jwt_secret, algorithm=ALGORITHM)}"
    last = list(frames(client))[-1]
    assert last[1] == "expired" and last[0].startswith("v1.")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"after": "yesterday"}, "after"),
        ({"after": "v1.documents:1-2-x"}, "after"),
        ({"after": f"v1.documents:{'9' * 30}"}, "after"),
        ({"after": "v1.strange:1"}, "after"),
        ({"types": "NoSuchEvent"}, "types"),
        ({"types": "a b"}, "types"),
        ({"topics": "studio.nothing"}, "topics"),
    ],
)
def test_a_wrong_question_is_told_which_part(api: Api, params: dict[str, str], field: str) -> None:
    found = error(api.client().get("/events/stream", params=params), 422)
    assert found["details"]["field"] == field


def test_streams_that_clients_left_are_closed_and_too_many_are_refused(api: Api) -> None:
    client = api.client()
    streams = [frames(client, subject=uuid4().hex) for _ in range(3)]
    assert [next(stream)[1] for stream in streams] == ["open"] * 3
    assert Stream.open >= 3
    most, api.own.streams_most = api.own.streams_most, 0
    try:
        refused = error(api.client().get("/events/stream"), 429)
    finally:
        api.own.streams_most = most
    assert refused["code"] == "TOO_MANY_STREAMS"
    for stream in streams:
        stream.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + 20
    while Stream.open and time.monotonic() < ends:
        time.sleep(0.05)
    assert Stream.open == 0


def test_a_place_beyond_the_end_does_not_start_all_over(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 3))
    ends = next(frames(client, after="end"))[2]["position"]
    beyond = "~".join(
        f"{name}:{'-'.join(str(int(n) + 1000) for n in offsets.split('-'))}"
        for name, _, offsets in (part.partition(":") for part in ends.removeprefix("v1.").split("~"))
    )
    stream = frames(client, after=f"v1.{beyond}", subject=run)
    assert next(stream)[2]["position"] == ends
    publish(api, steps(run, 4, 4))
    assert numbers(take(stream, 1)) == [4]
