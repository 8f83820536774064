"""Near duplicates: MinHash finds candidates, exact Jaccard similarity decides.

Texts become sets of word trigrams. 128 permutations in 32 bands of 4 rows put two texts of similarity s into one
bucket with probability 1 - (1 - s^4)^32: 0.98 at s = 0.58, 0.9998 at s = 0.7. What the buckets propose is then measured
exactly, so a value is never an estimate; only pairs below about 0.5 can be missed, and those are no duplicates.

Sources: A. Broder, On the resemblance and containment of documents (1997); Leskovec, Rajaraman, Ullman, Mining of
Massive Datasets, chapter 3.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rensa import RMinHash, RMinHashLSH

from processors.curation.sample import Sample, Score
from processors.curation.words import plain, words

NAME = "near_duplicate"
VERSION = "1"
PERMUTATIONS = 128
BANDS = 32
SHINGLE = 3
SEED = 1
MOST_CANDIDATES = 64


def shingles(text: str) -> frozenset[str]:
    """Return the set of word trigrams; a text of fewer words is one shingle."""
    found = words(text)
    if len(found) <= SHINGLE:
        return frozenset([" ".join(found)])
    return frozenset(" ".join(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Return the size of the intersection over the size of the union; 1.0 for two empty sets."""
    common = len(left & right)
    whole = len(left) + len(right) - common
    return common / whole if whole else 1.0


def nearest(texts: Sequence[str]) -> Iterator[tuple[float, int]]:
    """Yield, per text, its highest Jaccard similarity to an earlier text and that text's index, or ``(0.0, -1)``.

    Of equally similar ones the earliest is named. Texts of the same words are looked up once, and at most
    ``MOST_CANDIDATES`` (the earliest ones) are measured per text: boilerplate costs little more than other text.
    """
    first: dict[str, int] = {}
    originals = [first.setdefault(plain(text), position) for position, text in enumerate(texts)]
    distinct = list(first.values())
    # Sketched from a generator, measured from a small cache: shingles of all texts at once would be the larger part.
    sketches = RMinHash.from_token_sets((shingles(texts[position]) for position in distinct), PERMUTATIONS, SEED)
    index = RMinHashLSH(0.5, PERMUTATIONS, BANDS)
    index.insert_many(sketches)
    cached = lru_cache(maxsize=8_192)(lambda position: shingles(texts[position]))
    best: dict[int, tuple[float, int]] = {}
    for number, sketch in enumerate(sketches):
        best[distinct[number]] = (0.0, -1)
        for candidate in sorted(found for found in index.query(sketch) if found < number)[:MOST_CANDIDATES]:
            similarity = jaccard(cached(distinct[number]), cached(distinct[candidate]))
            if similarity > best[distinct[number]][0]:
                best[distinct[number]] = similarity, distinct[candidate]
    for position, original in enumerate(originals):
        yield best[position] if original == position else (1.0, original)


def nearest_to(
    texts: Sequence[str], others: Sequence[str], ids: Sequence[str], other_ids: Sequence[str]
) -> Iterator[tuple[float, int]]:
    """Yield, per text, its highest Jaccard similarity to one of `others` and that one's index, or ``(0.0, -1)``.

    What has the same id is the same thing and no duplicate.
    """
    index = RMinHashLSH(0.5, PERMUTATIONS, BANDS)
    index.insert_many(RMinHash.from_token_sets((shingles(text) for text in others), PERMUTATIONS, SEED))
    cached = lru_cache(maxsize=8_192)(lambda position: shingles(others[position]))
    sketches = RMinHash.from_token_sets((shingles(text) for text in texts), PERMUTATIONS, SEED)
    for text, id, sketch in zip(texts, ids, sketches, strict=True):
        own, best = shingles(text), (0.0, -1)
        for candidate in sorted(index.query(sketch))[:MOST_CANDIDATES]:
            similarity = jaccard(own, cached(candidate)) if other_ids[candidate] != id else 0.0
            if similarity > best[0]:
                best = similarity, candidate
        yield best


def score(samples: Sequence[Sample], version: str = VERSION) -> Iterator[Score]:
    """Yield the similarity to the nearest earlier sample (question and answer together), naming it."""
    texts = [f"{sample.question}\n{sample.answer}" for sample in samples]
    for sample, (value, match) in zip(samples, nearest(texts), strict=True):
        detail = {"match": samples[match].sample_id} if match >= 0 else {}
        yield Score(sample.sample_id, NAME, version, round(value, 6), detail)
