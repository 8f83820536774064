"""The scorers, as data: what each one looks at decides what has to be scored again.

A score over one sample, or over its batch, is settled once the batch is complete. Whether something is a duplicate
depends on what else is in the curation, so the version of those scores names that set: the same samples again cost
nothing, other samples are another question.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from processors.curation import exact_duplicate, form, grounding, near_duplicate, round_trip
from processors.curation.sample import Sample, Score

Scope = Literal["sample", "batch", "curation"]


@dataclass(frozen=True, slots=True)
class Scorer:
    """A scorer's name, version, and what its value depends on."""

    name: str
    version: str
    scope: Scope


SCORERS: tuple[Scorer, ...] = (
    Scorer(exact_duplicate.NAME, exact_duplicate.VERSION, "curation"),
    Scorer(near_duplicate.NAME, near_duplicate.VERSION, "curation"),
    Scorer(grounding.NAME, grounding.VERSION, "sample"),
    Scorer(round_trip.NAME, round_trip.VERSION, "batch"),
    Scorer(form.NAME, form.VERSION, "sample"),
)
NAMES: tuple[str, ...] = tuple(scorer.name for scorer in SCORERS)
DEFAULT_RULE = "duplicate == 0 and near_duplicate < 0.8 and grounding >= 0.8 and round_trip >= 0.5 and format == 1"


def versions(samples: Iterable[str]) -> dict[str, str]:
    """Return scorer name -> version for a curation of these sample ids."""
    scope = hashlib.sha256("\n".join(sorted(samples)).encode()).hexdigest()[:8]
    return {s.name: f"{s.version}+{scope}" if s.scope == "curation" else s.version for s in SCORERS}


def score_each(samples: Sequence[Sample], wanted: Iterable[str], passages: round_trip.Passages) -> list[Score]:
    """Score samples by the wanted scorers of scope sample and batch; ``passages`` are those of their batch."""
    scorers: dict[str, Callable[[Sample], Score]] = {
        grounding.NAME: grounding.score,
        round_trip.NAME: lambda sample: round_trip.score(sample, passages),
        form.NAME: form.score,
    }
    chosen = [scorers[name] for name in NAMES if name in scorers and name in set(wanted)]
    return [scorer(sample) for sample in samples for scorer in chosen]


def score_together(samples: Sequence[Sample], wanted: Iterable[str], named: dict[str, str]) -> list[Score]:
    """Score a whole curation, in its order, by the wanted scorers of scope curation; ``named`` gives their versions."""
    scores: list[Score] = []
    for module in (exact_duplicate, near_duplicate):
        if module.NAME in wanted:
            scores.extend(module.score(samples, named[module.NAME]))
    return scores
