"""Exact duplicates: the same question with the same answer, whatever the case, spacing and punctuation."""

import hashlib
from collections.abc import Iterable, Iterator

from processors.curation.sample import Sample, Score
from processors.curation.words import plain

NAME = "duplicate"
VERSION = "1"


def fingerprint(sample: Sample) -> bytes:
    """Return 16 bytes of SHA-256 over the normalised question and answer."""
    text = f"{plain(sample.question)}\x00{plain(sample.answer)}"
    return hashlib.sha256(text.encode()).digest()[:16]


def score(samples: Iterable[Sample], version: str = VERSION) -> Iterator[Score]:
    """Yield 1.0 for a repeat of an earlier sample, naming it, and 0.0 for each first one; the order decides."""
    first: dict[bytes, str] = {}
    for sample in samples:
        original = first.setdefault(fingerprint(sample), sample.sample_id)
        repeat = original != sample.sample_id
        yield Score(sample.sample_id, NAME, version, float(repeat), {"match": original} if repeat else {})
