"""A tiny real model: generation against transformers' own, streaming, stops, queue, eviction, the shelf's manifest."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from serving.chat import ChatError, ChatRequest
from serving.engine import Engine, Limits
from serving.loaded import Loaded, Piece
from serving.sampling import Sampling, pick, sendable
from serving.shelf import read_manifest
from tests.tiny_model import save


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def tiny(directory: Path) -> Loaded:
    return Loaded(directory, "tiny@0.1.0")


MESSAGES = [("user", "the reserve pump starts\n\nquestion: what starts ?")]


def pieces_of(tiny: Loaded, sampling: Sampling, on: Callable[[Piece], None] | None = None) -> list[Piece]:
    found: list[Piece] = []
    ids, _ = tiny.prompt(MESSAGES, None)
    tiny.generate(ids, sampling, lambda piece: (found.append(piece), on and on(piece)), threading.Event())  # type: ignore[func-returns-value,arg-type]
    return found


def text(pieces: list[Piece], index: int = 0) -> str:
    return "".join(piece.text for piece in pieces if piece.index == index)


def test_greedy_is_what_transformers_generates(tiny: Loaded) -> None:
    ids, _ = tiny.prompt(MESSAGES, None)
    theirs = tiny.model.generate(torch.tensor([ids]), max_new_tokens=24, do_sample=False)[0, len(ids) :]
    expected = tiny.tokenizer.decode(theirs, skip_special_tokens=True).lstrip()
    assert text(pieces_of(tiny, Sampling(0.0, limit=24))) == expected


def test_a_seed_repeats_and_another_differs(tiny: Loaded) -> None:
    one, two, three = (text(pieces_of(tiny, Sampling(limit=24, seed=seed))) for seed in (1, 1, 2))
    assert one == two != three


def test_choices_are_independent_and_each_ends_once(tiny: Loaded) -> None:
    pieces = pieces_of(tiny, Sampling(limit=16, seed=5, n=3))
    assert len({text(pieces, index) for index in range(3)}) == 3
    assert [sum(1 for piece in pieces if piece.index == index and piece.reason) for index in range(3)] == [1, 1, 1]


def test_a_stop_sequence_is_cut_and_never_shown(tiny: Loaded) -> None:
    whole = text(pieces_of(tiny, Sampling(0.0, limit=24)))
    stop = whole[6:9]
    pieces = pieces_of(tiny, Sampling(0.0, limit=24, stop=(stop,)))
    assert text(pieces) == whole[: whole.index(stop)] and pieces[-1].reason == "stop"


def test_the_limit_ends_with_length(tiny: Loaded) -> None:
    pieces = pieces_of(tiny, Sampling(0.0, limit=3))
    assert pieces[-1].reason in ("length", "stop") and pieces[-1].tokens <= 3


def test_a_cancelled_generation_ends(tiny: Loaded) -> None:
    cancelled, found = threading.Event(), list[Piece]()
    ids, _ = tiny.prompt(MESSAGES, None)

    def emit(piece: Piece) -> None:
        found.append(piece)
        cancelled.set()

    tiny.generate(ids, Sampling(limit=200, seed=1), emit, cancelled)
    assert found[-1].tokens < 20


def test_a_prompt_that_does_not_fit_is_refused(tiny: Loaded) -> None:
    with pytest.raises(ChatError) as refused:
        tiny.prompt([("user", "pump " * 300)], None)
    assert (refused.value.status, refused.value.code, refused.value.param) == (
        400,
        "context_length_exceeded",
        "messages",
    )


def test_the_answer_is_limited_by_the_context(tiny: Loaded) -> None:
    ids, limit = tiny.prompt(MESSAGES, 100_000)
    assert len(ids) + limit == tiny.context


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_broken_directory_is_a_typed_error(directory: Path, tmp_path: Path, name: str) -> None:
    for path in directory.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes() if path.name != name else b"{not what it was")
    with pytest.raises(ChatError) as refused:
        Loaded(tmp_path, "tiny@0.1.0")
    assert (refused.value.status, refused.value.code) == (503, "model_broken")


def test_versions_that_load_at_once_are_whole(directory: Path) -> None:
    loaded: list[Loaded] = []
    threads = [threading.Thread(target=lambda: loaded.append(Loaded(directory, "tiny"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 4
    for one in loaded:
        assert one.model.lm_head.weight.data_ptr() == one.model.model.embed_tokens.weight.data_ptr()


def test_missing_weights_are_not_made_up(directory: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(directory, tmp_path, dirs_exist_ok=True)
    weights = load_file(tmp_path / "model.safetensors")
    weights.pop("model.norm.weight")
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ChatError, match=r"model\.norm\.weight"):
        Loaded(tmp_path, "tiny")


def test_pickled_weights_are_not_loaded(directory: Path, tmp_path: Path) -> None:
    for path in directory.iterdir():
        if path.name != "model.safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(ChatError, match="safetensors"):
        Loaded(tmp_path, "tiny@0.1.0")


def test_nucleus_keeps_the_fewest_likeliest() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(2000, 1)
    seen = set(pick(logits, Sampling(top_p=0.8), torch.Generator().manual_seed(0)).tolist())
    assert seen == {0, 1}
    seen = set(pick(logits, Sampling(top_p=0.81), torch.Generator().manual_seed(0)).tolist())
    assert seen == {0, 1, 2}


@given(st.text("ab\ufffd", max_size=30), st.lists(st.text("ab", min_size=1, max_size=4), max_size=3))
def test_streaming_shows_what_the_whole_text_shows(whole: str, stops: list[str]) -> None:
    """Fed a character at a time, what is sent never runs past the first stop sequence and is never taken back."""
    sent, stopped = 0, False
    for end in range(1, len(whole) + 1):
        reached, stopped = sendable(whole[:end], sent, stops)
        assert reached >= sent
        sent = reached
        if stopped:
            break
    ends = [at for at in (whole.find(stop) for stop in stops) if at >= 0]
    assert stopped == bool(ends)
    if stopped:
        first = min(at + len(stop) for stop in stops if (at := whole.find(stop)) >= 0)
        assert sent <= first and not any(stop in whole[:sent] for stop in stops)
    else:
        held = whole[sent:].rstrip("\ufffd")
        assert len(held) <= sum(len(stop) - 1 for stop in stops)


def ask(limit: int = 8, **more: object) -> ChatRequest:
    messages = [{"role": "user", "content": MESSAGES[0][1]}]
    return ChatRequest.model_validate({"model": "tiny@0.1.0", "messages": messages, "max_tokens": limit, **more})


def engine(directory: Path, limits: Limits) -> tuple[Engine, list[str]]:
    fetched: list[str] = []

    async def fetch(manifest: str) -> Path:
        fetched.append(manifest)
        await asyncio.sleep(0.01)
        if manifest == "t/missing":
            raise ChatError(503, "model_missing", "gone")
        return directory

    return Engine(fetch, limits), fetched


async def answer_of(running: Engine, manifest: str, asked: ChatRequest) -> str:
    answer = await running.start(manifest, f"{manifest}@1", asked)
    return "".join([piece.text async for piece in answer])


async def test_many_calls_load_a_version_once_and_agree(directory: Path) -> None:
    running, fetched = engine(directory, Limits(threads=2))
    texts = await asyncio.gather(*(answer_of(running, "t/a", ask(temperature=0)) for _ in range(6)))
    assert len(set(texts)) == 1 and fetched == ["t/a"]
    assert running.active == 0


async def test_the_least_recently_used_version_leaves(directory: Path) -> None:
    running, fetched = engine(directory, Limits(loaded=2))
    for manifest in ("t/a", "t/b", "t/a", "t/c"):
        await answer_of(running, manifest, ask())
    assert running.loaded == ["t/a@1", "t/c@1"]
    await answer_of(running, "t/a", ask())
    assert fetched == ["t/a", "t/b", "t/c"]


async def test_a_version_that_failed_to_load_is_tried_again(directory: Path) -> None:
    running, fetched = engine(directory, Limits())
    for _ in range(2):
        with pytest.raises(ChatError, match="gone"):
            await running.start("t/missing", "missing@1", ask())
    assert fetched == ["t/missing"] * 2 and running.active == 0


async def test_a_full_queue_answers_429_with_a_time(directory: Path) -> None:
    running, _ = engine(directory, Limits(queue=2, threads=1))
    answers = [await running.start("t/a", "a@1", ask(200)) for _ in range(3)]
    with pytest.raises(ChatError) as refused:
        await running.start("t/a", "a@1", ask())
    assert refused.value.status == 429 and (refused.value.retry_after or 0) >= 1
    for answer in answers:
        answer.close()
        async for _ in answer:
            pass
    assert await answer_of(running, "t/a", ask())


def manifest(**changes: object) -> bytes:
    files = {
        name: {"blob": f"acme/{digit * 64}", "sha256": digit * 64, "size": 10}
        for name, digit in (("config.json", "a"), ("model.safetensors", "b"), ("tokenizer.json", "c"))
    }
    return json.dumps({"version": 1, "files": {**files, **changes}}).encode()


def test_a_manifest_names_files_and_blobs() -> None:
    assert read_manifest(manifest(), "acme", 1000)["config.json"] == "acme/" + "a" * 64


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"[]", "not a manifest"),
        (b"{}", "not a manifest"),
        (b"\xff", "decode"),
        (json.dumps({"files": {}}).encode(), "needs config.json"),
        (manifest(**{"../x.json": {"blob": "acme/d", "sha256": "d", "size": 1}}), "may not be"),
        (manifest(**{"code.py": {"blob": "acme/d", "sha256": "d", "size": 1}}), "may not be"),
        (manifest(**{"pytorch_model.bin": {"blob": "acme/d", "sha256": "d", "size": 1}}), "may not be"),
        (manifest(**{"more.json": {"blob": "other/d", "sha256": "d", "size": 1}}), "another tenant"),
        (manifest(**{"more.json": {"blob": "acme/e", "sha256": "d", "size": 1}}), "another digest"),
        (manifest(**{"more.json": {"blob": "acme/d", "sha256": "d", "size": 5000}}), "more than"),
    ],
)
def test_a_bad_manifest_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_manifest(data, "acme", 1000)
