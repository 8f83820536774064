"""The scorers, as data: what each one looks at decides what has to be scored again.

A score over one sample, or over its batch, is settled once the batch is complete. Whether something is a duplicate
depends on what else is in the curation, so the version of those scores names that set: the same samples again cost
nothing, other samples are another question. Settings are a part of the version too.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from processors.curation import (
    answerability,
    contamination,
    earlier,
    exact_duplicate,
    form,
    grounding,
    injection,
    judge,
    language,
    models,
    near_duplicate,
    pii,
    presidio,
    round_trip,
    toxicity,
)
from processors.curation.sample import Sample, Score

Scope = Literal["sample", "batch", "curation", "datasets", "remote", "embedded"]
"""What a value depends on: the sample; its batch; all samples of the curation, with earlier datasets or without; what
a model says about the sample, or about all of them."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """A scorer's name, version, and what its value depends on."""

    name: str
    version: str
    scope: Scope


SCORERS: tuple[Scorer, ...] = (
    Scorer(exact_duplicate.NAME, exact_duplicate.VERSION, "curation"),
    Scorer(near_duplicate.NAME, near_duplicate.VERSION, "curation"),
    Scorer(earlier.NAME, earlier.VERSION, "datasets"),
    Scorer(contamination.NAME, contamination.VERSION, "datasets"),
    Scorer(grounding.NAME, grounding.VERSION, "sample"),
    Scorer(round_trip.NAME, round_trip.VERSION, "batch"),
    Scorer(answerability.NAME, answerability.VERSION, "batch"),
    Scorer(form.NAME, form.VERSION, "sample"),
    Scorer(language.NAME, language.VERSION, "sample"),
    Scorer(pii.NAME, pii.VERSION, "sample"),
    Scorer(toxicity.NAME, toxicity.VERSION, "sample"),
    Scorer(injection.NAME, injection.VERSION, "sample"),
    Scorer(judge.NAME, judge.VERSION, "remote"),
    Scorer(models.PERPLEXITY, models.VERSION, "remote"),
    Scorer(models.REWARD, models.VERSION, "remote"),
    Scorer(models.DIVERSITY, models.VERSION, "embedded"),
)
NAMES: tuple[str, ...] = tuple(scorer.name for scorer in SCORERS)
REMOTE = frozenset(scorer.name for scorer in SCORERS if scorer.scope in ("remote", "embedded"))
DEFAULTS: tuple[str, ...] = (
    exact_duplicate.NAME, near_duplicate.NAME, grounding.NAME, round_trip.NAME, form.NAME, language.NAME, pii.NAME,
    toxicity.NAME, injection.NAME,
)  # fmt: skip
"""What a curation scores that names none: all that needs nothing but the samples."""
DEFAULT_RULE = "duplicate == 0 and near_duplicate < 0.8 and grounding >= 0.8 and round_trip >= 0.5 and format == 1"


def named(name: str) -> Scorer:
    """The scorer of this name.

    Raises:
        KeyError: there is none.
    """
    return {scorer.name: scorer for scorer in SCORERS}[name]


DEFAULT_SCORERS: tuple[Scorer, ...] = tuple(named(name) for name in DEFAULTS)


def versions(
    samples: Iterable[str],
    chosen: Sequence[Scorer] = DEFAULT_SCORERS,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    datasets: Iterable[str] = (),
) -> dict[str, str]:
    """Return scorer name -> version for a curation of these sample ids, beside these earlier datasets."""
    alone = _digest("\n".join(sorted(samples)))
    beside = _digest(alone + "\n".join(sorted(datasets)))
    depends = {"curation": alone, "embedded": alone, "datasets": beside}
    found: dict[str, str] = {}
    for one in chosen:
        version = f"{one.version}+{depends[one.scope]}" if one.scope in depends else one.version
        own = (settings or {}).get(judge.NAME if one.scope == "remote" and one.name.startswith("judge_") else one.name)
        # How personal data is treated is not how it is found.
        own = {name: value for name, value in own.items() if name != "mode"} if own else None
        found[one.name] = f"{version}/{_digest(json.dumps(own, sort_keys=True))}" if own else version
    return found


def score_each(
    samples: Sequence[Sample],
    wanted: Iterable[str],
    passages: round_trip.Passages,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Score]:
    """Score samples by the wanted scorers of scope sample and batch; ``passages`` are those of their batch."""
    places = presidio.find if (settings or {}).get(pii.NAME, {}).get("engine") == "presidio" else pii.find
    scorers: dict[str, Callable[[Sample], Score]] = {
        grounding.NAME: grounding.score,
        round_trip.NAME: lambda sample: round_trip.score(sample, passages),
        answerability.NAME: lambda sample: answerability.score(sample, passages),
        form.NAME: form.score,
        language.NAME: language.score,
        pii.NAME: lambda sample: pii.score(sample, places),
        toxicity.NAME: toxicity.score,
        injection.NAME: injection.score,
    }
    chosen = [scorers[name] for name in NAMES if name in scorers and name in set(wanted)]
    return [scorer(sample) for sample in samples for scorer in chosen]


def score_together(
    samples: Sequence[Sample], wanted: Iterable[str], named: dict[str, str], rows: Sequence[earlier.Row] = ()
) -> list[Score]:
    """Score a whole curation, in its order, by the wanted scorers of scope curation and datasets; ``named`` gives their
    versions, ``rows`` are those of earlier datasets."""
    scores: list[Score] = []
    for module in (exact_duplicate, near_duplicate):
        if module.NAME in wanted:
            scores.extend(module.score(samples, named[module.NAME]))
    if earlier.NAME in wanted:
        scores.extend(earlier.score(samples, rows, named[earlier.NAME]))
    if contamination.NAME in wanted:
        held = contamination.index((row.name, row.text) for row in rows if row.held)
        scores.extend(contamination.score(samples, held, named[contamination.NAME]))
    return scores


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
