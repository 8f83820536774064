"""What a scorer sees and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """One question with its answer and the passage that it came from.

    ``passage_start``, ``passage_end``, ``answer_start`` and ``answer_end`` are character offsets in the canonical text
    of the document; ``passage`` is that slice of the text, ``span`` the slice at the answer's offsets. ``evidence`` are
    all quoted places, ``choices`` those of a question with several, ``turns`` the texts of a conversation; ``language``
    is what was asked for, if anything.
    """

    sample_id: str
    batch_id: str
    question: str
    answer: str
    quote: str
    document_id: str
    section_id: str
    chunk_id: str
    passage: str
    span: str
    passage_start: int
    passage_end: int
    answer_start: int
    answer_end: int
    kind: str = ""
    language: str = ""
    evidence: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    reasoning: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One scorer's value for one sample; ``detail`` is JSON-able and empty where there is nothing to say."""

    sample_id: str
    scorer: str
    version: str
    value: float
    detail: Mapping[str, object] = field(default_factory=dict)
