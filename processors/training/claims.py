"""What a trainer does next, from what the log shows: pure, so that it can be replayed and tested without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processors.training.allocation import GRACE, Announced, allocate, room
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


def next_move(
    runs: Iterable[RunView], trainers: Iterable[Announced], me: str, busy: Key | None, now: float
) -> Move | None:
    """A silent holder is reported first; otherwise the run that is meant for this trainer is claimed.

    Args:
        runs: all runs on the board.
        trainers: as they announced themselves, this one among them.
        me: this trainer's name. A claim under it that this process does not hold is from an earlier life of the
            trainer; it is waited for only half the lease, in case two trainers were given one name.
        busy: the run that this process works on, or ``None``.
        now: on the clock of ``RunView.heard``.
    """
    waiting: list[RunView] = []
    working: set[str] = set()
    for view in runs:
        if view.state.status == "claimed":
            if view.key == busy:
                continue
            mine = view.state.trainer == me
            patience = view.lease_seconds * (0.5 if mine else 1.0)
            if now - view.heard > patience:
                reason = "the trainer was restarted" if mine else f"no heartbeat for {patience:.0f} s"
                return Report(view.key, view.state.epoch, reason)
            working.add(view.state.trainer)
        elif view.state.status == "pending" and not view.state.outside:
            waiting.append(view)
    if busy is not None or not waiting:
        return None
    waiting.sort(key=lambda view: (view.requested.time, view.key))
    known = {one.name: one for one in trainers}
    meant = allocate(waiting, known.values(), working - {me}, now).get(me)
    for view in waiting:
        lies = now - view.decided > GRACE and me in known and room(known[me], view.needs) is not None
        if view.key == meant or lies:
            return Claim(view.key, view.version)
    return None
