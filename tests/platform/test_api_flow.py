"""From an upload to dataset rows over REST, with the real rooms at work, and every question about what is there."""

from __future__ import annotations

import hashlib
import io
import json
import time
from dataclasses import dataclass

import httpx
import pytest
from pyarrow import parquet
from studio_api import Api, api, attributes, error, rooms, until

__all__ = ["api", "rooms"]
LINES = [
    "# The lake station",
    "## Boats",
    "A skiff is a flat boat that carries two people and a chest of instruments across the lake.",
    "The station must inspect every skiff before it leaves the pier in the morning.",
    "A keel float is a sealed box that keeps a damaged skiff above the water for one hour.",
    "Each skiff carries 14 flares and 3 radios, which the warden counts on Mondays.",
    "## Water — ÄÖÜ",
    "Turbidity is a measure of how much light the particles in the water hold back.",
    "A sampling bottle must be rinsed 3 times before the water of the day is taken.",
    "The thermocline is a thin layer in which the temperature falls by more than 1 degree per metre.",
    "Samples are kept at 4 degrees for at most 36 hours before the laboratory opens them.",
    "## Weather",
    "A squall is a sudden wind that lasts several minutes and often brings heavy rain.",
    "The warden must close the pier when the wind exceeds 55 kilometres per hour.",
    "A fog horn is a signal that sounds every 40 seconds while the far shore cannot be seen.",
]
TEXT = "\n\n".join(LINES).encode()


@dataclass
class Flow:
    """What was made over REST, in order."""

    client: httpx.Client
    document: str
    batch: str
    curation: str
    dataset: str


@pytest.fixture(scope="module")
def flow(api: Api, rooms: None) -> Flow:
    client = api.client("flow", "engineer")
    sent = {"file": ("station.md", TEXT, "text/markdown")}
    upload = client.post("/documents/upload", files=sent, data={"collection": "lake"})
    document, found = until(client, upload, "extracted", "failed")
    assert found["status"] == "extracted"
    batch, _ = until(client, client.post("/batches", json={"collection": "lake", "count": 12}), "finished", "failed")
    wanted = {"batches": [batch], "rule": "grounding >= 0.5"}
    curation, _ = until(client, client.post("/curations", json=wanted), "finished", "failed")
    frozen = {"name": "lake", "curation_id": curation, "heldout_fraction": 0.34}
    dataset, _ = until(client, client.post("/datasets", json=frozen), "frozen", "refused")
    return Flow(client, document, batch, curation, dataset)


def everything(client: httpx.Client, path: str, **params: object) -> list[dict[str, object]]:
    """All items of a list, three at a time."""
    found: list[dict[str, object]] = []
    cursor = ""
    while True:
        body = client.get(path, params={**params, "limit": 3, "cursor": cursor}).json()  # type: ignore[dict-item]
        found += body["data"]
        assert len(body["data"]) <= 3
        if not (cursor := body["meta"]["next_cursor"] or ""):
            return found


def test_the_text_and_its_chunks_are_those_of_the_document(flow: Flow) -> None:
    found = attributes(flow.client.get(f"/documents/{flow.document}"))
    assert found["characters"] > 500 and found["sections"] >= 3 and found["error"] is None
    whole = attributes(flow.client.get(f"/documents/{flow.document}/text"))
    assert len(whole["text"]) == whole["characters"] == found["characters"]
    span = attributes(flow.client.get(f"/documents/{flow.document}/text", params={"start": 10, "end": 30}))
    assert span["text"] == whole["text"][10:30]
    past = attributes(flow.client.get(f"/documents/{flow.document}/text", params={"start": 10**9, "end": 3}))
    assert past["text"] == ""
    chunks = everything(flow.client, f"/documents/{flow.document}/chunks")
    assert len(chunks) == found["chunks"]
    for chunk in chunks:
        values = chunk["attributes"]
        assert isinstance(values, dict) and values["text"] == whole["text"][values["start"] : values["end"]]


