"""People review over REST: queues, one decision and many, edits that the source holds, undo, agreement."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pyarrow as arrow
import pytest
from pyarrow import parquet
from studio_api import Api, api, attributes, error

from projections.catalogue import named

__all__ = ["api"]
TENANT, BATCH, CURATION, DOCUMENT, COUNT = "reviewers", "batch-r", "curation-r", "document-r", 20
TEXT = "The intake filter is cleaned every 40 hours. It must never be opened under pressure."
ANSWER = "every 40 hours"
RULE = "grounding >= 0.5"
DOCUMENTS, SAMPLES, CURATIONS = (named(name).schema for name in ("documents", "samples", "curations"))


def result() -> bytes:
    numbers = range(COUNT)
    rows = {
        "sample_id": [f"r{n:02}" for n in numbers],
        "batch_id": [BATCH] * COUNT,
        "document_id": [DOCUMENT] * COUNT,
        "document_name": ["pump.md"] * COUNT,
        "section_title": [("Care", "Safety")[n % 2] for n in numbers],
        "language": ["en"] * COUNT,
        "kind": ["cloze"] * COUNT,
        "question": [f"How often is filter {n} cleaned?" for n in numbers],
        "answer": [ANSWER] * COUNT,
        "scores": [json.dumps({"grounding": n / COUNT}) for n in numbers],
        "score.grounding": [n / COUNT for n in numbers],
        "score.judge_a": [float(n % 2) for n in numbers],
        "score.judge_b": [1.0 if n == 4 else float(n % 2) for n in numbers],
        "kept": [n >= COUNT // 2 for n in numbers],
        "reason": ["" if n >= COUNT // 2 else RULE for n in numbers],
        "tokens": [10] * COUNT,
    }
    sink = io.BytesIO()
    parquet.write_table(arrow.table(rows), sink)  # type: ignore[no-untyped-call]
    return sink.getvalue()


@dataclass
class World:
    ann: httpx.Client
    bob: httpx.Client
    api: Api

    def review(self, who: httpx.Client, sample: str, decision: str, **more: Any) -> httpx.Response:
        return seen(who, who.post("/reviews", json={"sample_id": sample, "decision": decision, **more}))

    def queue(self, who: httpx.Client, **params: Any) -> list[str]:
        answer = who.get(f"/curations/{CURATION}/review-queue", params=params)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["data"]]

    def standing(self, sample: str) -> str | None:
        review = self.shown(sample)["review"]
        return review["decision"] if review else None

    def shown(self, sample: str) -> dict[str, Any]:
        """A sample as ann sees it in the list."""
        listed = self.ann.get("/samples", params={"curation_id": CURATION, "offset": int(sample[1:]), "limit": 1})
        found: dict[str, Any] = listed.json()["data"][0]["attributes"]
        return found


def seen(who: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """The answer; what it wrote is visible to the next read."""
    if token := answer.headers.get("Studio-Position"):
        who.headers["Studio-Position"] = token
    return answer


@pytest.fixture
def world(api: Api) -> World:
    """Twenty samples of a finished curation, in a tenant of its own for each test."""
    tenant = f"{TENANT}-{uuid.uuid4().hex[:6]}"

    async def insert() -> None:
        text = await api.blobs.put(tenant, TEXT.encode(), "text/plain")
        blob = await api.blobs.put(tenant, result())
        at = TEXT.index(ANSWER)
        async with api.runtime.pool.connection() as conn:
            await conn.execute(
                f"insert into {DOCUMENTS}.document (tenant_id, document_id, version, state, name, text_blob, map_blob,"
                " created_at, updated_at) values (%s, %s, 2, 'extracted', 'pump.md', %s, %s, now(), now())",
                [tenant, DOCUMENT, text.key, text.key],
            )
            await conn.execute(
                f"insert into {SAMPLES}.sample (tenant_id, sample_id, batch_id, document_id, kind, question, answer,"
                " quote, quality, passage_start, passage_end, answer_start, answer_end, seed, created_at, updated_at)"
                " select %s, 'r' || lpad(n::text, 2, '0'), %s, %s, 'cloze', 'How often is filter ' || n ||"
                " ' cleaned?', %s, %s, 0.5, 0, %s, %s, %s, 0, now(), now() from generate_series(0, %s - 1) n",
                [tenant, BATCH, DOCUMENT, ANSWER, ANSWER, len(TEXT), at, at + len(ANSWER), COUNT],
            )
            await conn.execute(
                f"insert into {CURATIONS}.curation (tenant_id, curation_id, version, decided, batches, rule,"
                " result_blob, created_at, updated_at) values (%s, %s, 2, 'finished', %s, %s, %s, now(), now())",
                [tenant, CURATION, json.dumps([BATCH]), RULE, blob.key],
            )

    api.run(insert())
    return World(api.client(tenant, "reviewer"), api.client(tenant, "engineer"), api)


def test_queues_put_first_what_a_person_should_see(world: World) -> None:
    assert world.queue(world.ann, order="near_threshold", limit=3) == ["r10", "r09", "r11"]
    assert world.queue(world.ann, order="near_threshold", rule="grounding < 0.1", limit=1) == ["r02"]
    assert world.queue(world.ann, order="disagree") == ["r04"]
    shuffled = world.queue(world.ann, order="random")
    assert shuffled == world.queue(world.bob, order="random") != sorted(shuffled)
    assert sorted(shuffled) == [f"r{n:02}" for n in range(COUNT)]
    assert shuffled != world.queue(world.ann, order="random", seed="another")


def test_what_one_decided_leaves_their_queue_only(world: World) -> None:
    answer = world.review(world.ann, "r10", "keep", curation_id=CURATION, queue="near_threshold")
    assert attributes(answer, 201)["events"][0]["data"]["standing"] == "keep"
    assert world.queue(world.ann, order="near_threshold", limit=1) == ["r09"]
    seen(world.bob, answer)
    page = world.bob.get(f"/curations/{CURATION}/review-queue", params={"second": True}).json()
    (one,) = page["data"]
    assert (one["id"], one["attributes"]["reviews"], one["attributes"]["review"]) == ("r10", 1, None)
    world.review(world.bob, "r10", "drop")
    assert world.queue(world.ann, order="disagree") == ["r04"]  # ann has decided r10 already


def test_an_edit_is_measured_against_its_source(world: World) -> None:
    question = "How often is the intake filter cleaned?"
    refused = error(world.review(world.ann, "r01", "edit", question=question, answer="every 90 days"), 422)
    assert refused["details"]["field"] == "answer" and "90" in refused["details"]["reason"] + refused["message"]
    taken = attributes(world.review(world.ann, "r01", "edit", question=question, answer="40 hours"), 201)
    event = taken["events"][0]["data"]
    assert event["grounding"] == 1.0 and event["standing"] == "edit"
    shown = world.shown("r01")["review"]
    assert (shown["decision"], shown["question"], shown["answer"]) == ("edit", question, "40 hours")
    forced = world.review(
        world.ann, "r02", "edit", question=question, answer="every 90 days", ungrounded=True, reason="the maker says so"
    )
    assert attributes(forced, 201)["events"][0]["data"]["grounding"] < 0.5


def test_many_are_decided_by_a_filter_and_taken_back_at_once(world: World) -> None:
    world.review(world.ann, "r19", "keep")
    body = {"curation_id": CURATION, "decision": "drop", "filter": {"scorer": "grounding", "low": 0.8}}
    counted = world.ann.post("/reviews/bulk", json={**body, "dry_run": True})
    assert attributes(counted, 201) == {"samples": 3, "changed": 0} and world.standing("r17") is None
    made = seen(world.ann, world.ann.post("/reviews/bulk", json=body, headers={"Idempotency-Key": "once"}))
    assert attributes(made, 201) == {"samples": 3, "changed": 3}
    again = world.ann.get("/reviews", params={"selection_id": made.json()["data"]["id"]}).json()["data"]
    assert {one["attributes"]["sample_id"] for one in again} == {"r16", "r17", "r18"}
    assert again[0]["attributes"]["selection"]["low"] == 0.8
    assert [world.standing(f"r{n}") for n in (15, 16, 19)] == [None, "drop", "keep"]
    what_if = attributes(world.ann.post(f"/curations/{CURATION}/what-if", json={"rule": RULE}))
    assert (what_if["kept"], what_if["lost"]) == (7, 3)
    undone = seen(world.ann, world.ann.post("/reviews/undo", json={}))
    assert attributes(undone, 201) == {"samples": 3, "changed": 3}
    assert [world.standing(f"r{n}") for n in (16, 19)] == [None, "keep"]
    seen(world.ann, world.ann.post("/reviews/undo", json={}))
    assert world.standing("r19") is None
    assert error(world.ann.post("/reviews/undo", json={}), 422)["details"]["field"] == "steps"


def test_undo_reaches_any_depth_of_one_s_own(world: World) -> None:
    for decision in ("keep", "drop", "flag"):
        world.review(world.ann, "r03", decision)
    seen(world.bob, world.review(world.bob, "r03", "keep"))
    undone = seen(world.ann, world.ann.post("/reviews/undo", json={"sample_id": "r03", "steps": 2}))
    assert attributes(undone, 201)["changed"] == 2
    assert world.standing("r03") == "keep"
    history = world.ann.get("/reviews", params={"sample_id": "r03"}).json()["data"]
    assert [one["attributes"]["decision"] for one in history] == ["undo", "undo", "keep", "flag", "drop", "keep"]
    assert error(world.bob.post("/reviews/undo", json={"sample_id": "r03", "revision": 1}), 409)["code"] == (
        "NOTHING_TO_UNDO"
    )


def test_two_reviewers_agree_as_cohen_counts(world: World) -> None:
    for n in range(4):
        world.review(world.ann, f"r0{n}", "keep" if n < 2 else "drop")
        answer = world.review(world.bob, f"r0{n}", "keep" if n != 3 else "drop")
        seen(world.ann, answer)
    found = attributes(world.ann.get(f"/curations/{CURATION}/agreement"))
    # p_o = 3/4; keep 2/4 and 3/4: p_e = 0.375 + 0.125 = 0.5; kappa = 0.5.
    (pair,) = found["pairs"]
    assert (pair["samples"], pair["agreed"], pair["kappa"]) == (4, 3, 0.5)
    assert found["differing"] == ["r02"] and sorted(found["reviewers"].values()) == [4, 4]
    assert world.queue(world.ann, order="disagree") == ["r04"]


def test_a_what_if_tells_tokens_topics_and_what_flips(world: World) -> None:
    body = {"rule": "grounding >= 0.6", "against": "grounding < 0.1", "flips": 3}
    found = attributes(world.ann.post(f"/curations/{CURATION}/what-if", json=body))
    assert (found["kept"], found["tokens"], found["tokens_total"]) == (8, 80, 200)
    assert (found["gained"], found["lost"]) == (8, 2)
    assert [(one["sample_id"], one["kept"]) for one in found["flips"]] == [
        ("r00", False),
        ("r01", False),
        ("r12", True),
    ]
    assert found["flips"][0]["reason"] == "grounding >= 0.6" and found["flips"][2]["reason"] == "grounding < 0.1"
    sections = {one["name"]: (one["samples"], one["kept"]) for one in found["topics"]["section_title"]}
    assert sections == {"Care": (10, 4), "Safety": (10, 4)}
    own = attributes(world.ann.post(f"/curations/{CURATION}/what-if", json={"rule": "grounding >= 0.6"}))
    assert (own["gained"], own["lost"], own["moved"]) == (0, 2, 2)


def test_what_cannot_be_reviewed_names_its_field(world: World) -> None:
    assert error(world.review(world.ann, "nobody", "keep"), 404)
    assert error(world.review(world.ann, "r01", "maybe"), 422)["details"]["field"] == "decision"
    assert error(world.review(world.ann, "r01", "keep", answer="x"), 422)["details"]["field"] == "question"
    body = {"curation_id": CURATION, "decision": "drop", "filter": {"scorer": "charm"}}
    assert error(world.ann.post("/reviews/bulk", json=body), 422)["details"]["field"] == "filter.scorer"
    body = {"rule": "grounding >= 0.6", "against": "grounding >="}
    assert error(world.ann.post(f"/curations/{CURATION}/what-if", json=body), 422)["details"]["field"] == "against"
