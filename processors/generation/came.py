"""What came of one try to ask a model."""

from __future__ import annotations

from dataclasses import dataclass

from processors.generation.faults import OVERFLOW, OVERFLOW_WORDS
from processors.generation.reply import EMPTY, content, refusal


@dataclass(frozen=True, slots=True)
class Got:
    """A reply with content: `raw` is the body as it came."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """No reply after all tries; `reason` is a key of REMEDIES."""

    reason: str
    detail: str


class Again(Exception):
    """One try that failed and may go well later; `wait` in seconds, None for growing pauses."""

    def __init__(self, gone: Gone, wait: float | None = None) -> None:
        super().__init__(gone.reason)
        self.gone, self.wait = gone, wait


def read(raw: bytes) -> Got | Gone:
    """A body that came with status 200. Raises Again."""
    found = content(raw)
    if found is not None and found.text.strip():
        return Got(raw)
    said = refusal(raw)
    if OVERFLOW_WORDS.search(said):
        return Gone(OVERFLOW, said)
    raise Again(Gone(EMPTY, said or "the reply has no content"))
