"""A small model that is trained here, behind `transformers serve --continuous-batching` and in a process of the room's.

The model has learned the replies about two passages by heart, and nothing else: what it says of a third one is no JSON.
That server ignores `response_format`; no key, no schema and no seed of ours makes it answer better.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from processors.generation.asking import Answer, Harvest, harvest
from processors.generation.came import Got
from processors.generation.endpoint import Endpoint, Patience
from processors.generation.limits import LOCAL
from processors.generation.local import Local, LocalFailed
from processors.generation.passage import Passage
from processors.generation.prompt import Question, Topic, ask
from processors.generation.recipe import Part, Recipe
from streams import egress
from tests.ports import free_port
from tests.tiny_model import TEMPLATE

PAGES = {
    "The reserve pump starts below nine metres.": ("When does the reserve pump start?", "below nine metres"),
    "A keeper looks after eight stations.": ("How many stations has a keeper?", "eight stations"),
}
STRANGE = "Ducks appreciate the harvest of mussels."
SHORT = "Write {{ count }} question. Passage:\n{{ passage }}\n\nReply with JSON"
CONTEXT = 160


def topic(text: str) -> Topic:
    return Topic((Passage("d", "s", "Title", text[:8], 0, text),), Part("llm", 1, SHORT))


RECIPE = Recipe("tiny", (Part("llm", 3, SHORT),), "endpoint", "", "tiny", max_tokens=64)


def learned(directory: Path) -> Path:
    """A model that answers the requests about both pages, as a Hugging Face directory."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    bodies = [ask(RECIPE, topic(text), 1, 0).body["messages"] for text in PAGES]
    replies = [
        json.dumps({"items": [{"question": question, "answer": answer, "quote": text}]}, separators=(",", ":"))
        for text, (question, answer) in PAGES.items()
    ]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=marks, initial_alphabet=letters, show_progress=False)
    tokenizer.train_from_iterator([message["content"] for body in bodies for message in body] + replies, trainer)
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="<|pad|>", eos_token="<|end|>", chat_template=TEMPLATE
    )
    wrapped.save_pretrained(directory)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=CONTEXT, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    pairs = []
    for body, reply in zip(bodies, replies, strict=True):
        text = wrapped.apply_chat_template(body, tokenize=False, add_generation_prompt=True)
        prompt, rest = tokenizer.encode(str(text)).ids, [*tokenizer.encode(reply).ids, 1]
        assert len(prompt) + len(rest) < CONTEXT
        pairs.append((torch.tensor([prompt + rest]), torch.tensor([[-100] * len(prompt) + rest])))
    for _ in range(400):
        loss = torch.stack([model(input_ids=ids, labels=labels).loss for ids, labels in pairs]).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.01:
            break
    assert loss.item() < 0.01, "the model has not learned its replies"
    model.save_pretrained(directory)
    return directory


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learned(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recipe]:
    """A recipe that asks the server, once it answers."""
    port = free_port()
    program = str(Path(sys.executable).with_name("transformers"))
    # Without bounds its cache takes most of the memory that the machine has.
    cache = ["--cb-block-size", "16", "--cb-num-blocks", "64", "--cb-max-batch-tokens", "256"]
    options = ["--continuous-batching", *cache, "--device", "cpu", "--dtype", "float32", "--port", str(port)]
    log = tmp_path_factory.mktemp("log") / "serve.log"
    with (
        log.open("w") as out,
        subprocess.Popen([program, "serve", str(model), *options], stdout=out, stderr=out) as process,
    ):
        try:
            while not healthy(port):
                assert process.poll() is None, log.read_text()[-4000:]
                time.sleep(0.2)
            yield replace(RECIPE, endpoint=f"http://127.0.0.1:{port}/v1", model=str(model))
        finally:
            process.terminate()
            process.wait(20)


