"""What holds for every route: envelopes, positions, conflicts, cursors, strange input, and no fault of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from studio_api import POSITION_SECONDS, Api, api, attributes, error

from streams.token import Token

__all__ = ["api"]
PLAIN = {"file": ("a.txt", b"plain text", "text/plain")}


def test_an_answer_is_data_and_meta(api: Api) -> None:
    client = api.client()
    made = client.post("/documents/upload", files=PLAIN)
    body = made.json()
    assert set(body) == {"data", "meta"} and set(body["data"]) == {"id", "type", "attributes"}
    assert body["meta"]["version"] == "v1" and body["meta"]["timestamp"].endswith("Z")
    assert made.headers["ETag"] == '"1"' and made.headers["traceparent"].startswith("00-")
    listed = client.get("/documents", params={"limit": 1}).json()
    assert set(listed["meta"]) == {"timestamp", "version", "next_cursor", "total"}


def test_a_read_that_sends_its_position_sees_its_own_write(api: Api) -> None:
    client = api.client("reader", "engineer")
    for number in range(10):
        made = client.post("/documents/upload", files={"file": (f"{number}.txt", uuid4().bytes, "text/plain")})
        path = f"/documents/{made.json()['data']['id']}"
        seen = client.get(path, headers={"Studio-Position": made.headers["Studio-Position"]})
        assert seen.status_code == 200 and "Studio-Stale" not in seen.headers
        listed = client.get("/documents", headers={"Studio-Position": made.headers["Studio-Position"]}).json()
        assert listed["data"][0]["id"] == made.json()["data"]["id"]


def test_a_position_that_is_not_reached_is_answered_as_stale(api: Api) -> None:
    client = api.client("reader", "engineer")
    far = Token(heads={"studio.documents|reader|nothing": 99}).text()
    began = time.monotonic()
    answer = client.get("/documents", headers={"Studio-Position": far})
    assert answer.status_code == 200 and answer.headers["Studio-Stale"] == "true"
    assert time.monotonic() - began >= POSITION_SECONDS
    foreign = Token(heads={"studio.documents|another|nothing": 99}).text()
    assert "Studio-Stale" not in client.get("/documents", headers={"Studio-Position": foreign}).headers


@pytest.mark.parametrize(
    "text", ["x", "e30", "W10", "W3siYSI6ICJiIn0sIHt9XQ", "W3siYSI6IEluZmluaXR5fSwge31d", "ä", "[" * 3000]
)
def test_what_is_no_position_is_refused(api: Api, text: str) -> None:
    answer = api.client().get("/documents", headers={"Studio-Position": text.encode("latin-1")})
    assert error(answer, 422)["details"]["field"] == "Studio-Position"


def test_pages_follow_each_other_while_rows_arrive(api: Api) -> None:
    client = api.client("pages", "engineer")

    def upload() -> str:
        # Sent back with every write, a position stands for all of them.
        made = client.post("/documents/upload", files={"file": ("x.txt", uuid4().bytes, "text/plain")})
        client.headers["Studio-Position"] = made.headers["Studio-Position"]
        return str(made.json()["data"]["id"])

    ids = [upload() for _ in range(7)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = client.get("/documents", params={"limit": 2, "cursor": cursor}).json()
        seen += [one["id"] for one in body["data"]]
        cursor = body["meta"]["next_cursor"]
        upload()
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "e30",
        "W10",
        "WzEsMl0",
        "W3sidCI6ImEifSwiYiJd",
        "bnVsbA",
        "W3sidCI6IjIwMjQtMDEtMDFUMDA6MDA6MDAifSwiYiJd",
        "ä",
    ],
)
def test_a_cursor_that_we_did_not_give_is_refused(api: Api, cursor: str) -> None:
    client = api.client()
    for path in ("/documents", "/events", "/samples", "/models", "/deployments", "/dead-letters", "/users"):
        answer = client.get(path, params={"cursor": cursor})
        assert error(answer, 422)["details"]["field"] == "cursor", path


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "9" * 400, "1e3", ""])
def test_a_limit_is_from_1_to_500(api: Api, limit: str) -> None:
    assert error(api.client().get("/documents", params={"limit": limit}), 422)["details"]["field"] == "limit"


def test_nobody_can_be_made_to_fail_by_strange_bytes(api: Api) -> None:
    client = api.client()
    for path in (
        "/documents/%00", "/documents/a%00b/text", "/models/%00", "/events/%00", "/documents/%ff%fe",
        "/runs/..%2f..%2f",
        "/documents/" + "a" * 5000, "/lineage/document/%00", "/lineage/nothing/x", "/nothing", "/documents/x/nothing",
        "/documents/%F0%9F%92%A9", "/dead-letters/not-a-uuid", "/runs/x/groups/99999999999999999999",
        "/runs/x/groups/-1",
    ):  # fmt: skip
        assert client.get(path).status_code in (404, 422), path
    for path in ("/documents?collection=%00", "/documents?status=%00", "/samples?batch_id=%00", "/events?subject=%00"):
        assert error(client.get(path), 422), path
    assert client.get("/documents?collection=%ff%fe%ed%a0%80").json()["data"] == []


BODIES: list[tuple[bytes, int]] = [
    (b"", 422), (b"{", 400), (b"\xff\xfe", 400), (b"[]", 422), (b"null", 422), (b'"text"', 422), (b"1" * 5000, 400),
    (b"[" * 100_000, 400), (b'{"documents": ["a"], "count": NaN}', 422), (b'{"documents": ["a"], "count": 1e400}', 422),
    (b'{"documents": ["a\\u0000b"], "count": 1}', 422), (b'{"documents": ["\\ud800"], "count": 1}', 422),
    (b'{"documents": ["a"], "count": true}', 422), (b'{"documents": ["a"], "count": 1, "surprise": 1}', 422),
    (b'{"documents": ["a"], "count": 99999999999999999999999999}', 422), (b'{"documents": "a", "count": 1}', 422),
    (b'{"documents": ["a/b"], "count": 1}', 422), (b'{"documents": [], "count": 1}', 422),
    (b'{"documents": ["a"], "count": 1, "seed": -1}', 422), (b'{"count": 1, "collection": "none"}', 422),
    (b'{"documents": ["a"], "count": 1, "template": "' + b"x" * 5_000_000 + b'"}', 422),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_cannot_be_taken_names_what_is_wrong(api: Api, body: bytes, status: int) -> None:
    answer = api.client().post("/batches", content=body, headers={"Content-Type": "application/json"})
    found = error(answer, status)
    assert found["message"] and found["details"]["field"]


def test_configuration_in_json_is_checked_to_its_depth(api: Api) -> None:
    client = api.client()
    for config in (
        '{"a": "\\u0000"}',
        '{"a": ["\\udc00"]}',
        '{"a": Infinity}',
        '{"a": 1' + "0" * 30 + "}",
        '{"a":' * 50 + "1" + "}" * 50,
    ):
        body = f'{{"dataset_id": "d", "model_name": "m", "config": {config}}}'
        answer = client.post("/runs", content=body.encode(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, (config, answer.text)


def test_methods_that_are_not_there_are_told_in_the_envelope(api: Api) -> None:
    client = api.client()
    assert error(client.put("/documents"), 405)["code"] == "METHOD_NOT_ALLOWED"
    assert error(client.get("/nowhere"), 404)["code"] == "NOT_FOUND"
    outside = httpx.get(f"{api.url}/nowhere")
    assert error(outside, 404)


def test_the_trace_of_the_caller_goes_on_in_the_log(api: Api) -> None:
    client = api.client()
    trace = uuid4().hex
    sent = {"traceparent": f"00-{trace}-{'1' * 16}-01"}
    made = client.post("/documents/upload", files=PLAIN, headers=sent)
    assert trace in made.headers["traceparent"]
    place = {"Studio-Position": made.headers["Studio-Position"]}
    found = client.get("/events", params={"subject": made.json()["data"]["id"]}, headers=place).json()["data"]
    assert trace in found[0]["attributes"]["traceparent"]
    assert len(client.get("/documents", headers={"traceparent": "nonsense"}).headers["traceparent"]) == 55


def test_a_key_that_comes_with_another_request_is_refused_on_every_route(api: Api) -> None:
    client = api.client("keys", "engineer")
    client.headers["Idempotency-Key"] = "one key for everything"
    made = client.post("/documents/upload", files=PLAIN)
    assert made.status_code == 201
    others: list[tuple[str, dict[str, object]]] = [
        ("/batches", {"collection": "x", "count": 1}),
        ("/batches", {"documents": ["d"], "count": 1}),
        ("/curations", {"batches": ["b"]}),
        ("/datasets", {"name": "n", "curation_id": "c"}),
        ("/runs", {"dataset_id": "d", "model_name": "m"}),
        ("/models/m/versions", {"manifest_blob": "x"}),
        ("/deployments", {"name": "n", "model": "m", "version": "1", "baseline_version": "2"}),
    ]
    for path, body in others:
        assert error(client.post(path, json=body), 422)["code"] == "KEY_REUSED", path
    other_user = api.client("keys", "admin")
    other_user.headers["Idempotency-Key"] = "one key for everything"
    theirs = other_user.post("/documents/upload", files=PLAIN)
    assert attributes(theirs, 201) and theirs.json()["data"]["id"] != made.json()["data"]["id"]


def test_a_request_that_is_sent_many_times_at_once_happens_once(api: Api) -> None:
    client = api.client("keys", "engineer")
    key = {"Idempotency-Key": uuid4().hex}
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: client.post("/documents/upload", files=PLAIN, headers=key), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text.split('"meta"')[0] for answer in answers}) == 1
    place = {"Studio-Position": answers[0].headers["Studio-Position"]}
    id = answers[0].json()["data"]["id"]
    events = client.get("/events", params={"subject": id, "type": "DocumentRegistered"}, headers=place).json()["data"]
    assert len(events) == 1


def test_dead_letters_are_seen_and_settled_by_the_administrator(api: Api) -> None:
    from streams.sink import Encoded

    admin, tenant = api.client("morgue"), "morgue"
    key = f"{tenant}/{uuid4().hex}".encode()
    headers = [("ce_tenant", tenant.encode())]
    api.run(api.sink.send([Encoded("studio.models", key, headers, b"these bytes are no event")]))
    ends = time.monotonic() + 20
    while not (found := admin.get("/dead-letters", params={"state": "parked"}).json()["data"]):
        assert time.monotonic() < ends, "nobody complained"
        time.sleep(0.1)
    letter = found[0]
    assert (letter["attributes"]["topic"], letter["attributes"]["code"]) == ("studio.models", "NOT_SINGLE_OBJECT")
    shown = attributes(admin.get(f"/dead-letters/{letter['id']}"))
    assert shown["record"] is None and shown["undecodable"].startswith("NOT_SINGLE_OBJECT")
    assert shown["hexdump"].splitlines()[0] == f"00000000  {b'these bytes are '.hex(' ')}  these bytes are "
    assert shown["headers"] == {"ce_tenant": tenant} and shown["body_bytes"] == 24
    causes = admin.get("/dead-letters/causes", params={"state": "parked"}).json()["data"]
    ours = [one["attributes"] for one in causes if one["id"] == f"{shown['consumer']}/NOT_SINGLE_OBJECT"]
    assert ours[0]["count"] == ours[0]["parked"] == 1 and ours[0]["topics"] == ["studio.models"]
    only = admin.get("/dead-letters", params={"code": "NOT_SINGLE_OBJECT", "consumer": shown["consumer"]})
    assert [one["id"] for one in only.json()["data"]] == [letter["id"]]
    assert api.client("acme").get("/dead-letters/causes").json()["data"] == []
    assert api.client("acme").get(f"/dead-letters/{letter['id']}").status_code == 404
    path = f"/dead-letters/{letter['id']}/skip"
    assert error(api.client("acme").post(path, json={"reason": "mine?"}), 404)
    assert error(admin.post(path, json={}), 422)["details"]["field"] == "reason"
    asked, again = (admin.post(path, json={"reason": "test bytes"}) for _ in range(2))
    assert attributes(asked)["state"] == "skip" and asked.json()["data"] == again.json()["data"]
    assert (
        error(admin.post(f"/dead-letters/{letter['id']}/release", json={"reason": "no"}), 409)["code"] == "NOT_PARKED"
    )
    while attributes(admin.get(f"/dead-letters/{letter['id']}"))["state"] != "skipped":
        assert time.monotonic() < ends + 20
        time.sleep(0.1)
    for other in admin.get("/dead-letters", params={"state": "parked"}).json()["data"]:
        admin.post(f"/dead-letters/{other['id']}/skip", json={"reason": "test bytes"})


def test_health_and_metrics_need_no_token(api: Api) -> None:
    assert httpx.get(f"{api.url}/health").json() == {"status": "ok", "postgres": True}
    assert api.anonymous().get("/health").status_code == 200
    api.client().get("/documents")
    assert "studio_api_seconds_bucket" in httpx.get(f"{api.url}/metrics").text


def test_generated_requests_find_no_fault_of_ours(api: Api, tmp_path: object) -> None:
    """Schemathesis reads the OpenAPI document and asks everything that it allows and much that it does not."""
    token = api.client("fuzz").headers["Authorization"]
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", f"{api.url}/openapi.json",
        "--header", f"Authorization: {token}", "--exclude-path", "/api/v1/feed",
        "--exclude-path-regex", "/api/v1/chat/.*",  # no router runs here: 503, as documented
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "2", "--seed", "1", "--request-timeout", "20",
        "--no-color", "--max-failures", "20",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, cwd=str(tmp_path))
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
