"""The shared-prefix network computes what ``LlamaForCausalLM`` computes on each whole sequence."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from grpo.errors import ModelNotFound, ModelRefused
from grpo.model.directory import load_model, save_model, shape_of
from grpo.model.hub import HubPolicy
from grpo.model.lora import AdapterOff, adapters, attach
from grpo.model.network import Llama, Shape
from grpo.model.policy import LlamaPolicy, Policy
from grpo.model.tokenizer import build
from grpo.ragged import Ragged
from grpo.sampling.choosing import Sampling
from grpo.sampling.trajectories import generate
from grpo.settings import Lora

PROMPTS = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11, 12, 13, 14], [15, 16, 17]]
BRANCHES = [[20, 21, 22, 23], [24, 25], [26, 27, 28, 29, 30, 31], [32, 33, 34, 35, 36], [37, 38, 39], [40, 41, 42]]
PLAIN = Shape(60, 32, 3, 4, 4, 48, 1e4, 1e-5, attention_bias=True, tied=True)
GROUPED = Shape(60, 32, 2, 4, 2, 48, 1e4, 1e-5, attention_bias=False, tied=False)


def network(shape: Shape) -> Llama:
    made = Llama(shape)
    chance = torch.Generator().manual_seed(3)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=chance)
    return made


def peer(own: Llama) -> LlamaForCausalLM:
    s = own.shape
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=s.vocabulary,
            hidden_size=s.width,
            num_hidden_layers=s.layers,
            num_attention_heads=s.heads,
            num_key_value_heads=s.kv_heads,
            intermediate_size=s.feedforward,
            rms_norm_eps=s.epsilon,
            rope_parameters={"rope_type": "default", "rope_theta": s.theta},
            attention_bias=s.attention_bias,
            tie_word_embeddings=s.tied,
            attn_implementation="eager",
        )
    )
    state = own.state_dict()
    if s.tied:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state)
    return model


def plain_logprobs(model: torch.nn.Module, prompts: list[list[int]], branches: list[list[int]]) -> Tensor:
    """Every prompt repeated for every branch, nothing shared."""
    found = []
    for row, branch in enumerate(branches):
        prompt = prompts[row * len(prompts) // len(branches)]
        logits = model(torch.tensor([prompt + branch])).logits[0].log_softmax(-1)
        found += [logits[len(prompt) + at, branch[at + 1]] for at in range(len(branch) - 1)]
    return torch.stack(found)


@pytest.mark.parametrize("shape", [PLAIN, GROUPED])
def test_logits_and_gradients_of_shared_prefix_equal_the_plain_path(shape: Shape) -> None:
    own = network(shape)
    other = peer(own).double()
    policy = LlamaPolicy(own.double())
    branches = Ragged.of(BRANCHES)
    shared = policy.logprobs(Ragged.of(PROMPTS), branches, branches.lengths - 1)
    plain = plain_logprobs(other, PROMPTS, BRANCHES)
    # The loss is taken in float32 on both sides of the network's own double precision.
    torch.testing.assert_close(shared.double(), plain, rtol=0, atol=2e-6)
    shared.double().sum().backward()  # type: ignore[no-untyped-call]
    plain.sum().backward()  # type: ignore[no-untyped-call]
    gradients = {name: p.grad for name, p in other.named_parameters()}
    for name, parameter in own.named_parameters():
        expected = gradients[name]
        assert expected is not None and parameter.grad is not None
        torch.testing.assert_close(parameter.grad, expected, rtol=1e-5, atol=1e-5 * float(expected.abs().max()))


@pytest.mark.parametrize("shape", [PLAIN, GROUPED])
def test_single_precision_gradients_are_the_plain_paths_to_five_digits(shape: Shape) -> None:
    own = network(shape)
    other = peer(own).double()
    branches = Ragged.of(BRANCHES)
    LlamaPolicy(own).logprobs(Ragged.of(PROMPTS), branches, branches.lengths - 1).sum().backward()  # type: ignore[no-untyped-call]
    plain_logprobs(other, PROMPTS, BRANCHES).sum().backward()  # type: ignore[no-untyped-call]
    gradients = {name: p.grad for name, p in other.named_parameters()}
    for name, parameter in own.named_parameters():
        expected = gradients[name]
        assert expected is not None and parameter.grad is not None
        assert float((parameter.grad.double() - expected).norm()) <= 1e-5 * float(expected.norm()), name


def test_only_the_wanted_tail_is_scored() -> None:
    policy = LlamaPolicy(network(PLAIN))
    prompts, branches = Ragged.of(PROMPTS), Ragged.of(BRANCHES)
    whole = policy.logprobs(prompts, branches, branches.lengths - 1).split((branches.lengths - 1).tolist())
    tail = torch.tensor([1, 1, 3, 2, 2, 1])
    expected = torch.cat([row[-int(count) :] for row, count in zip(whole, tail, strict=True)])
    torch.testing.assert_close(policy.logprobs(prompts, branches, tail), expected)


@pytest.mark.parametrize("hub", [False, True])
def test_decoding_gives_the_scores_of_whole_sequences_after_rows_were_dropped(hub: bool) -> None:
    own = network(PLAIN)
    model = peer(own)
    policy: Policy = HubPolicy(model) if hub else LlamaPolicy(own)
    decoder = policy.decoder(Ragged.of(PROMPTS), 2, 4)
    feed = torch.tensor([branch[0] for branch in BRANCHES])
    decoder.step(feed, torch.arange(6))
    kept = decoder.keep(torch.tensor([False, True, True, True, False, False]))
    assert {1, 2, 3} <= set(kept.tolist())
    logits = decoder.step(torch.tensor([branch[1] for branch in BRANCHES])[kept], torch.arange(len(kept)))
    for row, origin in enumerate(kept.tolist()):
        whole = model(torch.tensor([PROMPTS[origin // 2] + BRANCHES[origin][:2]])).logits[0, -1]
        torch.testing.assert_close(logits[row], whole, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("hub", [False, True])
def test_sampling_logprobs_are_those_of_the_training_forward(hub: bool) -> None:
    own = network(PLAIN)
    policy: Policy = HubPolicy(peer(own)) if hub else LlamaPolicy(own)
    prompts = Ragged.of([[1, *prompt] for prompt in PROMPTS])
    rolled = generate(policy, prompts, 4, Sampling(6, 0.7), {3, 4, 5, 6}, torch.Generator().manual_seed(0))
    shared = Ragged.of([row[:-1] for row in prompts.lists()])
    rows = rolled.completions.lists()
    starts = [prompts.lists()[row // 4][-1] for row in range(12)]
    branches = Ragged.of([[start, *row] for start, row in zip(starts, rows, strict=True)])
    again = policy.logprobs(shared, branches, rolled.completions.lengths, 0.7)
    torch.testing.assert_close(again, rolled.logprobs, rtol=1e-4, atol=1e-4)
    for row, ended in zip(rows, rolled.ended.tolist(), strict=True):
        assert ended == (row[-1] in {3, 4, 5, 6})
        assert not {3, 4, 5, 6} & set(row[:-1])
        assert ended or len(row) == 6
    assert 0 < int(rolled.ended.sum()) < 12


def test_dropping_ended_rows_changes_nothing_for_the_others() -> None:
    policy = LlamaPolicy(network(PLAIN))
    prompts = Ragged.of([[1, *prompt] for prompt in PROMPTS])
    free = generate(policy, prompts, 8, Sampling(10), set(), torch.Generator().manual_seed(1)).completions.lists()
    ends = {7, 8, 9, 10, 11, 12, 13, 14}
    cut = generate(policy, prompts, 8, Sampling(10), ends, torch.Generator().manual_seed(1)).completions.lists()
    assert cut == [row[: next((at for at, t in enumerate(row) if t in ends), 9) + 1] for row in free]


def test_a_saved_model_is_an_ordinary_transformers_directory(tmp_path: Path) -> None:
    tokenizer = build(["the winch lifts the sonde twice a day"], 300)
    own = network(Shape(len(tokenizer), 32, 2, 4, 4, 48))
    save_model(LlamaPolicy(own), tokenizer, tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert isinstance(model, LlamaForCausalLM)
    ids = torch.tensor([AutoTokenizer.from_pretrained(tmp_path)("the winch")["input_ids"]])
    policy, again = load_model(tmp_path)
    assert isinstance(policy, LlamaPolicy)
    assert again("the winch")["input_ids"] == ids[0].tolist()
    expected = model(ids).logits.log_softmax(-1)[0, -2, ids[0, -1]]
    scored = policy.logprobs(Ragged.of([ids[0, :-2].tolist()]), Ragged.of([ids[0, -2:].tolist()]), torch.tensor([1]))
    torch.testing.assert_close(scored[0], expected, rtol=1e-4, atol=1e-5)


def test_other_architectures_go_to_transformers() -> None:
    assert shape_of({"model_type": "qwen3"}) is None
    scaled = {"model_type": "llama", "rope_parameters": {"rope_type": "yarn", "rope_theta": 1.0}}
    assert shape_of(scaled) is None


@pytest.mark.parametrize("name", ["/nowhere/at/all", "./nothing", "a/b/c"])
def test_a_path_that_does_not_exist_is_a_typed_error(name: str) -> None:
    with pytest.raises(ModelNotFound) as refused:
        load_model(name)
    assert refused.value.code == "MODEL_NOT_FOUND"
    assert refused.value.field == "base_model"
    assert name in refused.value.message


def test_a_directory_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelRefused) as refused:
        load_model(tmp_path)
    assert "pytorch_model.bin" in refused.value.message and "safetensors" in refused.value.message
    assert "save_pretrained" in (refused.value.remedy or "")


@pytest.mark.parametrize("chunk", [1, 4, 100])
def test_chunked_scores_of_a_hub_model_are_the_whole_ones(chunk: int) -> None:
    policy = HubPolicy(peer(network(GROUPED)))
    branches = Ragged.of(BRANCHES)
    given = (Ragged.of(PROMPTS), branches, branches.lengths - 1, 0.7, True)
    whole, chunked = policy.scores(*given), policy.scores(*given, chunk)
    assert whole.entropy is not None and chunked.entropy is not None
    torch.testing.assert_close(chunked.logprobs, whole.logprobs)
    torch.testing.assert_close(chunked.entropy, whole.entropy)


def test_adapters_on_a_hub_model_are_merged_when_it_is_saved(tmp_path: Path) -> None:
    tokenizer = build(["a small text about pumps and valves"], 300)
    torch.manual_seed(0)
    shape = GPT2Config(vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, eos_token_id=tokenizer.eos_token_id)
    policy = HubPolicy(GPT2LMHeadModel(shape))
    attach(policy.module, Lora(2, targets="c_attn"), torch.Generator().manual_seed(0))
    for adapter in adapters(policy.module).values():
        torch.nn.init.normal_(adapter.up, std=0.3)
    branches = Ragged.of(BRANCHES)
    given = (Ragged.of(PROMPTS), branches, branches.lengths - 1)
    save_model(policy, tokenizer, tmp_path / "model")
    loaded, _ = load_model(tmp_path / "model")
    with torch.no_grad():
        torch.testing.assert_close(loaded.logprobs(*given), policy.logprobs(*given))
        assert not torch.allclose(AdapterOff(policy).logprobs(*given), policy.logprobs(*given), atol=1e-3)