def healthy(port: int) -> bool:
    """Whether the server says that it is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def asked(recipe: Recipe, *texts: str) -> Harvest:
    """What comes of one question about each text."""

    async def going_on() -> bool:
        return True

    async with egress.session(True) as session, aclosing(Local()) as local:
        endpoint = Endpoint(session, True, patience=Patience(tries=2, first_pause=0.05), local=local)

        async def reach(question: Question, topic: Topic, count: int, attempt: int) -> Answer:
            came = await endpoint.ask(recipe.endpoint, question.body)
            return Answer(came.raw, "") if isinstance(came, Got) else Answer(b"", "", came.reason, came.detail)

        def make(topic: Topic, count: int, attempt: int) -> Question:
            return ask(recipe, topic, count, attempt)

        return await harvest([topic(text) for text in texts], len(texts), 0.0, make, reach, going_on)


async def test_what_the_model_knows_becomes_samples_with_their_quotes(server: Recipe) -> None:
    found = await asked(server, *PAGES)
    assert {(one.candidate.question, one.candidate.answer) for one in found.samples} == set(PAGES.values()), found
    assert {one.candidate.quote for one in found.samples} == set(PAGES)
    assert all(reply.content and reply.content.tokens_out > 0 for reply in found.replies)


async def test_what_it_does_not_know_is_a_reason_and_no_sample(server: Recipe) -> None:
    found = await asked(server, STRANGE)
    assert not found.samples and found.aside.total() >= 1 and not found.aside["endpoint_unreachable"], found


async def test_a_prompt_beyond_its_context_is_no_sample_either(server: Recipe) -> None:
    found = await asked(server, "The reserve pump starts below nine metres. " * 40)
    assert not found.samples and found.aside.total() >= 1 and not found.aside["endpoint_unreachable"], found


async def test_the_same_model_beside_the_room_keeps_to_the_schema(model: Path) -> None:
    found = await asked(replace(RECIPE, endpoint=LOCAL, model=str(model)), *PAGES)
    assert {(one.candidate.question, one.candidate.answer) for one in found.samples} == set(PAGES.values()), found
    assert all(reply.content and reply.content.tokens_in and reply.content.tokens_out for reply in found.replies)


SCHEMA = {
    "type": "object",
    "properties": {"sure": {"type": "boolean"}, "shelf": {"enum": ["upper", "lower"]}},
    "required": ["sure", "shelf"],
    "additionalProperties": False,
}


def request(model: Path, **more: object) -> dict[str, object]:
    return {
        "model": str(model), "messages": [{"role": "user", "content": STRANGE}], "max_tokens": 60, "seed": 1,
        "response_format": {"type": "json_schema", "json_schema": {"name": "items", "schema": SCHEMA}}, **more,
    }  # fmt: skip


async def test_guidance_gives_what_the_model_never_learned_and_a_killed_model_comes_back(model: Path) -> None:
    async with aclosing(Local()) as local:
        for temperature in (0.0, 2.0):
            choice = json.loads(await local.ask(request(model, temperature=temperature)))["choices"][0]
            told = json.loads(choice["message"]["content"])
            assert isinstance(told["sure"], bool) and told["shelf"] in ("upper", "lower") and len(told) == 2
            assert choice["finish_reason"] == "stop"
        free = json.loads(await local.ask(request(model, response_format=None)))["choices"][0]["message"]["content"]
        with pytest.raises((ValueError, KeyError, TypeError)):  # without a guide it says what it likes
            assert json.loads(free)["shelf"] in ("upper", "lower")
        bad = {"type": "json_schema", "json_schema": {"name": "items", "schema": {"type": "nonsense"}}}
        for strange in (bad, {"type": "json_schema"}, {"type": "xml"}, "json"):
            error = json.loads(await local.ask(request(model, response_format=strange)))["error"]
            assert (error["code"], error["param"]) == ("bad_schema", "response_format")
        assert local.process
        local.process.kill()
        with pytest.raises(LocalFailed) as failed:
            await local.ask(request(model))
        assert not failed.value.final
        assert "choices" in json.loads(await local.ask(request(model)))


async def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = await asked(replace(RECIPE, endpoint=LOCAL, model=str(tmp_path)), *PAGES)
    assert found.aside == {"endpoint_refused_request": 2} and str(tmp_path) in found.detail, found
