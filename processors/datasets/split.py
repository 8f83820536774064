"""Train and held-out rows, split by section, never by item.

Of the sections of each document a fixed share is held out; documents of a single section are taken together and whole
ones are held out. Sections are ranked by a hash of seed, document and section, so a section's place does not depend on
what else is there. Afterwards no passage and no near-identical question may stand on both sides: held-out rows stay,
the train row that gives one away is dropped with a reason.
"""

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from processors.datasets.rows import Row

SIMILAR = 0.8
SHINGLE = 3
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Split:
    """The two sides, and why train rows were dropped: sample id -> reason."""

    train: tuple[Row, ...]
    heldout: tuple[Row, ...]
    leaked: Mapping[str, str]


def divide(rows: Sequence[Row], heldout_fraction: float, seed: int) -> Split:
    """Split rows; ``heldout_fraction`` in [0, 1) of each document's sections, at least one of a document with two."""
    held = heldout_sections(((row.document_id, row.section_id) for row in rows), heldout_fraction, seed)
    heldout = tuple(row for row in rows if (row.document_id, row.section_id) in held)
    leaks = leaking(rows, heldout)
    train = [row for row in rows if (row.document_id, row.section_id) not in held and row.sample_id not in leaks]
    return Split(tuple(train), heldout, leaks)


def heldout_sections(sections: Iterable[tuple[str, str]], fraction: float, seed: int) -> set[tuple[str, str]]:
    """Return the held-out ``(document_id, section_id)`` pairs."""
    by_document: dict[str, set[str]] = defaultdict(set)
    for document, section in sections:
        by_document[document].add(section)
    if fraction <= 0:
        return set()
    groups: list[list[tuple[str, str]]] = []
    alone: list[tuple[str, str]] = []
    for document, names in sorted(by_document.items()):
        pairs = [(document, name) for name in names]
        if len(pairs) > 1:
            groups.append(pairs)
        else:
            alone.extend(pairs)
    if len(alone) > 1:
        groups.append(alone)
    held: set[tuple[str, str]] = set()
    for group in groups:
        ranked = sorted(group, key=lambda pair: _rank(seed, *pair))
        held.update(ranked[: min(len(group) - 1, max(1, round(fraction * len(group))))])
    return held


def leaking(rows: Iterable[Row], heldout: Sequence[Row]) -> dict[str, str]:
    """Return sample id -> reason for every row outside ``heldout`` that gives a held-out row away.

    Questions are compared exactly (Jaccard of word trigrams, at least ``SIMILAR``): two sets that similar must share
    one of the rarest ``n - ceil(SIMILAR * n) + 1`` shingles of each (prefix filtering, S. Chaudhuri et al., ICDE 2006).
    """
    inside = {row.sample_id for row in heldout}
    outside = [row for row in rows if row.sample_id not in inside]
    passages = {_plain(row.prompt_passage) for row in heldout} - {""}
    spans = _covered(heldout)
    asked = [_shingles(row.question) for row in heldout]
    frequency = Counter(shingle for found in asked for shingle in found)
    index: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(asked):
        for shingle in _prefix(found, frequency):
            index[shingle].append(number)
    reasons: dict[str, str] = {}
    for row in outside:
        if _plain(row.prompt_passage) in passages:
            reasons[row.sample_id] = "leak: same passage in held-out rows"
        elif _overlaps(row, spans.get(row.document_id, [])):
            reasons[row.sample_id] = "leak: passage overlaps a held-out passage"
        elif _similar(_shingles(row.question), asked, index, frequency):
            reasons[row.sample_id] = "leak: near-identical question in held-out rows"
    return reasons


def _covered(rows: Iterable[Row]) -> dict[str, list[tuple[int, int]]]:
    """Return document id -> its passages merged into disjoint spans, in order."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.passage_start):
        spans = found[row.document_id]
        if spans and row.passage_start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], row.passage_end))
        else:
            spans.append((row.passage_start, row.passage_end))
    return found


def _overlaps(row: Row, spans: Sequence[tuple[int, int]]) -> bool:
    before = bisect_left(spans, (row.passage_end, 0))
    return before > 0 and spans[before - 1][1] > row.passage_start


def _rank(seed: int, document: str, section: str) -> bytes:
    return hashlib.sha256(f"{seed}\x00{document}\x00{section}".encode()).digest()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _shingles(text: str) -> frozenset[str]:
    found = _WORD.findall(text.casefold())
    if len(found) <= SHINGLE:
        return frozenset([" ".join(found)])
    return frozenset(" ".join(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1))


def _prefix(found: frozenset[str], frequency: Mapping[str, int]) -> list[str]:
    ordered = sorted(found, key=lambda shingle: (frequency.get(shingle, 0), shingle))
    # ceil without the float's rounding error deciding: 0.8 * 5 is 4.0, not 4.0000000001.
    least = -int(-(SIMILAR * len(ordered) - 1e-9) // 1)
    return ordered[: len(ordered) - least + 1]


def _similar(
    found: frozenset[str],
    asked: Sequence[frozenset[str]],
    index: Mapping[str, Sequence[int]],
    frequency: Mapping[str, int],
) -> bool:
    candidates = {number for shingle in _prefix(found, frequency) for number in index.get(shingle, ())}
    return any(len(found & asked[number]) >= SIMILAR * len(found | asked[number]) - 1e-9 for number in candidates)
