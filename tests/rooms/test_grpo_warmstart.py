"""The tokenizer, the structured initialisation and the exercises of the warm start."""

import random

import pytest
import torch

from grpo.config import SmallModel, WarmStart
from grpo.errors import DatasetUnusable
from grpo.model.policy import LlamaPolicy
from grpo.model.tokenizer import build, sorts, words
from grpo.prompt import content, encode, end_tokens
from grpo.ragged import Ragged
from grpo.sampling.swap import Swaps, swapped
from grpo.training.cloze import Exercises, phrases, sentences
from grpo.training.warmstart import WarmUp, small_model
from tests.small_corpus import TRAIN, corpus

TOKENIZER = build([corpus()], 700)


def pieces(text: str) -> list[str]:
    return [str(TOKENIZER.decode(word)) for word in words(TOKENIZER, text)]


def test_the_chat_template_is_the_prompt() -> None:
    messages = [{"role": "user", "content": content("The winch lifts.", "What lifts?")}]
    served = TOKENIZER.apply_chat_template(messages, add_generation_prompt=True, tokenize=True)["input_ids"]
    assert encode(TOKENIZER, " The winch lifts.\n", "What lifts? ") == served
    text = TOKENIZER.decode(served)
    assert text == "<|user|>the winch lifts.\n\nquestion: what lifts?<|assistant|>"
    assert end_tokens(TOKENIZER) == (TOKENIZER.convert_tokens_to_ids("<|end|>"),)


def test_a_blank_is_one_token_wherever_it_stands() -> None:
    for text in ("every ___", "every___", "every ____", "___ weeks"):
        ids = TOKENIZER.encode(text)
        assert sum(TOKENIZER.decode([token]).startswith("___") for token in ids) == 1


def test_words_keep_numbers_whole_and_leave_punctuation_outside() -> None:
    assert pieces(" The keeper's 2,900 weeks, or 0.8.") == [
        " the", " keeper's", " 2,900", " weeks", ",", " or", " 0.8", ".",
    ]  # fmt: skip


def test_no_text_is_refused() -> None:
    with pytest.raises(DatasetUnusable):
        build(["  "])


def test_swaps_are_one_to_one_and_keep_the_sort_of_a_token() -> None:
    swaps = Swaps(TOKENIZER)
    tokens = TOKENIZER.encode(TRAIN[0].passage)
    table = swaps.table(random.Random(1), tokens, 1.0)
    assert len(table) > 5
    assert len(set(table.values())) == len(table)
    assert not set(table.values()) & set(tokens)
    assert all(swaps.sort_of[a] == swaps.sort_of[b] for a, b in table.items())
    assert len(swapped(tokens, table)) == len(tokens)


def exercises() -> Exercises:
    fixed = phrases(TOKENIZER)
    found = sentences(TOKENIZER, (sample.passage for sample in TRAIN))
    return Exercises(found, fixed, Swaps(TOKENIZER, fixed.fixed))


def test_every_exercise_can_be_answered_from_its_passage() -> None:
    drawn = exercises()
    stop = drawn.phrases.stop
    for seed in range(20):
        exercise = drawn.reading(random.Random(seed), 60, 3, 0.8)
        passage = str(TOKENIZER.decode(exercise.prefix))
        for branch, length in zip(exercise.branches, exercise.answers, strict=True):
            answer = branch[-length:]
            assert answer[-len(stop) :] == stop
            assert str(TOKENIZER.decode(answer[: -len(stop)])) in passage
            assert branch[-length - 1] == drawn.phrases.end[-1]


def test_an_exercise_looks_like_a_real_prompt() -> None:
    drawn = exercises()
    exercise = drawn.reading(random.Random(0), 10, 1, 0.0)
    text = str(TOKENIZER.decode(exercise.prefix + exercise.branches[0][: -exercise.answers[0]]))
    passage, question = text.removeprefix("<|user|>").removesuffix("<|assistant|>").split("\n\nquestion:")
    assert encode(TOKENIZER, passage.strip(), question.strip()) == TOKENIZER.encode(
        f"<|user|>{passage.strip()}\n\nquestion: {question.strip()}<|assistant|>"
    )


def copied(policy: LlamaPolicy, drawn: Exercises) -> float:
    """Share of the tokens of random sequences, seen once before, that the network guesses."""
    hits = total = 0
    for seed in range(20):
        exercise = drawn.copying(random.Random(seed), 40, 1)
        sequence = exercise.prefix + exercise.branches[0]
        hidden = policy.network.hidden(Ragged.of([sequence[:1]]), Ragged.of([sequence[1:]]))
        best = policy.network.logits(hidden).argmax(-1)
        length = exercise.answers[0] - 1  # the end token is nothing to copy
        hits += int((best[-length - 2 : -2] == torch.tensor(sequence[-length - 1 : -1])).sum())
        total += length
    return hits / total


def test_structured_initialisation_copies_before_any_training() -> None:
    policy, tokenizer = small_model([corpus()], SmallModel(vocabulary=700), 0)
    fixed = phrases(tokenizer)
    drawn = Exercises([], fixed, Swaps(tokenizer, fixed.fixed))
    assert copied(policy, drawn) > 0.15  # by chance one in 700
    with torch.no_grad():
        for parameter in policy.network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.02, generator=torch.Generator().manual_seed(0))
    assert copied(policy, drawn) < 0.03


def test_an_answer_does_not_end_where_a_word_goes_on() -> None:
    policy, tokenizer = small_model([corpus()], SmallModel(vocabulary=400), 0)
    sort = torch.tensor(sorts(tokenizer))
    embedding = policy.network.model.embed_tokens.weight
    end = embedding[tokenizer.convert_tokens_to_ids("<|end|>")]
    scores = embedding @ end
    assert scores[sort == 1].mean() < scores[sort == 0].mean() - 0.1


def test_a_few_steps_lower_the_answer_loss_and_are_reproducible() -> None:
    config = WarmStart(copy_steps=2, passages=4, questions=2)
    runs = []
    for _ in range(2):
        policy, tokenizer = small_model([corpus()], SmallModel(vocabulary=400, width=64), 0)
        warm = WarmUp.on(policy, tokenizer, [sample.passage for sample in TRAIN], config, 0)
        runs.append([warm.step(step)[0] for step in range(1, 13)])
    assert runs[0] == runs[1]
    assert sum(runs[0][-3:]) < sum(runs[0][2:5])


def test_too_few_sentences_are_refused() -> None:
    policy, tokenizer = small_model([corpus()], SmallModel(vocabulary=400, width=64), 0)
    with pytest.raises(DatasetUnusable):
        WarmUp.on(policy, tokenizer, ["One short sentence of some words."], WarmStart(), 0)
