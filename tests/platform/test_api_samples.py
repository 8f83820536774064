"""The table of samples: any part of it at once, filtered by score, state and text, and the spread of its scores."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from typing import Any

import httpx
import pyarrow as arrow
import pytest
from pyarrow import parquet
from studio_api import Api, api, attributes, error

from projections.catalogue import named

__all__ = ["api"]
TENANT = "table"
COUNT = int(os.environ.get("SAMPLES", "3000"))
BATCH, CURATION = "batch-of-many", "curation-of-many"


@dataclass
class Table:
    """A batch of many samples, every third one kept; `grounding` grows with the number, every tenth has none."""

    client: httpx.Client
    ids: list[str]


def result() -> bytes:
    rows = {name: [f"{name}"] * COUNT for name in ("kind", "section_id", "passage")}
    rows |= {
        "sample_id": [f"s{n:06}" for n in range(COUNT)],
        "batch_id": [BATCH] * COUNT,
        "document_id": [f"d{n % 7}" for n in range(COUNT)],
        "question": [f"What is Thing {n}?" for n in range(COUNT)],
        "answer": [f"It is answer {n}." for n in range(COUNT)],
        "scores": [json.dumps({"quality": 0.5, **({"grounding": n / COUNT} if n % 10 else {})}) for n in range(COUNT)],
        "kept": [n % 3 == 0 for n in range(COUNT)],
        "reason": ["" if n % 3 == 0 else "grounding >= 0.5" for n in range(COUNT)],
    }  # type: ignore[dict-item]
    sink = io.BytesIO()
    parquet.write_table(arrow.table(rows), sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def table(api: Api) -> Table:
    client = api.client(TENANT, "engineer")

    async def insert() -> None:
        blob = await api.blobs.put(TENANT, result())
        async with api.runtime.pool.connection() as conn:
            await conn.execute(
                f"insert into {named('samples').schema}.sample (tenant_id, sample_id, batch_id, document_id,"
                " kind, question, answer,"
                " quality, passage_start, passage_end, answer_start, answer_end, seed, created_at, updated_at)"
                " select %s, 's' || lpad(n::text, 6, '0'), %s, 'd' || n %% 7, 'kind', 'What is Thing ' || n || '?',"
                " 'It is answer ' || n || '.', 0.5, 0, 1, 0, 1, 0, timestamptz '2026-01-01' + n * interval '1 second',"
                " now() from generate_series(0, %s - 1) n",
                [TENANT, BATCH, COUNT],
            )
            await conn.execute(
                f"insert into {named('samples').schema}.sample_score (tenant_id, sample_id, curation_id, scorer,"
                " scorer_version,"
                " batch_id, value, scored_at) select %s, 's' || lpad(n::text, 6, '0'), %s, 'grounding', '1', %s,"
                " n / %s::float8, now() from generate_series(0, %s - 1) n where n %% 10 > 0",
                [TENANT, CURATION, BATCH, COUNT, COUNT],
            )
            await conn.execute(
                f"insert into {named('curations').schema}.curation (tenant_id, curation_id, version, decided, batches,"
                " result_blob,"
                " created_at, updated_at) values (%s, %s, 2, 'finished', %s, %s, now(), now())",
                [TENANT, CURATION, json.dumps([BATCH]), blob.key],
            )

    api.run(insert())
    return Table(client, [f"s{n:06}" for n in range(COUNT)])


def listed(table: Table, **params: Any) -> tuple[list[str], int]:
    """Ids of a page, and how many there are in all."""
    answer = table.client.get("/samples", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [one["id"] for one in body["data"]], body["meta"]["total"]


@pytest.mark.parametrize("first", [0, 10, COUNT // 2, COUNT - 210, COUNT - 100, COUNT, COUNT + 5])
def test_any_part_of_the_table_is_at_hand(table: Table, first: int) -> None:
    newest = table.ids[::-1]
    for about in ({}, {"batch_id": BATCH}):
        assert listed(table, offset=first, limit=200, **about) == (newest[first : first + 200], COUNT)
    assert listed(table, offset=first, limit=200, sort="created") == (table.ids[first : first + 200], COUNT)
    assert listed(table, offset=first, limit=200, curation_id=CURATION) == (table.ids[first : first + 200], COUNT)


def test_a_cursor_goes_on_where_an_offset_ended(table: Table) -> None:
    for params in ({}, {"curation_id": CURATION}, {"sort": "created"}, {"scorer": "quality", "sort": "score"}):
        body = table.client.get("/samples", params={**params, "offset": 5, "limit": 3}).json()
        following = {**params, "cursor": body["meta"]["next_cursor"], "limit": 3}
        expected, _ = listed(table, **params, offset=8, limit=3)
        assert listed(table, **following)[0] == expected, params


def test_samples_are_filtered_by_score_state_and_text(table: Table) -> None:
    numbers = range(COUNT)
    ids, total = listed(table, batch_id=BATCH, scorer="grounding", min=0.9, max=0.95, limit=500)
    wanted = [n for n in numbers if n % 10 and 0.9 <= n / COUNT <= 0.95]
    assert (ids, total) == ([table.ids[n] for n in wanted][:500], len(wanted))
    ids, total = listed(table, curation_id=CURATION, scorer="grounding", sort="-score", state="kept", limit=5)
    best = [n for n in reversed(numbers) if n % 3 == 0 and n % 10][:5]
    assert ids == [table.ids[n] for n in best] and total == len([n for n in numbers if n % 3 == 0])
    assert listed(table, batch_id=BATCH, state="dropped")[1] == len([n for n in numbers if n % 3])
    for about in ({"curation_id": CURATION}, {"batch_id": BATCH}):
        assert listed(table, q="THING 17?", **about) == ([table.ids[17]], 1)
        assert listed(table, q="nowhere", **about) == ([], 0)
        assert listed(table, q="100% _\\", **about) == ([], 0)
    assert listed(table, scorer="quality", min=0.6)[1] == 0 and listed(table, scorer="quality", max=0.5)[1] == COUNT
    assert listed(table, document_id="d3", offset=0)[1] == len([n for n in numbers if n % 7 == 3])


def test_a_review_is_a_state_of_its_own(table: Table) -> None:
    answer = table.client.post(f"/samples/{table.ids[4]}/reviews", json={"decision": "drop"})
    table.client.headers["Studio-Position"] = answer.headers["Studio-Position"]
    for about in ({"batch_id": BATCH}, {"curation_id": CURATION}):
        assert listed(table, state="drop", **about) == ([table.ids[4]], 1)
        assert listed(table, state="keep", **about) == ([], 0)
        ids, total = listed(table, state="unreviewed", sort="created", limit=5, **about)
        assert (ids[4], total) == (table.ids[5], COUNT - 1)
    del table.client.headers["Studio-Position"]


def test_a_histogram_counts_every_sample_once(table: Table) -> None:
    by_batch = attributes(table.client.get("/samples/histogram", params={"batch_id": BATCH, "bins": 20}))
    found = attributes(table.client.get("/samples/histogram", params={"curation_id": CURATION, "bins": 20}))
    assert found["bins"] == by_batch["bins"] and by_batch["curation_id"] == CURATION
    assert found["scorer"] == "grounding" and {one["name"] for one in found["scorers"]} == {"grounding", "quality"}
    assert [one["low"] for one in found["bins"]][:2] == [0.0, 0.05] and found["bins"][-1]["high"] == 1.0
    assert sum(one["count"] for one in found["bins"]) == found["total"] - found["missing"] == COUNT - COUNT // 10
    for one in found["bins"]:
        assert one["count"] == one["kept"] + one["dropped"] > 0
    above = sum(one["count"] for one in found["bins"] if one["low"] >= 0.5)
    what_if = attributes(table.client.get(f"/curations/{CURATION}/what-if", params={"rule": "grounding >= 0.5"}))
    assert abs(what_if["kept"] - above) <= 1  # one sample was reviewed
    quality = attributes(table.client.get("/samples/histogram", params={"curation_id": CURATION, "scorer": "quality"}))
    assert (quality["min"], quality["max"], quality["missing"]) == (0.5, 0.5, 0)


def test_what_cannot_be_asked_names_the_parameter(table: Table) -> None:
    def fault(path: str, **params: Any) -> str:
        return str(error(table.client.get(path, params=params), 422)["details"]["field"])

    assert fault("/samples", min=0.5) == "scorer" and fault("/samples", sort="score") == "scorer"
    assert fault("/samples", scorer="grounding") == "scorer" and fault("/samples", state="kept") == "kept"
    assert fault("/samples", curation_id=CURATION, scorer="charm") == "scorer"
    assert fault("/samples", curation_id=CURATION, scorer="grounding", min="nan") == "min"
    assert fault("/samples", offset=-1) == "offset" and fault("/samples", state="lost") == "state"
    assert fault("/samples/histogram") == "curation_id"
    assert fault("/samples/histogram", curation_id=CURATION, scorer="charm") == "scorer"
    assert error(table.client.get("/samples", params={"curation_id": "none"}), 404)
