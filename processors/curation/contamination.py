"""Decontamination: does a sample repeat what models are tested on?

value = share of its word 13-grams that stand in a held-out set; a shorter text counts as one. The detail names the
set and the row. Samples of value 0 share no run of 13 words with any of them.

Source: T. Brown et al., Language Models are Few-Shot Learners (2020), appendix C.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from processors.curation.sample import Sample, Score
from processors.curation.words import words

NAME = "contamination"
VERSION = "1"
LENGTH = 13


def grams(text: str) -> set[str]:
    """The runs of 13 words; a text of fewer words is one run."""
    found = words(text)
    return {" ".join(found[n : n + LENGTH]) for n in range(max(1, len(found) - LENGTH + 1))} if found else set()


def index(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """13-gram -> where it stands first. rows: (name, text)."""
    found: dict[str, str] = {}
    for name, text in rows:
        for gram in grams(text):
            found.setdefault(gram, name)
    return found


def score(samples: Sequence[Sample], held: dict[str, str], version: str = VERSION) -> Iterator[Score]:
    """Yield the share of 13-grams that are in `held`, naming the first place."""
    for sample in samples:
        own = grams(f"{sample.question}\n{sample.answer}")
        met = sorted(held[gram] for gram in own if gram in held)
        value = len(met) / len(own) if own else 0.0
        yield Score(sample.sample_id, NAME, version, round(value, 6), {"match": met[0]} if met else {})