def test_each_sample_leads_back_to_the_bytes_of_its_answer(flow: Flow) -> None:
    batch = attributes(flow.client.get(f"/batches/{flow.batch}"))
    assert batch["documents"] == [flow.document] and batch["asked"] == 12
    assert batch["delivered"] + sum(item["count"] for item in batch["shortfall"]) == 12
    samples = everything(flow.client, "/samples", batch_id=flow.batch)
    assert len(samples) == batch["delivered"] == batch["samples"] > 0
    assert len({sample["id"] for sample in samples}) == len(samples)
    for sample in samples:
        one = attributes(flow.client.get(f"/samples/{sample['id']}"))
        source = one["source"]
        original = TEXT[source["byte_start"] : source["byte_end"]].decode()
        assert one["answer"].strip(".") in original or original in one["answer"], (one["answer"], original)
        assert source["text"] in one["passage"]
        assert {"grounding", "round_trip"} <= set(one["scores"])
        assert one["curation_id"] == flow.curation and one["kept"] is not None


def test_what_was_kept_adds_up_and_another_rule_is_only_a_question(flow: Flow) -> None:
    curation = attributes(flow.client.get(f"/curations/{flow.curation}"))
    kept = everything(flow.client, "/samples", curation_id=flow.curation, kept="true")
    dropped = everything(flow.client, "/samples", batch_id=flow.batch, kept="false")
    assert (len(kept), len(dropped)) == (curation["kept"], curation["dropped"])
    path = f"/curations/{flow.curation}/what-if"
    same = attributes(flow.client.get(path, params={"rule": curation["rule"]}))
    assert (same["kept"], same["moved"], same["rule_version"]) == (curation["kept"], 0, curation["rule_version"])
    nothing = attributes(flow.client.get(path, params={"rule": "grounding > 2"}))
    assert nothing["kept"] == 0 and sum(item["count"] for item in nothing["reasons"]) == nothing["samples"]
    unknown = attributes(flow.client.get(path, params={"rule": "charm > 0.5"}))
    assert unknown["unknown_scores"] == ["charm"] and unknown["kept"] == 0
    for rule in ("import os", "grounding >", "a" * 1999, f"grounding > {'9' * 400}", "\0"):
        assert error(flow.client.get(path, params={"rule": rule}), 422)["details"]["field"] == "rule"


def test_a_review_comes_before_the_rule(flow: Flow) -> None:
    sample = everything(flow.client, "/samples", curation_id=flow.curation, kept="true")[0]
    answer = flow.client.post(f"/samples/{sample['id']}/reviews", json={"decision": "drop", "reason": "unclear"})
    assert attributes(answer, 201)["events"][0]["type"] == "ReviewDecided"
    place = {"Studio-Position": answer.headers["Studio-Position"]}
    found = attributes(flow.client.get(f"/samples/{sample['id']}", headers=place))
    assert (found["review"]["decision"], found["review"]["reason"], found["revision"]) == ("drop", "unclear", 1)
    path, rule = f"/curations/{flow.curation}/what-if", {"rule": "grounding >= 0"}
    what_if = attributes(flow.client.get(path, params=rule, headers=place))
    assert what_if["kept"] == what_if["samples"] - 1
    assert what_if["reasons"][0]["reason"].startswith("dropped by engineer-")


def test_the_rows_of_a_dataset_are_those_that_it_counts(flow: Flow) -> None:
    dataset = attributes(flow.client.get(f"/datasets/{flow.dataset}"))
    assert dataset["status"] == "frozen", dataset["error"]
    assert dataset["version"] == "1.0.0" and len(dataset["merkle_root"]) == 64 and dataset["reward"]["objectives"]
    rows = {s: everything(flow.client, f"/datasets/{flow.dataset}/rows", split=s) for s in ("train", "heldout")}
    assert (len(rows["train"]), len(rows["heldout"])) == (dataset["train_rows"], dataset["heldout_rows"])
    sections = {s: {row["attributes"]["section_id"] for row in found} for s, found in rows.items()}  # type: ignore[index]
    assert sections["train"] and sections["heldout"] and not sections["train"] & sections["heldout"]


