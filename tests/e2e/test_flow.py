"""From upload to the promoted canary, on real Kafka, Postgres, S3 and a real trainer, through the client."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter

import pytest
from openai import AsyncOpenAI
from rich.console import Console
from studio import AsyncStudio, Conflict, EventProducer, JobFailed, NotFound, ValidationError
from studio.cli.progress import Bars
from studio.contract.records import SampleScored, StepRecorded
from studio.rooms.chat import grounded

from ops.demo.flow import Demo
from ops.demo.model import free_name
from tests.e2e.conftest import DOCUMENTS, Journey, options

pytestmark = pytest.mark.timeout(900)


async def test_every_stage_left_its_mark(journey: Journey) -> None:
    findings = journey.findings
    assert findings.counts["documents"] == 2 and findings.counts["sections"] == 40
    assert findings.counts["generated"] + sum(findings.dropped.get("generation", {}).values()) == 200
    dropped = sum(findings.dropped.get("curation", {}).values())
    assert findings.counts["kept"] + dropped == findings.counts["generated"], "a reason for every sample"
    assert findings.counts["train"] > 0 and findings.counts["heldout"] > 0
    learning = findings.learning
    assert (
        learning is not None and learning.items == 24 and learning.gain.low <= learning.gain.mean <= learning.gain.high
    )
    assert findings.trial is not None and findings.trial.decision == "promote", findings.trial
    assert all(findings.trial.arms[role].calls >= 5 for role in ("canary", "baseline"))
    assert findings.chat["version"] == "answers@0.1.1" and findings.chat["question"]


async def test_the_deployed_model_leads_back_to_bytes_of_a_file(journey: Journey) -> None:
    way = [step.split()[0] for step in journey.findings.lineage]
    assert way == ["deployment", "model_version", "run", "dataset", "curation", "batch", "document"]
    origin = journey.findings.origin
    assert origin is not None and origin.checked == "bytes"
    start, end = map(int, origin.place.removeprefix("bytes ").split("-"))
    data = (DOCUMENTS / origin.document).read_bytes()
    assert " ".join(data[start:end].decode().split()) == origin.quote
    async with journey.client() as studio:
        document = await studio.documents.get(origin.document_id)
        assert document["sha256"] == hashlib.sha256(data).hexdigest()
        graph = await studio.lineage.of("document", origin.document_id, direction="down")
        assert {"batch", "dataset", "run", "model_version", "deployment"} <= {node["type"] for node in graph["nodes"]}


async def test_the_views_agree_with_the_log(journey: Journey) -> None:
    ids = journey.findings.ids
    async with journey.client() as studio:
        seen: Counter[str] = Counter()
        async for event in studio.events.stream(after="begin", subjects=[ids["batch"], ids["curation"], ids["run"]]):
            seen[event.type] += 1
            if event.type == "RunCompleted":
                break
        while seen["BatchFinished"] + seen["CurationFinished"] < 2:  # other topics may come later
            await asyncio.sleep(0.1)
            seen = Counter()
            async for event in studio.events.stream(after="begin", subjects=[ids["batch"], ids["curation"]]):
                seen[event.type] += 1
                if seen["BatchFinished"] and seen["CurationFinished"]:
                    break
        run = await studio.runs.get(ids["run"])
        steps = [step async for step in studio.runs.steps(ids["run"], phase="grpo")]
        samples = [sample async for sample in studio.samples.each(batch_id=ids["batch"])]
        deployment = await studio.deployments.get("answers")
        model = await studio.models.get("answers")
    assert run.status == "completed" and [step["step"] for step in steps] == [1, 2, 3]
    assert len(samples) == journey.findings.counts["generated"] == len({sample.id for sample in samples})
    assert all(sample["scores"].keys() >= {"grounding", "round_trip", "duplicate"} for sample in samples)
    assert (deployment["stable_version"], deployment["candidate_version"]) == ("0.1.1", "")
    assert [version["version"] for version in model["versions"]] == ["0.1.0", "0.1.1"]
    assert model["aliases"]["answers"] == "0.1.1", "the deployment's name follows what it serves"


async def test_the_openai_client_works_as_it_is(journey: Journey) -> None:
    async with journey.client() as studio:
        await studio.login()
        place = studio.place
        rows = [row async for row in studio.datasets.rows(journey.findings.ids["dataset"], split="heldout")]
    client = AsyncOpenAI(base_url=f"{place.router_url}/v1", api_key=place.access_token)
    said = grounded(rows[0]["prompt_passage"], rows[0]["question"])
    messages = [{"role": "user", "content": said}]
    whole = await client.chat.completions.create(model="answers", messages=messages, temperature=0, max_tokens=8)  # type: ignore[arg-type]
    stream = await client.chat.completions.create(
        model="answers", messages=messages, temperature=0, max_tokens=8, stream=True  # type: ignore[arg-type]
    )  # fmt: skip
    pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]  # type: ignore[union-attr]
    assert "".join(pieces) == whole.choices[0].message.content
    assert {"answers", "answers@0.1.0", "answers@0.1.1"} <= {model.id for model in (await client.models.list()).data}


async def test_facts_from_outside_are_seen_and_disturb_nobody(journey: Journey) -> None:
    """A team's own trainer reports a step, a review tool a score; the platform's own numbers go on."""
    ids, settings = journey.findings.ids, journey.platform.settings
    async with journey.client() as studio:
        await studio.login()
        tenant = (await studio.login())["tenant"]
        sample = (await anext(aiter(studio.samples.each(batch_id=ids["batch"])))).id
        async with EventProducer(settings.kafka_bootstrap, tenant, "lab-trainer") as producer:
            step = StepRecorded(run_id=ids["run"], phase="lab", step=1, steps_total=1, reward=0.75)
            receipt = await producer.send(step, subject=ids["run"])
        async with EventProducer(settings.kafka_bootstrap, tenant, "review-tool") as producer:
            score = SampleScored(
                sample_id=sample,
                batch_id=ids["batch"],
                curation_id=ids["curation"],
                scorer="person",
                scorer_version="1",
                value=0.25,
            )
            scored = await producer.send(score, subject=ids["curation"])
        async for event in studio.events.stream(after="begin", subjects=[f"{ids['run']}/lab-trainer"]):
            assert event.id == str(receipt.id)
            break
        studio.position = receipt.position
        assert [item["reward"] async for item in studio.runs.steps(ids["run"], phase="lab")] == [0.75]
        studio.position = scored.position
        assert (await studio.samples.get(sample))["scores"]["person"]["value"] == 0.25
        assert (await studio.dead_letters.list(state="parked")).items == ()


async def test_a_broken_document_says_what_is_wrong(journey: Journey, tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "cut.pdf"
    file.write_bytes((DOCUMENTS / "handbook.pdf").read_bytes()[:5000])
    async with journey.client() as studio:
        with pytest.raises(JobFailed) as caught:
            await studio.wait(await studio.documents.upload(file), seconds=60)
        assert caught.value.kind == "document" and caught.value.code and caught.value.reason and caught.value.remedy
        item = await studio.documents.get(caught.value.id)
        assert item.status == "failed" and item.error is not None and item.error["code"] == caught.value.code


async def test_refusals_are_typed(journey: Journey) -> None:
    async with journey.client() as studio:
        with pytest.raises(ValidationError) as bad:
            await studio.batches.create(["x"], count=0)
        assert bad.value.field == "count"
        with pytest.raises(NotFound):
            await studio.runs.get("nobody")
        with pytest.raises((Conflict, ValidationError)):
            await studio.deployments.promote("answers")
        with pytest.raises(Conflict) as stale:
            await studio.deployments.rollback("answers", revision=1)
        assert stale.value.version is not None and stale.value.version > 1


async def test_a_second_demo_reuses_documents_and_takes_other_names(journey: Journey) -> None:
    async with journey.client() as studio:
        with Bars(Console(stderr=True)).live() as bars:
            demo = Demo(studio, options("policy.md"), bars)
            assert await free_name(studio, "answers") == "answers-2"
            before = len((await studio.documents.list(collection="demo", limit=200)).items)
            await demo.upload()
            assert len((await studio.documents.list(collection="demo", limit=200)).items) == before


async def test_a_client_without_an_account_gets_nowhere(journey: Journey) -> None:
    from studio import Unauthorized

    async with AsyncStudio(journey.platform.api_url, email="nobody@x.y", password="wrong-password") as studio:
        with pytest.raises(Unauthorized):
            await studio.documents.list()
