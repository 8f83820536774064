"""Server-sent events of the feed: history, then live, only one's own, and no gap or repeat over any interruptions."""

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

from api.feed.position import PATTERN
from api.tokens import ALGORITHM, AUDIENCE, ISSUER

__all__ = ["api"]
Frame = tuple[str, str, dict[str, Any]]


def frames(client: httpx.Client, **params: Any) -> Iterator[Frame]:
    """(id, event, data) of each frame."""
    with client.stream("GET", "/feed", params=params) as answer:
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
    return [data["data"]["step"] for _, event, data in found if event == "entry" and data["type"] == "StepRecorded"]


def take(stream: Iterator[Frame], steps: int) -> list[Frame]:
    found: list[Frame] = []
    while len(numbers(found)) < steps:
        found.append(next(stream))
    return found


def number(position: str) -> int:
    found = PATTERN.fullmatch(position)
    assert found, position
    return int(found[2])


def test_history_then_live_without_a_seam(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 50))
    stream = frames(client, subject=run)
    assert next(stream)[1] == "hello"
    found = take(stream, 50)
    publish(api, steps(run, 51, 60))
    found += take(stream, 10)
    assert numbers(found) == list(range(1, 61))
    told = [number(id) for id, event, _ in found if event == "entry"]
    assert told == sorted(set(told)) and all(id == data["position"] for id, _, data in found)


def test_every_interruption_goes_on_with_the_next_event(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 40) + steps(uuid4().hex, 1, 40))
    place, seen = "", list[int]()
    for attempt in range(8):
        given = {"after": place} if attempt % 2 else {}
        client.headers["Last-Event-ID"] = place
        stream = frames(client, subject=run, **({} if not place else given))
        found = take(stream, 5)
        stream.close()  # type: ignore[attr-defined]
        seen += numbers(found)
        place = found[-1][0]
    assert seen == list(range(1, 41))


def test_a_place_taken_now_misses_nothing_that_comes_after(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 5))
    take(frames(client, subject=run), 5)
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
    while (last := next(stream))[1] != "pong":
        found.append(last)
    assert numbers(found) == [1], "and a heartbeat without anything of the other tenant before it"


def test_names_filter_and_heartbeats_carry_the_place(api: Api) -> None:
    run, client = uuid4().hex, api.client()
    stream = frames(client, after="end", subject=run, types="CheckpointSaved", topics="studio.training.steps")
    hello = next(stream)
    publish(api, steps(run, 1, 2))
    assert hello[1] == "hello"
    ends = time.monotonic() + 20
    while (beat := next(stream))[1] != "pong" or number(beat[0]) < number(hello[0]) + 2:
        assert beat[1] in ("live", "pong") and time.monotonic() < ends, (
            "what was filtered out is behind us all the same"
        )


def test_the_stream_ends_with_the_token(api: Api) -> None:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "tenant": "acme", "role": "viewer", "exp": time.time() + 2}
    client = api.anonymous()
    client.headers["Authorization"] = f"Bearer {jwt.encode(claims, api.settings.jwt_secret, algorithm=ALGORITHM)}"
    last = list(frames(client))[-1]
    assert last[1] == "expired" and last[2]["code"] == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"after": "yesterday"}, "after"),
        ({"after": "0123abcd.-1"}, "after"),
        ({"after": f"0123abcd.{'9' * 30}"}, "after"),
        ({"types": "NoSuchEvent"}, "types"),
        ({"types": "a b"}, "types"),
        ({"topics": "studio.nothing"}, "topics"),
    ],
)
def test_a_wrong_question_is_told_which_part(api: Api, params: dict[str, str], field: str) -> None:
    found = error(api.client().get("/feed", params=params), 422)
    assert found["details"]["field"] == field


def watchers(api: Api) -> float:
    text = api.anonymous().get(f"{api.url}/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("studio_feed_connections{"))


def test_streams_that_clients_left_are_closed(api: Api) -> None:
    client = api.client()
    streams = [frames(client, subject=uuid4().hex) for _ in range(3)]
    assert [next(stream)[1] for stream in streams] == ["hello"] * 3
    assert watchers(api) >= 3
    for stream in streams:
        stream.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + 20
    while watchers(api) and time.monotonic() < ends:
        time.sleep(0.05)
    assert watchers(api) == 0


@pytest.mark.parametrize("place", ["deadbeef.1", "beyond"])
def test_a_place_that_says_nothing_here_is_answered_by_a_snapshot(api: Api, place: str) -> None:
    run, client = uuid4().hex, api.client()
    publish(api, steps(run, 1, 3))
    take(frames(client, subject=run), 3)
    end = next(frames(client, after="end"))[2]["position"]
    given = place if place != "beyond" else f"{end.split('.')[0]}.{number(end) + 1000}"
    stream = frames(client, after=given, subject=run)
    assert next(stream)[2]["position"] == given
    told = next(stream)
    assert told[1] == "snapshot" and told[2]["reason"] == "other_log" and number(told[0]) >= number(end)
    publish(api, steps(run, 4, 4))
    assert numbers(take(stream, 1)) == [4]
