"""What is known about the windows in the table: which belong together, which have news, which may go. Pure state."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from processors.metrics.windows import KEEP, Window, parse_key

Partition = tuple[str, int]


@dataclass(slots=True)
class Board:
    """keys: window to its table keys, one per partition. news: windows that changed since they were published.
    counted: by partition, the ids of outcomes and the offset at which each was counted."""

    seconds: float
    keys: dict[Window, set[str]] = field(default_factory=dict)
    news: set[Window] = field(default_factory=set)
    newest: dict[Partition, float] = field(default_factory=dict)
    order: dict[Partition, list[tuple[float, str]]] = field(default_factory=dict)
    counted: dict[Partition, dict[str, int]] = field(default_factory=dict)

    def fill(self, table: Mapping[str, bytes]) -> None:
        """Start from a recovered table. Everything is news: what was published last is not known."""
        self.keys, self.news, self.newest, self.order, self.counted = {}, set(), {}, {}, {}
        for key, value in table.items():
            partition, window = parse_key(key)
            self.touch(partition, window, key)
            if window.kind == "told":
                self.tell(partition, json.loads(value)["ids"])

    def late(self, partition: Partition, window: Window) -> bool:
        """Whether the window is final: it was forgotten, and to start it again would publish a part as the whole."""
        return window.start < self.newest.get(partition, 0.0) - KEEP[window.kind]

    def touch(self, partition: Partition, window: Window, key: str) -> None:
        """The window has news."""
        group = self.keys.setdefault(window, set())
        if key not in group:
            group.add(key)
            heapq.heappush(self.order.setdefault(partition, []), (window.start + KEEP[window.kind], key))
        self.newest[partition] = max(self.newest.get(partition, 0.0), window.start)
        if window.kind != "told":
            self.news.add(window)

    def told(self, partition: Partition, event_id: str) -> int | None:
        """The offset at which this outcome was counted."""
        return self.counted.get(partition, {}).get(event_id)

    def tell(self, partition: Partition, ids: dict[str, int]) -> None:
        """These outcomes are counted."""
        self.counted.setdefault(partition, {}).update(ids)

    def untell(self, partition: Partition, ids: Iterable[str]) -> None:
        """Their windows are final: a repeat would be too late for them."""
        for event_id in ids:
            self.counted.get(partition, {}).pop(event_id, None)

    def expired(self, partition: Partition) -> Iterator[str]:
        """Table keys of this partition that are final and published; they are forgotten here as they are given out."""
        order, limit = self.order.get(partition, []), self.newest.get(partition, 0.0)
        while order and order[0][0] < limit:
            window = parse_key(order[0][1])[1]
            if window in self.news:
                return
            key = heapq.heappop(order)[1]
            self.keys[window].discard(key)
            if not self.keys[window]:
                del self.keys[window]
            yield key

    def due(self, now: float) -> list[Window]:
        """Windows to publish: outcomes as soon as they change, stages when their time is over."""
        return [w for w in self.news if w.kind == "outcome" or w.start + self.seconds <= now]