def test_a_dataset_can_be_taken_along(flow: Flow) -> None:
    dataset = attributes(flow.client.get(f"/datasets/{flow.dataset}"))
    path = f"/datasets/{flow.dataset}/export"
    counts = {"train": dataset["train_rows"], "heldout": dataset["heldout_rows"]}
    counts["all"] = sum(counts.values())
    for split, count in counts.items():
        answer = flow.client.get(path, params={"split": split})
        assert answer.headers["content-disposition"] == f'attachment; filename="lake-1.0.0-{split}.parquet"'
        table = parquet.read_table(io.BytesIO(answer.content))
        assert len(table) == count and ("split" in table.column_names) == (split == "all")
        lines = flow.client.get(path, params={"split": split, "format": "jsonl"}).text.splitlines()
        chats = flow.client.get(path, params={"split": split, "format": "chat"}).text.splitlines()
        assert len(lines) == len(chats) == count
        for plain, chat in zip(map(json.loads, lines), map(json.loads, chats), strict=True):
            assert chat["messages"][0] == {"role": "user", "content": plain["prompt"]}
            assert chat["messages"][1] == {"role": "assistant", "content": plain["completion"]}
            assert "\n\nquestion: " in plain["prompt"] and plain["sample_id"] and plain["reward"]["objectives"]
    stored = flow.client.get(path, params={"split": "train"}).content
    assert hashlib.sha256(stored).hexdigest() == dataset["train_blob"].split("/")[1]
    assert error(flow.client.get(path, params={"format": "xlsx"}), 422)["details"]["field"] == "format"


def test_the_uploaded_bytes_come_back_and_never_as_a_page(flow: Flow) -> None:
    path = f"/documents/{flow.document}/original"
    answer = flow.client.get(path)
    assert answer.content == TEXT and answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="station.md"'
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )
    part = flow.client.get(path, headers={"Range": "bytes=10-19", "If-Range": answer.headers["etag"]})
    assert part.status_code == 206 and part.content == TEXT[10:20]
    assert part.headers["content-range"] == f"bytes 10-19/{len(TEXT)}"
    assert flow.client.get(path, headers={"Range": f"bytes={len(TEXT)}-"}).status_code == 416
    assert flow.client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_source_is_shown_at_its_exact_bytes(flow: Flow) -> None:
    path = f"/documents/{flow.document}/bytes"
    sample = everything(flow.client, "/samples", batch_id=flow.batch)[0]
    source = attributes(flow.client.get(f"/samples/{sample['id']}"))["source"]
    start, end = source["byte_start"], source["byte_end"]
    shown = attributes(flow.client.get(path, params={"start": start, "end": end, "context": 40}))
    assert shown["text"].encode() == TEXT[start:end] and shown["size"] == len(TEXT)
    assert shown["before"] + shown["text"] + shown["after"] in TEXT.decode()
    umlaut = TEXT.index("Ä".encode())
    inside = attributes(flow.client.get(path, params={"start": umlaut + 4, "end": umlaut + 6, "context": 3}))
    assert (inside["before"], inside["text"]) == ("Ö", "Ü")
    past = attributes(flow.client.get(path, params={"start": len(TEXT) + 9}))
    assert (past["text"], past["start"]) == ("", len(TEXT) + 9)
    wide = error(flow.client.get(path, params={"start": 0, "end": 70_000}), 422)
    assert wide["details"]["field"] == "end"


def test_documents_are_found_by_name_and_counted(flow: Flow) -> None:
    for q, count in (("STATION", 1), (".md", 1), ("%", 0), ("boat", 0)):
        body = flow.client.get("/documents", params={"q": q}).json()
        assert (len(body["data"]), body["meta"]["total"]) == (count, count), q


def test_an_event_knows_its_causes_and_its_effects(flow: Flow) -> None:
    found = flow.client.get("/events", params={"subject": flow.document, "type": "DocumentRegistered"}).json()["data"]
    first = attributes(flow.client.get(f"/events/{found[0]['id']}/causes"))
    assert first["causes"] == [] and first["related"] >= 2 and not first["truncated"]
    extracted = [one for one in first["effects"] if one["attributes"]["type"] == "DocumentExtracted"]
    second = attributes(flow.client.get(f"/events/{extracted[0]['id']}/causes"))
    assert [one["id"] for one in second["causes"]] == [found[0]["id"]]
    assert second["event"]["attributes"]["data"]["sections"] >= 3
    assert error(flow.client.get("/events/8d5f4f8e-57d8-4f1c-9d3e-0a5bb1d1c001/causes"), 404)


