"""What the demo found out, stage by stage: the summary is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from studio import Item

WORTH = 0.05
"""The gain that a run has to show, with the lower end of its interval, to count as learned."""


@dataclass(frozen=True, slots=True)
class Reward:
    """Mean held-out reward with its 95 % interval by section."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Learning:
    """What training changed on sections that it never saw. `gain` is paired, after minus before, by section."""

    before: Reward
    after: Reward
    gain: Reward
    items: int
    sections: int
    steps: int

    @property
    def shown(self) -> bool:
        """Whether the gain is more than chance and more than a trifle."""
        return self.gain.low > WORTH


@dataclass(frozen=True, slots=True)
class Arm:
    """What one version showed by the time of the verdict: judged calls, and the part of them that was right."""

    calls: int
    right: Reward


@dataclass(frozen=True, slots=True)
class Trial:
    """The canary's trial on real held-out questions. asked: calls made until the verdict was known here.

    decision: promote, rollback, stop, or none where no verdict came; arms: canary and baseline, empty without one.
    """

    decision: str
    reason: str
    asked: int
    arms: Mapping[str, Arm] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one answer stands in an uploaded file, and whether the file really says so there.

    checked: "bytes" (read from the file and equal), "text" (only the page is known), "differs".
    """

    document_id: str
    document: str
    quote: str
    place: str
    checked: str


@dataclass(slots=True)
class Findings:
    """Filled as the demo goes on. counts: stage to number. dropped: stage to reason to count."""

    counts: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    learning: Learning | None = None
    trial: Trial | None = None
    chat: dict[str, str] = field(default_factory=dict)
    lineage: list[str] = field(default_factory=list)
    origin: Origin | None = None
    ids: dict[str, str] = field(default_factory=dict)

    def drop(self, stage: str, reasons: Sequence[Mapping[str, Any]]) -> None:
        """Keep the reasons of a stage, `[{"reason", "count"}]`."""
        for entry in reasons:
            place = self.dropped.setdefault(stage, {})
            place[str(entry["reason"])] = place.get(str(entry["reason"]), 0) + int(entry["count"])

    def plain(self) -> dict[str, Any]:
        """JSON-able."""
        found = asdict(self)
        if self.learning is not None:
            found["learning"]["shown"] = self.learning.shown
        return found


def learning_of(evaluations: Sequence[Item], steps: int) -> Learning | None:
    """Held-out reward before and after, from the evaluations of a run; None where nothing was held out."""
    by_phase = {item["phase"]: item for item in evaluations if item["split"] == "heldout"}
    before, after = by_phase.get("before"), by_phase.get("after")
    if before is None or after is None:
        return None
    return Learning(
        Reward(before["reward"], before["low"], before["high"]),
        Reward(after["reward"], after["low"], after["high"]),
        Reward(after["gain"], after["gain_low"], after["gain_high"]),
        int(after["items"]),
        int(after["sections"]),
        steps,
    )
