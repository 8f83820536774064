"""A projection's own position, dead letters and pace, whoever brings the records."""

from __future__ import annotations

import asyncio
from typing import Any

from streams import halt
from streams.intake import Raw
from streams.taker import Taker

Place = tuple[str, int]


class Stopped(Exception):
    """Too many dead letters in a row: this projection waits for a person, the others go on."""


class Member(Taker):
    """One projection: it takes what the reader brings."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.stopped = False
        self.behind: set[Place] = set()
        self.lock = asyncio.Lock()

    async def give(self, batch: dict[Place, list[Raw]], behind: bool) -> None:
        """Take what is new of `batch`, of those partitions where this member is (not) behind."""
        async with self.lock:
            try:
                for place, records in batch.items():
                    if self.stopped or place not in self.next or (place in self.behind) != behind:
                        continue
                    first = self.next[place] or 0
                    todo = [record for record in records if record.offset >= first]
                    if todo:
                        await self.take(todo)
            except Stopped:
                self.behind = set(self.next)

    async def settle(self) -> None:
        """Do what was asked about a dead letter of this member."""
        async with self.lock:
            try:
                await self._settle()
            except Stopped:
                self.behind = set(self.next)

    async def _running(self) -> None:
        async with self.pool.connection() as conn:
            self.stopped = bool(await halt.halted(conn, [self.name]))
        self.row = 0
        if self.stopped:
            raise Stopped(self.name)
