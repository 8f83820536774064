"""Scores that come from servers: a few questions at a time, and a sample whose answer says nothing stays without."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from processors.curation import judge, minilm, models
from processors.curation.asking import Asker
from processors.curation.choosing import panel
from processors.curation.missing import Missing
from processors.curation.sample import Sample, Score
from streams import egress
from streams.settings import Settings as PlatformSettings

AT_ONCE, TEXTS = 8, 64
Settings = Mapping[str, Mapping[str, Any]]


async def reach(
    platform: PlatformSettings,
    samples: Sequence[Sample],
    wanted: Mapping[str, Sequence[str]],
    settings: Settings,
    versions: Mapping[str, str],
) -> list[Score]:
    """The scores that were wanted, sample id -> names; nothing named asks how far the embeddings of all are apart.

    Raises:
        Missing: a server does not answer.
    """
    if not wanted and settings[models.DIVERSITY].get("engine") == minilm.NAME:
        found = await minilm.vectors(models.DIVERSITY, [_text(sample) for sample in samples])
        return await apart(samples, found, versions)
    private = platform.allow_private_endpoints
    async with egress.session(private) as session:
        asker = Asker(session, private, platform.endpoint_keys)
        if wanted:
            return await score(asker, samples, wanted, settings, versions)
        return await diversity(asker, samples, settings, versions)


async def score(
    asker: Asker,
    samples: Sequence[Sample],
    wanted: Mapping[str, Sequence[str]],
    settings: Settings,
    versions: Mapping[str, str],
) -> list[Score]:
    """The scores that were wanted, sample id -> names, in a fixed order.

    Raises:
        Missing: a server does not answer.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(sample: Sample, name: str) -> Score | None:
        async with gate:
            found = await _one(asker, sample, name, settings)
        return None if found is None else Score(sample.sample_id, name, versions[name], found[0], found[1])

    asked = [one(sample, name) for sample in samples for name in wanted[sample.sample_id]]
    return [found for found in await asyncio.gather(*asked) if found is not None]


async def _one(asker: Asker, sample: Sample, name: str, settings: Settings) -> tuple[float, dict[str, object]] | None:
    own = settings.get(name, {})
    if name == models.PERPLEXITY:
        url = f"{own['endpoint'].rstrip('/')}/completions"
        value = models.perplexity(sample, await asker.post(name, url, models.perplexity_body(sample, own["model"])))
        return None if value is None else (value, {"model": own["model"]})
    if name == models.REWARD:
        url = f"{own['endpoint'].rstrip('/').removesuffix('/v1')}/pooling"
        value = models.reward(await asker.post(name, url, models.reward_body(sample, own["model"])))
        return None if value is None else (value, {"model": own["model"]})
    own = settings[judge.NAME]
    for one in panel(own):
        for criterion, rubric in (own.get("criteria") or judge.CRITERIA).items():
            if name == f"judge_{criterion}" + (f"_{one['name']}" if one.get("name") else ""):
                body = judge.body(sample, criterion, str(rubric), one["model"])
                url = f"{one['endpoint'].rstrip('/')}/chat/completions"
                found = judge.read(await asker.post(name, url, body))
                return None if found is None else (found[0], {"reason": found[1], "model": one["model"]})
    return None


async def diversity(
    asker: Asker, samples: Sequence[Sample], settings: Settings, versions: Mapping[str, str]
) -> list[Score]:
    """How far each sample is from its nearest neighbour, by embeddings of question and answer.

    Raises:
        Missing: the server does not answer, or not with as many vectors.
    """
    own, name = settings[models.DIVERSITY], models.DIVERSITY
    url = f"{own['endpoint'].rstrip('/')}/embeddings"
    vectors: list[list[float]] = []
    for start in range(0, len(samples), TEXTS):
        texts = [_text(sample) for sample in samples[start : start + TEXTS]]
        found = models.embeddings(await asker.post(name, url, {"model": own["model"], "input": texts}), len(texts))
        if found is None:
            raise Missing(name, "the server does not answer with one vector for each text", "choose an embedding model")
        vectors += found
    return await apart(samples, vectors, versions)


async def apart(
    samples: Sequence[Sample], vectors: Sequence[Sequence[float]], versions: Mapping[str, str]
) -> list[Score]:
    """How far each sample is from its nearest neighbour, and which that is."""
    name = models.DIVERSITY
    found = await asyncio.to_thread(models.diversity, vectors)
    return [
        Score(sample.sample_id, name, versions[name], value, {"match": samples[at].sample_id} if at >= 0 else {})
        for sample, (value, at) in zip(samples, found, strict=True)
    ]


def _text(sample: Sample) -> str:
    return f"{sample.question}\n{sample.answer}"
