"""Answerability: does one sentence of the passage answer the question better than all others?

value = 1 when the sentence that holds the answer (or the quote) has the most idf weight in common with the question,
0.5 when it shares first place with one that does not hold it, else 0. It is the half of the round trip inside the
passage, as a score of its own.
"""

from processors.curation.round_trip import Passages, unique
from processors.curation.sample import Sample, Score

NAME = "answerability"
VERSION = "1"


def score(sample: Sample, passages: Passages) -> Score:
    """Return 0, 0.5 or 1."""
    return Score(sample.sample_id, NAME, VERSION, unique(sample, passages.idf))
