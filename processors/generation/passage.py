"""What a generator reads and what it proposes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One chunk of a canonical text; `start` is its character offset there."""

    document_id: str
    section_id: str
    section_title: str
    chunk_id: str
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question whose answer is `passage.text[start:end]`; `quote_start..quote_end` is the sentence around it.

    context: words right before the answer by which a reader finds the place; empty where the question names it.
    told: an answer that is not the span; the span is its evidence then. further: other places that the answer needs, as
    (passage, start, end). messages: (role, content) of a conversation. repaired: the reply had to be mended.
    """

    kind: str
    passage: Passage
    question: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    context: str = ""
    quality: float = 0.0
    told: str = ""
    reasoning: str = ""
    rejected: str = ""
    choices: tuple[str, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    further: tuple[tuple[Passage, int, int], ...] = ()
    repaired: bool = False

    @property
    def answer(self) -> str:
        return self.told or self.passage.text[self.start : self.end]

    @property
    def quote(self) -> str:
        return self.passage.text[self.quote_start : self.quote_end]


@dataclass(frozen=True, slots=True)
class Missing:
    """`count` samples that were asked for and are not there, for one reason."""

    reason: str
    count: int
