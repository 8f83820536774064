"""The topics, as data. Only `studio create` makes them; clients never do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. `config` holds Kafka topic settings on top of the kind's own."""

    name: str
    kind: Literal["decisions", "facts", "output", "compacted", "dead"]
    config: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """Kafka topic configuration: decisions and facts are kept for ever, they are the truth."""
        kept = {
            "decisions": {"retention.ms": "-1"},
            "facts": {"retention.ms": "-1"},
            "dead": {"retention.ms": "-1"},
            "output": {"retention.ms": str(30 * DAY)},
            "compacted": {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"},
        }[self.kind]
        return {**kept, **self.config}


DOCUMENTS = Topic("studio.documents", "decisions")
GENERATION = Topic("studio.generation", "decisions")
CURATION = Topic("studio.curation", "decisions")
DATASETS = Topic("studio.datasets", "decisions")
TRAINING = Topic("studio.training", "decisions")
MODELS = Topic("studio.models", "decisions")
DEPLOYMENTS = Topic("studio.deployments", "decisions")
SAMPLES = Topic("studio.generation.samples", "facts")
SCORES = Topic("studio.curation.scores", "facts")
STEPS = Topic("studio.training.steps", "facts")
CALLS = Topic("studio.serving.calls", "facts")
WINDOWS = Topic("studio.metrics.windows", "output")
ROUTING = Topic("studio.routing", "compacted")
DEAD = Topic("studio.dead", "dead")

TOPICS: tuple[Topic, ...] = (
    DOCUMENTS, GENERATION, CURATION, DATASETS, TRAINING, MODELS, DEPLOYMENTS,
    SAMPLES, SCORES, STEPS, CALLS, WINDOWS, ROUTING, DEAD,
)  # fmt: skip
"""Every topic of the platform; the changelogs of the metrics app are added where its tables are declared."""

DECISIONS: tuple[Topic, ...] = tuple(topic for topic in TOPICS if topic.kind == "decisions")
