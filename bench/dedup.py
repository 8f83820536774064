"""Near duplicates beside datatrove's MinHash on the same texts: texts per CPU second, recall, precision.

10,000 texts of 40 to 120 words from a vocabulary with the frequencies of a language (Zipf), one with 2 % of its words
changed and one with 5 % for every second of them. Ours measures every pair that it names exactly; a named pair is
precise where the two texts, compared word trigram by word trigram, are as similar as it says.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.peer import environment

PEER = ["datatrove[processing]==0.10.1", "spacy>=3.8", "orjson"]
ORIGINALS, ROUNDS, NEAR = 10_000, 3, 0.5


def texts(seed: int = 7) -> tuple[list[str], dict[int, int], dict[int, int]]:
    """(texts, edited by 2 % -> original, edited by 5 % -> original), as positions."""
    draw = random.Random(seed)
    vocabulary = [f"{draw.choice('bcdfgklmnprst')}{draw.choice('aeiou')}{n:x}" for n in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    originals = [draw.choices(vocabulary, weights, k=draw.randint(40, 120)) for _ in range(ORIGINALS)]
    found = [" ".join(words) for words in originals]
    planted: list[dict[int, int]] = []
    for share in (0.02, 0.05):
        pairs: dict[int, int] = {}
        for number in range(0, ORIGINALS, 2):
            words = list(originals[number])
            for place in draw.sample(range(len(words)), max(1, round(share * len(words)))):
                words[place] = draw.choice(vocabulary)
            pairs[len(found)] = number
            found.append(" ".join(words))
        planted.append(pairs)
    return found, planted[0], planted[1]


def run() -> Iterator[dict[str, Any]]:
    """Ours and the peer in turns, one core each."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    from processors.curation.near_duplicate import jaccard, nearest, shingles

    made, two, five = texts()
    ours: list[float] = []
    peers: list[float] = []
    kept: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.json"
        source.write_text(json.dumps(made))
        python = environment("datatrove", PEER)
        for _ in range(ROUNDS):
            began = time.process_time()
            found = list(nearest(made))
            ours.append(len(made) / (time.process_time() - began))
            script = Path(__file__).with_name("dedup_peer.py")
            done = subprocess.run(
                [str(python), "-P", str(script), str(source)], check=True, capture_output=True, text=True,
                env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""},
            )  # fmt: skip
            told = json.loads(done.stdout.splitlines()[-1])
            peers.append(len(made) / told["cpu"])
            kept = set(told["kept"])
    yield figure("near_duplicate_texts", ours, "texts per CPU second", peers, texts=len(made))
    families = {edit: original for pairs in (two, five) for edit, original in pairs.items()}
    for name, pairs in (("2", two), ("5", five)):
        near = {edit: match for edit, (value, match) in enumerate(found) if value >= NEAR}
        hit = sum(_root(families, near[edit]) == original for edit, original in pairs.items() if edit in near)
        # The peer keeps one text of each cluster, whichever it is: where it saw the pair, one of the two is gone.
        seen = sum(edit not in kept or original not in kept for edit, original in pairs.items())
        share, theirs = hit / len(pairs), seen / len(pairs)
        yield figure(f"recall_{name}_percent_changed", [share], "share", [theirs], pairs=len(pairs))
    named = [(number, value, match) for number, (value, match) in enumerate(found) if value >= NEAR]
    right = sum(
        abs(jaccard(shingles(made[number]), shingles(made[match])) - value) < 1e-9
        and _root(families, number) == _root(families, match)
        for number, value, match in named
    )
    yield figure("precision_by_exact_check", [right / len(named)], "share", named=len(named))


def _root(families: dict[int, int], number: int) -> int:
    return families.get(number, number)
