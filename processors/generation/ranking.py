"""More candidates are made than asked for; this puts them in order and says why the rest is not delivered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from processors.generation.passage import Candidate, Missing

BELOW_THRESHOLD = "below_quality_threshold"
OVERLAP = "answer_overlaps_a_better_one"
REPEATED = "question_repeated"
EXHAUSTED = "no_further_candidate_in_text"
CROWDING = 0.12
"""What each sample already taken from a passage costs the next one from it, in units of quality."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first, and how many were put aside for which reason."""

    order: tuple[Candidate, ...]
    aside: tuple[Missing, ...]


def ranked(candidates: Iterable[Candidate], threshold: float, seed: int, aside: Counter[str] | None = None) -> Ranked:
    """A total order in which every prefix is spread over the passages. The same input and seed give the same order."""
    reasons: Counter[str] = Counter(aside or {})
    best = sorted(candidates, key=lambda item: (-item.quality, _lot(item, seed)))
    kept: list[Candidate] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    questions: set[str] = set()
    for item in best:
        spans = taken.setdefault(item.passage.chunk_id, [])
        if item.quality < threshold:
            reasons[BELOW_THRESHOLD] += 1
        elif item.question.lower() in questions:
            reasons[REPEATED] += 1
        elif any(item.start < end and start < item.end for start, end in spans):
            reasons[OVERLAP] += 1
        else:
            spans.append((item.start, item.end))
            questions.add(item.question.lower())
            kept.append(item)
    return Ranked(_spread(kept, seed), tuple(Missing(reason, count) for reason, count in sorted(reasons.items())))


def shortfall(asked: int, delivered: int, aside: Sequence[Missing]) -> tuple[Missing, ...]:
    """A reason for each missing sample: first what was put aside, then that the text holds no more."""
    missing = max(0, asked - delivered)
    told: list[Missing] = []
    for item in sorted(aside, key=lambda entry: (-entry.count, entry.reason)):
        count = min(missing, item.count)
        if count:
            told.append(Missing(item.reason, count))
            missing -= count
    if missing:
        told.append(Missing(EXHAUSTED, missing))
    return tuple(told)


def _spread(kept: Sequence[Candidate], seed: int) -> tuple[Candidate, ...]:
    """Order by quality less CROWDING for each better sample of the same passage."""
    place: Counter[str] = Counter()
    keyed: list[tuple[float, int, Candidate]] = []
    for item in kept:
        crowd = place[item.passage.chunk_id]
        place[item.passage.chunk_id] += 1
        keyed.append((-(item.quality - CROWDING * crowd), _lot(item, seed), item))
    return tuple(item for _, _, item in sorted(keyed, key=lambda entry: entry[:2]))


def _lot(item: Candidate, seed: int) -> int:
    """A number that is as good as random but the same in every run: breaks ties by seed."""
    name = f"{seed}|{item.passage.document_id}|{item.passage.chunk_id}|{item.start}|{item.kind}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
