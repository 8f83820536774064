"""What is trained on: questions with a gold answer inside a passage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One row of a dataset.

    Attributes:
        sample_id: identity in the dataset.
        passage: text that the prompt holds.
        question: question about it.
        answer: gold answer.
        section: identity of the document section; evaluation resamples these.
        reward: JSON of the reward specification, ``""`` for the default.
        source: the span of the document that the answer was taken from, ``""`` where it is not known.
    """

    sample_id: str
    passage: str
    question: str
    answer: str
    section: str = ""
    reward: str = ""
    source: str = ""
