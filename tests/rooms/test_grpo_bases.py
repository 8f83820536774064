"""Base models: what is loaded, and what is refused with a way out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from grpo.errors import ModelNotFound, ModelRefused, TokenizerMismatch
from grpo.model.bases import load_base
from grpo.model.directory import save_model
from grpo.model.network import Llama, Shape
from grpo.model.origin import pinned
from grpo.model.policy import LlamaPolicy
from grpo.model.tokenizer import build
from grpo.prompt import encode

TEMPLATE = "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}{% endfor %}[answer]"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def saved(path: Path, rows: int = 0) -> Path:
    """A model of this package with its tokenizer; ``rows`` of the embedding, or as many as the tokenizer has."""
    tokenizer = build(["the winch lifts the sonde twice a day"], 300)
    torch.manual_seed(0)
    save_model(LlamaPolicy(Llama(Shape(rows or len(tokenizer), 32, 2, 4, 4, 48))), tokenizer, path)
    return path


def changed(path: Path, **values: object) -> None:
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, **values}))


def hub_model(path: Path) -> Path:
    tokenizer = build(["the winch lifts the sonde twice a day"], 300)
    torch.manual_seed(0)
    shape = GPT2Config(vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, eos_token_id=tokenizer.eos_token_id)
    GPT2LMHeadModel(shape).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def test_a_template_of_the_tokenizer_is_used(tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE)
    _, tokenizer = load_base(str(tmp_path))
    assert tokenizer.decode(encode(tokenizer, "a b", "c?")) == "[user] a b\n\nquestion: c?[answer]"


def test_rows_to_spare_are_padding(tmp_path: Path) -> None:
    load_base(str(saved(tmp_path, rows=1024)))


def other_tokenizer(path: Path) -> None:
    build(["entirely other words about pumps, valves and reservoirs at the river"], 340).save_pretrained(path)


def no_end(path: Path) -> None:
    changed(path / "tokenizer_config.json", eos_token=None)


def other_end(path: Path) -> None:
    changed(path / "tokenizer_config.json", eos_token="<|user|>")


def template(text: str) -> Callable[[Path], None]:
    return lambda path: (path / "chat_template.jinja").write_text(text) and None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_tokenizer, "embedding has"),
        (no_end, "no end token"),
        (other_end, "the model's is"),
        (template("{{ messages[0]['content'].nothing() }}"), "cannot be filled"),
        (template("{{ raise_exception('system first') }}"), "system first"),
        (template("always the same"), "leaves out"),
    ],
)
def test_a_tokenizer_that_does_not_fit_is_refused(tmp_path: Path, change: Callable[[Path], None], reason: str) -> None:
    saved(tmp_path)
    change(tmp_path)
    with pytest.raises(TokenizerMismatch) as refused:
        load_base(str(tmp_path))
    assert reason in refused.value.message
    assert (refused.value.code, refused.value.field) == ("TOKENIZER_MISMATCH", "base_model")
    assert refused.value.remedy


def test_a_tokenizer_far_smaller_than_its_model_is_anothers(tmp_path: Path) -> None:
    with pytest.raises(TokenizerMismatch) as refused:
        load_base(str(saved(tmp_path, rows=4000)))
    assert "another model" in refused.value.message


def test_either_end_of_a_model_will_do(tmp_path: Path) -> None:
    saved(tmp_path)
    _, tokenizer = load_base(str(tmp_path))
    changed(tmp_path / "config.json", eos_token_id=7)
    changed(tmp_path / "generation_config.json", eos_token_id=[7, tokenizer.eos_token_id])
    load_base(str(tmp_path))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.gguf"])
def test_only_safetensors_are_read(tmp_path: Path, name: str) -> None:
    (saved(tmp_path) / "model.safetensors").rename(tmp_path / name)
    with pytest.raises(ModelRefused) as refused:
        load_base(str(tmp_path))
    assert name in refused.value.message
    assert ("pickle" in refused.value.message) == (name != "model.gguf")
    assert "save_pretrained" in (refused.value.remedy or "")


def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path) -> None:
    hub_model(tmp_path)
    changed(
        tmp_path / "config.json",
        model_type="strange",
        auto_map={"AutoConfig": "code.C", "AutoModelForCausalLM": "code.M"},
    )
    (tmp_path / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(ModelRefused) as refused:
        load_base(str(tmp_path))
    assert "code of its own" in refused.value.message
    assert not (tmp_path / "ran").exists()


def test_weights_that_are_not_there_are_not_drawn_at_random(tmp_path: Path) -> None:
    hub_model(tmp_path)
    changed(tmp_path / "config.json", n_layer=3)
    with pytest.raises(ModelRefused) as refused:
        load_base(str(tmp_path))
    assert "lacks" in refused.value.message and "h.2" in refused.value.message


def test_broken_weights_are_a_typed_error(tmp_path: Path) -> None:
    (hub_model(tmp_path) / "model.safetensors").write_bytes(b"no such thing")
    with pytest.raises(ModelNotFound):
        load_base(str(tmp_path))


def test_a_hub_id_may_name_its_revision(tmp_path: Path) -> None:
    assert pinned("org/name@v2") == {"pretrained_model_name_or_path": "org/name", "revision": "v2"}
    assert pinned("org/name") == {"pretrained_model_name_or_path": "org/name"}
    (tmp_path / "a@b").mkdir()
    assert pinned(str(tmp_path / "a@b")) == {"pretrained_model_name_or_path": str(tmp_path / "a@b")}


def test_without_a_template_there_is_a_plain_one(tmp_path: Path) -> None:
    (hub_model(tmp_path) / "chat_template.jinja").unlink()
    _, tokenizer = load_base(str(tmp_path))
    assert tokenizer.decode(encode(tokenizer, "a b", "c?")).endswith("question: c?\nanswer:")