def test_lineage_leads_up_to_the_document_and_down_to_the_dataset(flow: Flow) -> None:
    up = attributes(flow.client.get(f"/lineage/dataset/{flow.dataset}"))
    chain = [(node["type"], node["id"]) for node in sorted(up["nodes"], key=lambda node: node["depth"])]
    ids = [("dataset", flow.dataset), ("curation", flow.curation), ("batch", flow.batch), ("document", flow.document)]
    assert chain == ids
    edges = {(edge["from"]["type"], edge["to"]["type"]) for edge in up["edges"]}
    assert edges == {("document", "batch"), ("batch", "curation"), ("curation", "dataset")}
    near = attributes(flow.client.get(f"/lineage/dataset/{flow.dataset}", params={"depth": 1}))
    assert [node["type"] for node in near["nodes"]] == ["dataset", "curation"]
    down = attributes(flow.client.get(f"/lineage/document/{flow.document}", params={"direction": "down"}))
    assert ("dataset", flow.dataset) in {(node["type"], node["id"]) for node in down["nodes"]}
    assert "sample" not in {node["type"] for node in down["nodes"]}
    params = {"direction": "down", "samples": "true"}
    samples = attributes(flow.client.get(f"/lineage/document/{flow.document}", params=params))
    assert "sample" in {node["type"] for node in samples["nodes"]}


def test_the_events_of_a_thing_are_listed_newest_first(flow: Flow) -> None:
    found = everything(flow.client, "/events", subject=flow.batch)
    types = [event["attributes"]["type"] for event in found]  # type: ignore[index]
    assert types[-1] == "BatchRequested" and "BatchFinished" in types and "SampleGenerated" in types
    only = flow.client.get("/events", params={"subject": flow.batch, "type": "BatchFinished"}).json()["data"]
    assert len(only) == 1
    assert attributes(flow.client.get(f"/events/{only[0]['id']}"))["data"]["delivered"] > 0


def test_every_stage_of_the_flow_is_in_the_pipeline(flow: Flow) -> None:
    found = attributes(flow.client.get("/pipeline"))
    stages = {one["stage"]: one for one in found["stages"]}
    assert list(stages)[:4] == ["documents", "generation", "generation.samples", "curation"]
    assert stages["documents"]["counts"] == found["counts"]["documents"] == {"extracted": 1}
    assert stages["generation.samples"]["topic"] == "studio.generation.samples"
    assert stages["documents"]["lag_messages"] is not None
    for one in stages.values():
        assert one["dead_letters"] == 0 and one["rate"] >= 0


def test_what_has_ended_is_no_job_in_progress(flow: Flow) -> None:
    assert flow.client.get("/jobs").json()["data"] == []
    body = flow.client.get("/jobs", params={"active": "false"}).json()
    jobs = {one["id"]: one["attributes"] for one in body["data"]}
    assert body["meta"]["total"] == len(jobs) == 4
    assert jobs[f"document/{flow.document}"]["name"] == "station.md"
    batch = jobs[f"batch/{flow.batch}"]
    assert (batch["state"], batch["total"], batch["unit"], batch["active"]) == ("finished", 12, "samples", False)
    curation = jobs[f"curation/{flow.curation}"]
    assert curation["done"] == curation["total"] == batch["done"] and curation["eta_seconds"] is None


def test_the_pipeline_counts_and_nobody_is_behind(flow: Flow) -> None:
    ends = time.monotonic() + 20
    while True:
        found = attributes(flow.client.get("/pipeline"))
        if all(consumer["lag_messages"] == 0 for consumer in found["consumers"]) or time.monotonic() > ends:
            break
        time.sleep(0.1)
    assert {one["consumer"]: one["lag_messages"] for one in found["consumers"] if one["lag_messages"]} == {}
    assert any(one["consumer"].startswith("projection.") for one in found["consumers"])
    assert found["counts"]["documents"] == {"extracted": 1} and found["counts"]["samples"]["total"] > 0


def test_an_earlier_version_of_a_view_that_nobody_runs_is_not_behind(api: Api, flow: Flow) -> None:
    place = (
        "insert into streams.position (consumer, topic, partition, next) values (%s, 'studio.documents', 0, 0)"
        " on conflict do nothing"
    )
    names = ("projection.documents.v900001", "projection.given_up.v1", "a-stage-of-somebody")

    async def left() -> None:
        async with api.runtime.pool.connection() as conn:
            for name in names:
                await conn.execute(place, [name])

    async def gone() -> None:
        async with api.runtime.pool.connection() as conn:
            await conn.execute("delete from streams.position where consumer = any(%s)", [list(names)])

    before = {one["consumer"] for one in attributes(flow.client.get("/pipeline"))["consumers"]}
    api.run(left())
    after = {one["consumer"] for one in attributes(flow.client.get("/pipeline"))["consumers"]}
    api.run(gone())
    assert after - before == {"a-stage-of-somebody"}, "what is no view may be a consumer that died: it is told"


