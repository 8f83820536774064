"""What the metrics app reads, and the changelog of its table. Light to import: `studio create` makes the changelog."""

from __future__ import annotations

from streams import catalogue
from streams.catalogue import Topic

APP = "studio.metrics"
TABLE = "windows"

READ_TOPICS: tuple[Topic, ...] = (
    catalogue.DOCUMENTS, catalogue.GENERATION, catalogue.CURATION, catalogue.DATASETS, catalogue.TRAINING,
    catalogue.MODELS, catalogue.DEPLOYMENTS, catalogue.SAMPLES, catalogue.SCORES, catalogue.STEPS, catalogue.CALLS,
)  # fmt: skip
WRITTEN = catalogue.WINDOWS
# Faust's own naming; the table lives here and in the worker's memory, nowhere else.
CHANGELOG = Topic(f"{APP}-{TABLE}-changelog", "compacted", {"segment.ms": "600000"})
CHANGELOGS = (CHANGELOG,)
