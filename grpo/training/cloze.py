"""Self-made reading exercises from plain sentences: the questions of the warm start.

No real sample is used. A passage is a handful of sentences in random order; a question repeats words from around a
span, the answer is the span. In most passages tokens are swapped for random ones, consistently, so that the answer can
only be read there and never be remembered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from grpo.model.tokenizer import BLANKS, words
from grpo.prompt import QUESTION, encode
from grpo.sampling.swap import Swaps, swapped

Word = list[int]

# Words before which a phrase may end, and with which it does not.
SMALL_WORDS = (
    "the a an of in on at by for to from with and or but as if when while because so that which who whose is are was "
    "were be been has have had can may must shall should will would do does did not it its they their this these those"
)


@dataclass(frozen=True)
class Exercise:
    """One passage (``prefix`` tokens) with several branches; ``answers[i]`` tokens end ``branches[i]``."""

    prefix: list[int]
    branches: list[list[int]]
    answers: list[int]


@dataclass(frozen=True)
class Phrases:
    """Fixed token sequences around passage, question and answer, read off the tokenizer's own chat template."""

    start: list[int]
    between: list[int]
    end: list[int]
    stop: list[int]
    cloze: list[list[int]]
    what: list[list[int]]
    blanks: list[list[int]]
    question_mark: list[int]
    small: frozenset[tuple[int, ...]]
    fixed: frozenset[int]


def phrases(tokenizer: PreTrainedTokenizerBase) -> Phrases:
    """Split the encoded prompt of a dummy passage and question into its constant parts."""

    def tokens(text: str) -> list[int]:
        return [token for word in words(tokenizer, text) for token in word]

    probe = encode(tokenizer, "passage", "question")
    passage, question = tokens("passage"), tokens(" question")
    at = find(probe, passage)
    after = len(probe) - 1 - find(probe[::-1], question[::-1]) + 1
    start, end = probe[:at], probe[after:]
    between = probe[at + len(passage) : after - len(question)]
    stop = [tokenizer.eos_token_id] if isinstance(tokenizer.eos_token_id, int) else []
    cloze = [tokens(f" {lead}") for lead in ("Fill in:", "Fill in the blank:", "Complete the rule:", "Complete:")]
    what = [tokens(f" {lead}") for lead in ("What is", "What are", "What does", "What must", "What shall", "What")]
    blanks, mark = [tokens(f" {blank}") for blank in BLANKS], tokens("?")
    fixed = frozenset(start + between + end + stop + flat(blanks) + mark + tokens(".,:;()\"'-") + tokens(QUESTION))
    small = frozenset(tuple(tokens(f" {word}")) for word in SMALL_WORDS.split())
    return Phrases(start, between, end, stop, cloze, what, blanks, mark, small, fixed)


def find(sequence: Sequence[int], part: Sequence[int]) -> int:
    for start in range(len(sequence) - len(part) + 1):
        if list(sequence[start : start + len(part)]) == list(part):
            return start
    raise ValueError("the chat template does not repeat the message text as it is")


def sentences(tokenizer: PreTrainedTokenizerBase, passages: Iterable[str], longest: int = 40) -> list[list[Word]]:
    """Distinct sentences of 6 to ``longest`` words as lists of words, each word a list of token ids."""
    seen: dict[str, None] = {}
    for passage in passages:
        for sentence in re.split(r"(?<=[.!?])\s+", passage):
            if 6 <= len(sentence.split()) <= longest:
                seen.setdefault(sentence.strip())
    return [words(tokenizer, " " + sentence) for sentence in seen]


class Exercises:
    """Draws exercises; all randomness comes from the ``random.Random`` that is passed in."""

    def __init__(self, sentences: list[list[Word]], phrases: Phrases, swaps: Swaps) -> None:
        self.sentences, self.phrases, self.swaps = sentences, phrases, swaps
        self.vocabulary = [token for sort in swaps.sorts for token in sort]

    def copying(self, rng: random.Random, length: int, questions: int) -> Exercise:
        """Random tokens; a branch repeats three of them in order and goes on with those that followed."""
        tokens = rng.sample(self.vocabulary, min(length, len(self.vocabulary)))
        branches, answers = [], []
        for _ in range(questions):
            start = rng.randrange(3, len(tokens) - 6)
            answer = tokens[start : start + rng.randint(2, 6)] + self.phrases.stop
            branches.append(self.phrases.between + tokens[start - 3 : start] + answer)
            answers.append(len(answer))
        return Exercise(self.phrases.start + tokens, branches, answers)

    def reading(self, rng: random.Random, size: float, questions: int, swap: float) -> Exercise:
        """Cloze and "what" questions on a passage of about ``size`` tokens; a share ``swap`` of them recoded."""
        chosen: list[list[Word]] = []
        total = 0
        while total < size:
            sentence = rng.choice(self.sentences)
            chosen.append(sentence)
            total += sum(map(len, sentence))
        if rng.random() < swap:
            table = self.swaps.table(rng, [t for sentence in chosen for w in sentence for t in w], rng.uniform(0.3, 1))
            chosen = [[swapped(word, table) for word in sentence] for sentence in chosen]
        passage = [token for sentence in chosen for word in sentence for token in word]
        branches, answers = [], []
        for _ in range(questions):
            question, answer = self.question(rng, rng.choice(chosen))
            answer = answer + self.phrases.stop
            branches.append(self.phrases.between + question + self.phrases.end + answer)
            answers.append(len(answer))
        return Exercise(self.phrases.start + passage, branches, answers)

    def span(self, rng: random.Random, sentence: list[Word]) -> tuple[int, int]:
        """A random span: it starts with a word and mostly ends where a phrase could, at punctuation or a small word."""
        start = rng.randrange(1, len(sentence) - 1)
        while start > 1 and not self.is_word(sentence[start]):
            start -= 1
        end = min(start + rng.choice((1, 1, 1, 2, 2, 3, 4, 6)), len(sentence))
        if rng.random() < 0.75:
            while end < min(len(sentence), start + 8) and not self.closes(sentence[end]):
                end += 1
        while end > start + 1 and (not self.is_word(sentence[end - 1]) or self.small(sentence[end - 1])):
            end -= 1
        return start, end

    def is_word(self, word: Word) -> bool:
        return any(token in self.swaps.sort_of for token in word)

    def small(self, word: Word) -> bool:
        return tuple(word) in self.phrases.small

    def closes(self, word: Word) -> bool:
        return self.small(word) or not self.is_word(word)

    def question(self, rng: random.Random, sentence: list[Word]) -> tuple[list[int], list[int]]:
        """A question on a random span of 1 to 6 words of the sentence, and the span."""
        start, end = self.span(rng, sentence)
        left, answer, right = sentence[:start], sentence[start:end], sentence[end:]
        kind = rng.random()
        if kind < 0.5:
            body = [rng.choice(self.phrases.cloze), *left[-rng.randint(2, 14) :], rng.choice(self.phrases.blanks)]
        elif kind < 0.7:
            body = [rng.choice(self.phrases.cloze), *left, rng.choice(self.phrases.blanks), *right]
        else:
            near = left[-rng.randint(1, 6) :]
            body = [rng.choice(self.phrases.what), *near, self.phrases.question_mark]
        return flat(body), flat(answer)


def flat(parts: Iterable[Sequence[int]]) -> list[int]:
    return [token for part in parts for token in part]
