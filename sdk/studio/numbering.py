"""Epoch and number of a producer's facts: without a gap on each stream, and begun anew where one may be missing."""

from __future__ import annotations

from studio.contract import Event


class Numbering:
    """start: the first epoch, milliseconds of Unix time: a restarted producer is newer than any before it."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._places: dict[str, tuple[int, int]] = {}  # stream -> epoch, last number

    def next(self, event: Event) -> Event:
        """The event under the next number of its stream; the number counts as used once it is taken."""
        epoch, seq = self._places.get(event.stream, (self._start, 0))
        return event.at(epoch=epoch, seq=seq + 1)

    def take(self, event: Event) -> None:
        """The number of this event is used."""
        self._places[event.stream] = (event.epoch, event.seq)

    def renew(self, stream: str, now: int) -> None:
        """A number of this stream was given up. It may or may not be in the log: what follows must not depend on it."""
        self._places[stream] = (max(self._places[stream][0] + 1, now), 0)
