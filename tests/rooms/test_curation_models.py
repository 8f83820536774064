"""Scores that models give: over HTTP from one that really computes them, and from the one that a package ships."""

from __future__ import annotations

import math
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import torch
from aiohttp import web
from transformers import AutoModelForCausalLM, AutoTokenizer

from processors.curation import minilm, models, remote
from processors.curation.asking import Asker
from processors.curation.choosing import check
from processors.curation.missing import Missing
from processors.curation.sample import Sample, Score
from streams import egress
from streams.decider import Refused
from streams.settings import Settings
from tests.tiny_model import save

QUESTION, ANSWER = "question : what starts ?", "the reserve pump"
installed = pytest.mark.skipif(find_spec(minilm.PACKAGE) is None, reason=f"{minilm.PACKAGE} is not installed")


def sample(id: str, question: str = QUESTION, answer: str = ANSWER) -> Sample:
    return Sample(
        sample_id=id, batch_id="b", question=question, answer=answer, quote=answer, document_id="d", section_id="s",
        chunk_id="c", passage=answer, span=answer, passage_start=0, passage_end=len(answer), answer_start=0,
        answer_end=len(answer),
    )  # fmt: skip


class Server:
    """`/completions` and `/pooling` of a small causal model, in the shapes of vLLM."""

    def __init__(self, directory: Path) -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(directory)
        self.model: Any = AutoModelForCausalLM.from_pretrained(directory).eval()

    def logprobs(self, text: str) -> tuple[list[int], list[float | None], list[int]]:
        """Tokens of the text, what each had for a log probability, and where it begins."""
        told = self.tokenizer(text, return_offsets_mapping=True)
        ids = torch.tensor([told["input_ids"]])
        with torch.inference_mode():
            logs = self.model(ids).logits.log_softmax(-1)[0]
        values = [None, *(float(logs[at - 1, ids[0, at]]) for at in range(1, ids.shape[1]))]
        return told["input_ids"], values, [start for start, _ in told["offset_mapping"]]

    async def completions(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body["echo"] and body["logprobs"] and body["model"] == "tiny"
        tokens, values, offsets = self.logprobs(body["prompt"])
        text = {
            "tokens": [*map(str, tokens), "one more"], "token_logprobs": [*values, -0.5],
            "text_offset": [*offsets, len(body["prompt"])],
        }  # fmt: skip
        return web.json_response({"choices": [{"index": 0, "text": body["prompt"] + "x", "logprobs": text}]})

    async def pooling(self, request: web.Request) -> web.Response:
        turns = (await request.json())["messages"]
        ids = self.tokenizer.apply_chat_template(turns, return_tensors="pt", return_dict=True)["input_ids"]
        with torch.inference_mode():
            rewards = self.model(ids).logits[0, :, 7].tolist()
        return web.json_response({"object": "list", "data": [{"index": 0, "data": [[one] for one in rewards]}]})


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, Server]]:
    app, found = web.Application(), Server(save(tmp_path))
    app.add_routes([web.post("/v1/completions", found.completions), web.post("/pooling", found.pooling)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/v1", found
    await runner.cleanup()


async def asked(name: str, address: str, *samples: Sample) -> list[Score]:
    async with egress.session(True) as session:
        settings = {name: {"endpoint": address, "model": "tiny"}}
        wanted = {one.sample_id: [name] for one in samples}
        return await remote.score(Asker(session, True, {}), samples, wanted, settings, {name: "1"})


async def test_perplexity_is_that_of_the_answers_tokens_under_the_model(server: tuple[str, Server]) -> None:
    address, tiny = server
    score, other = await asked(models.PERPLEXITY, address, sample("a"), sample("b", answer="pump the reserve"))
    _, values, offsets = tiny.logprobs(f"{QUESTION}\n{ANSWER}")
    own = [value for value, at in zip(values, offsets, strict=True) if at > len(QUESTION) and value is not None]
    assert own and score.value == pytest.approx(math.exp(-sum(own) / len(own)))
    assert score.value != other.value and score.detail == {"model": "tiny"}


async def test_the_reward_is_that_of_the_whole_conversation(server: tuple[str, Server]) -> None:
    address, tiny = server
    score, other = await asked(models.REWARD, address, sample("a"), sample("b", answer="nine metres"))
    turns = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": ANSWER}]
    ids = tiny.tokenizer.apply_chat_template(turns, return_tensors="pt", return_dict=True)["input_ids"]
    assert score.value == pytest.approx(float(tiny.model(ids).logits[0, -1, 7].detach()), abs=1e-5) != other.value


def test_embeddings_without_a_server_are_asked_for_by_name() -> None:
    check(["diversity"], '{"diversity": {"engine": "minilm"}}')
    with pytest.raises(Refused) as refused:
        check(["diversity"], '{"diversity": {"engine": "other"}}')
    assert refused.value.field == "settings.diversity.engine"
    with pytest.raises(Refused):
        check(["perplexity"], '{"perplexity": {"engine": "minilm"}}')


async def test_a_model_that_is_not_installed_is_named_with_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_here")
    with pytest.raises(Missing) as missing:
        await minilm.vectors("diversity", ["text"])
    assert "no_such_package_here" in str(missing.value) and "pip install" in missing.value.remedy


@installed
async def test_the_shipped_model_finds_the_nearest_in_meaning() -> None:
    first = sample("a", "How often is the filter cleaned?", "every 40 hours")
    same = sample("b", "After what time must one clean the filter?", "Every forty hours.")
    other = sample("c", "Who signs the form?", "the supervisor")
    settings = {"diversity": {"engine": "minilm"}}
    scores = await remote.reach(Settings(), [first, same, other], {}, settings, {"diversity": "1"})
    assert [one.detail["match"] for one in scores[:2]] == ["b", "a"]
    assert scores[0].value == pytest.approx(scores[1].value, abs=1e-5) and scores[0].value < scores[2].value / 2
    assert minilm.PACKAGE not in sys.modules, "its code is never run"


@installed
async def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "SHA256", "0" * 64)
    with pytest.raises(Missing, match="not those that its authors published"):
        await minilm.vectors("diversity", ["text"])
