"""What a trainer does next, from what the log shows: pure, so that it can be replayed and tested without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processors.training.board import Key, RunView


@dataclass(frozen=True)
class Claim:
    """Take the run, if it is still at this version."""

    key: Key
    version: int


@dataclass(frozen=True)
class Report:
    """Say that the holder of this epoch is gone."""

    key: Key
    epoch: int
    reason: str


Move = Claim | Report


def next_move(runs: Iterable[RunView], me: str, busy: Key | None, now: float) -> Move | None:
    """A silent holder is reported first; otherwise the oldest pending run is claimed, when there is nothing to do.

    Args:
        runs: all runs on the board.
        me: this trainer's name. A claim under it that this process does not hold is from an earlier life of the
            trainer; it is waited for only half the lease, in case two trainers were given one name.
        busy: the run that this process works on, or ``None``.
        now: on the clock of ``RunView.heard``.
    """
    pending: list[RunView] = []
    for view in runs:
        if view.state.status == "claimed" and view.key != busy:
            mine = view.state.trainer == me
            patience = view.lease_seconds * (0.5 if mine else 1.0)
            if now - view.heard > patience:
                reason = "the trainer was restarted" if mine else f"no heartbeat for {patience:.0f} s"
                return Report(view.key, view.state.epoch, reason)
        elif view.state.status == "pending" and not view.state.outside:
            pending.append(view)
    if busy is not None or not pending:
        return None
    oldest = min(pending, key=lambda view: (view.requested.time, view.key))
    return Claim(oldest.key, oldest.version)
