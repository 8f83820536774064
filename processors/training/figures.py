"""Which figures of a step go into its fact besides those that have fields of their own.

The fact's one open field is ``reward_parts``. Figures whose feature is in use go there as ``metric/NAME``, alarms of
the stability monitor as ``alarm/RULE`` with the value that raised them; all figures, with alarms in full, are in the
file of the step's groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The value that a figure has while its feature is off or has nothing to say.
QUIET = {
    "kl_coefficient": 0.0,
    "micro_batches": 1.0,
    "groups_refilled": 0.0,
    "faults": 0.0,
    "back_offs": 0.0,
}
ONLY_WHEN_ON = ("policy_entropy", "importance", "importance_share")


def open_figures(record: Mapping[str, Any]) -> dict[str, float]:
    """Parts of the reward, figures and alarms of a step record, by name."""
    found: dict[str, float] = dict(record["reward_parts"])
    metrics = record.get("metrics", {})
    found |= {f"metric/{name}": metrics[name] for name in ONLY_WHEN_ON if name in metrics}
    found |= {f"metric/{name}": metrics[name] for name, quiet in QUIET.items() if metrics.get(name, quiet) != quiet}
    return found | {f"alarm/{alarm['rule']}": alarm["value"] for alarm in record.get("alarms", ())}
