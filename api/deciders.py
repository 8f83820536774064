"""The deciders that commands from outside may reach."""

from __future__ import annotations

from processors.curation.decide import CURATION
from processors.curation.review import REVIEW
from processors.datasets.decide import DATASET
from processors.deployment.decide import DEPLOYMENT, MODEL
from processors.extraction.decide import DOCUMENT
from processors.generation.decide import BATCH
from processors.generation.recipe_decide import RECIPE
from processors.training.decide import RUN
from streams.decider import Decider

DECIDERS: tuple[Decider, ...] = (DOCUMENT, BATCH, RECIPE, CURATION, REVIEW, DATASET, RUN, MODEL, DEPLOYMENT)