def test_another_tenant_finds_nothing_of_it_and_cannot_use_it(api: Api, flow: Flow) -> None:
    other = api.client("stranger", "admin")
    for path in (
        f"/documents/{flow.document}", f"/documents/{flow.document}/text", f"/batches/{flow.batch}",
        f"/curations/{flow.curation}", f"/curations/{flow.curation}/what-if?rule=", f"/datasets/{flow.dataset}",
        f"/datasets/{flow.dataset}/rows", f"/datasets/{flow.dataset}/export", f"/documents/{flow.document}/original",
        f"/documents/{flow.document}/bytes", f"/lineage/dataset/{flow.dataset}",
    ):  # fmt: skip
        assert error(other.get(path), 404)["code"] == "NOT_FOUND", path
    for path in (
        "/documents",
        "/batches",
        "/samples",
        "/curations",
        "/datasets",
        "/events",
        f"/samples?batch_id={flow.batch}",
    ):
        assert other.get(path).json()["data"] == [], path
    assert attributes(other.get("/pipeline"))["counts"]["samples"]["total"] == 0
    refused = error(other.post("/batches", json={"documents": [flow.document], "count": 1}), 422)
    assert refused["details"]["field"] == "documents.0"
    for path, body in (
        ("/curations", {"batches": [flow.batch]}),
        ("/datasets", {"name": "x", "curation_id": flow.curation}),
        ("/runs", {"dataset_id": flow.dataset, "model_name": "x"}),
    ):
        assert error(other.post(path, json=body), 422)["code"] == "VALIDATION_ERROR", path
    assert error(other.delete(f"/documents/{flow.document}"), 404)
    assert error(other.delete(f"/batches/{flow.batch}"), 404)


def test_row_level_security_holds_where_a_query_forgets_the_tenant(api: Api, flow: Flow) -> None:
    async def seen(tenant: str) -> int:
        import psycopg

        async with await psycopg.AsyncConnection.connect(api.settings.postgres_app_dsn) as conn:
            await conn.execute("select set_config('app.tenant', %s, true)", [tenant])
            row = await (await conn.execute("select count(*) from read.sample")).fetchone()
            assert row is not None
            return int(row[0])

    assert api.run(seen("flow")) > 0
    assert api.run(seen("stranger")) == 0
    assert api.run(seen("")) == 0


def test_a_document_that_is_withdrawn_makes_nothing_new(api: Api, flow: Flow) -> None:
    client = api.client("flow", "engineer")
    sent = {"file": ("brief.md", TEXT + b"\n\nA buoy is a float that marks the channel.", "text/markdown")}
    id, _ = until(client, client.post("/documents/upload", files=sent), "extracted")
    answer = client.delete(f"/documents/{id}", params={"reason": "wrong file"})
    assert (answer.status_code, answer.content) == (204, b"")
    found = attributes(client.get(f"/documents/{id}", headers={"Studio-Position": answer.headers["Studio-Position"]}))
    assert (found["status"], found["withdrawn_reason"]) == ("withdrawn", "wrong file")
    assert (
        error(client.post("/batches", json={"documents": [id], "count": 1}), 422)["details"]["field"] == "documents.0"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "EMPTY_FILE"), (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "TRUNCATED_PDF")],
)
def test_a_document_that_cannot_be_read_says_why_and_what_to_do(api: Api, rooms: None, data: bytes, code: str) -> None:
    client = api.client("flow", "engineer")
    sent = {"file": ("x.pdf", data, "application/pdf")}
    id, found = until(client, client.post("/documents/upload", files=sent), "failed", "extracted")
    assert found["error"]["code"] == code and found["error"]["remedy"] and found["error"]["field"]
    assert error(client.get(f"/documents/{id}/text"), 409)["code"] == "NO_TEXT"
