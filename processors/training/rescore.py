"""Scores the stored groups of a step with another reward; nothing is sampled, and the file stays as it is.

    python -m processors.training.rescore GROUPS.parquet REWARD.json [OUT.parquet] [--config CONFIG.json]

Prints one JSON line: mean reward, its parts and dead groups, before and after.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from grpo.config import read_config
from grpo.errors import GrpoError
from grpo.records import Rollout
from processors.training.groups import read_about, read_groups, write_groups


def summary(rollouts: Sequence[Rollout]) -> dict[str, Any]:
    """What a step would say of these rollouts."""
    paid = [rollout for rollout in rollouts if not rollout.fault]
    names = dict.fromkeys(name for rollout in paid for name in rollout.parts)
    groups = {rollout.group for rollout in rollouts}
    return {
        "reward": fmean(rollout.reward for rollout in paid) if paid else 0.0,
        "parts": {name: fmean(rollout.parts.get(name, 0.0) for rollout in paid) for name in names},
        "faults": len(rollouts) - len(paid),
        "dead_groups": len(groups - {rollout.group for rollout in rollouts if rollout.advantage != 0}),
    }


def rescore(groups: Path, reward: str, out: Path | None, config: str) -> dict[str, Any]:
    """The summaries before and after; writes ``out`` where one is given.

    Raises:
        RewardInvalid, ConfigInvalid: the reward or the configuration cannot be used.
    """
    from grpo.learning.rescoring import rescored

    stored = read_groups(groups)
    found = rescored(stored, reward, read_config(config).grpo)
    if out is not None:
        write_groups(found, out, {**read_about(groups), "rescored": json.loads(reward or "{}")})
    return {"before": summary(stored), "after": summary(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", type=Path)
    parser.add_argument("reward", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--config", type=Path)
    given = parser.parse_args()
    try:
        config = given.config.read_text() if given.config else ""
        print(json.dumps(rescore(given.groups, given.reward.read_text(), given.out, config)))
    except (GrpoError, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
