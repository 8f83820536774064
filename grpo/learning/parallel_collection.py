"""Collection over the processes of a run: each samples and scores some of the prompts, and all get all of the groups.

What is drawn for a prompt depends on its place in the step alone, so the groups are those that one process would have
sampled (up to the last bits of the scores). In episodes with an environment the draws depend on the share as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from grpo import parallel
from grpo.learning.collection import Collector, Drawn
from grpo.model.parallel_model import Spread
from grpo.reward.level import Scored
from grpo.sampling.asking import Asked
from grpo.sampling.sampling import Sampled


class SharedCollector(Collector):
    """A collector that samples this process's share and hears the rest from the others."""

    def draw(self, asked: Sequence[Asked], step: int, again: int, first: int = 0) -> list[Drawn]:
        own = parallel.share([1] * len(asked))
        if isinstance(self.policy, Spread):
            self.policy.gather()  # also where there is nothing to sample: the others need this process's weights

        def work() -> list[dict[str, Any]]:
            if own.start == own.stop:
                return []
            return [plain(one) for one in super(SharedCollector, self).draw(asked[own], step, again, own.start)]

        width = self.config.completions
        return [restored(asked[row // width], found) for row, found in enumerate(parallel.together(work))]


def plain(one: Drawn) -> dict[str, Any]:
    """``one`` for the other processes; the sample they know."""
    return {"prompt": one.asked.prompt, "row": asdict(one.row), "text": one.text, "scored": asdict(one.scored)}


def restored(asked: Asked, found: dict[str, Any]) -> Drawn:
    """What ``plain`` was made of; the prompt may be an environment's own."""
    return Drawn(
        asked._replace(prompt=found["prompt"]), Sampled(**found["row"]), found["text"], Scored(**found["scored"])
    )
