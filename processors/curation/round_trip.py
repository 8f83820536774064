"""Round trip: asked against every passage of the batch, does the question lead back to its own passage and answer?

    value = 0.5 / rank + 0.5 * unique

``rank`` is the place of the sample's own passage when all passages are ordered by BM25 for the question; a tie with a
passage of different words counts against it. ``unique`` asks the same inside the passage: 1 when the sentence that
holds the answer has the most idf weight in common with the question, 0.5 when it shares first place with a sentence
that does not hold the answer, else 0.

BM25 with k1 = 1.2, b = 0.75 and the never negative idf ln(1 + (N - n + 0.5) / (n + 0.5)): S. Robertson, H. Zaragoza,
The Probabilistic Relevance Framework: BM25 and Beyond (2009), in the form that Lucene uses. Words are stems of content
words.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from processors.curation.sample import Sample, Score
from processors.curation.words import content_words, plain, sentences

NAME = "round_trip"
VERSION = "2"
K1 = 1.2
B = 0.75


class Passages:
    """A BM25 index over distinct passages, built once per batch."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Index the texts; those with the same words are one passage."""
        bags = {plain(text): Counter(content_words(text)) for text in texts}
        self._number = {text: number for number, text in enumerate(bags)}
        sizes = [bag.total() for bag in bags.values()]
        mean = (sum(sizes) / len(sizes) if sizes else 1.0) or 1.0
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, bag in enumerate(bags.values()):
            for word, count in bag.items():
                found[word].append((number, count))
        self.idf: dict[str, float] = {}
        self._weights: dict[str, list[tuple[int, float]]] = {}
        for word, places in found.items():
            idf = self.idf[word] = math.log(1 + (len(bags) - len(places) + 0.5) / (len(places) + 0.5))
            self._weights[word] = [
                (number, idf * count * (K1 + 1) / (count + K1 * (1 - B + B * sizes[number] / mean)))
                for number, count in places
            ]

    def scores(self, question: str) -> Mapping[int, float]:
        """Return the BM25 score of every passage that shares a word with the question, by passage number."""
        total: dict[int, float] = defaultdict(float)
        for word in set(content_words(question)):
            for number, weight in self._weights.get(word, ()):
                total[number] += weight
        return total

    def rank(self, question: str, passage: str) -> int:
        """Return the place of the passage for the question, from 1; 0 when they share no word or it is not indexed."""
        number = self._number.get(plain(passage))
        scores = self.scores(question)
        own = scores.get(number, 0.0) if number is not None else 0.0
        if own <= 0:
            return 0
        return 1 + sum(1 for other, value in scores.items() if other != number and value >= own - 1e-9)


def score(sample: Sample, passages: Passages) -> Score:
    """Return the value in [0, 1]; the detail says where the trip ended: ``rank`` (0: no common word), ``sentence``."""
    rank = passages.rank(sample.question, sample.passage)
    fits = unique(sample, passages.idf)
    value = (0.5 / rank if rank else 0.0) + 0.5 * fits
    detail: dict[str, object] = {} if rank == 1 else {"rank": rank}
    if fits < 1:
        detail["sentence"] = "another fits as well" if fits else "another fits better"
    return Score(sample.sample_id, NAME, VERSION, round(value, 6), detail)


def unique(sample: Sample, idf: Mapping[str, float]) -> float:
    """Whether the sentence with the answer fits the question best: 1, 0.5 where another fits as well, else 0.

    Where the answer is no words of the passage (true or false, a choice, reasoning), the quote stands for it.
    """
    pieces = sentences(sample.passage)
    answer = plain(sample.answer)
    wanted = f" {answer if f' {answer} ' in f' {plain(sample.passage)} ' else plain(sample.quote)} "
    holders = {number for number, piece in enumerate(pieces) if wanted in f" {plain(piece)} "}
    if not holders or len(holders) == len(pieces):
        # An answer across sentences, or one sentence only: there is no wrong sentence to prefer.
        return 1.0
    asked = set(content_words(sample.question))
    weights = [sum(idf.get(word, 0.0) for word in sorted(asked & set(content_words(piece)))) for piece in pieces]
    right = max(weights[number] for number in holders)
    wrong = max(weight for number, weight in enumerate(weights) if number not in holders)
    if abs(right - wrong) < 1e-9:
        return 0.5
    return float(right > wrong)
