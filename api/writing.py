"""Commands to the gate: idempotency key, expected version and trace from the headers, the position in the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import Depends, Header, Request, Response

from api import backend
from api.access import Someone
from api.envelope import Decided, Happened, Item, item
from api.errors import invalid
from api.position import Position, after_both, position
from streams.decision import Decision
from streams.gate import Conflict, Do
from streams.token import Token

TOGETHER, LAST, ATTEMPTS = 200, 40, 5
ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')

IdempotencyKey = Annotated[
    str, Header(max_length=200, description="The same key with the same request gives the same answer.")
]
IfMatch = Annotated[str, Header(max_length=200, description='`"<revision>"`: refuse where it has moved on.')]


def expected_version(if_match: str) -> int | None:
    """The version in an `If-Match` header; None takes whatever is there.

    Raises:
        Problem: 422; it is not an entity tag of ours.
    """
    text = if_match.strip()
    if text in ("", "*"):
        return None
    found = ETAG.fullmatch(text)
    if found is None:
        raise invalid("If-Match", "is no entity tag of this studio", 'send the ETag as it was given, e.g. "3"')
    return int(found[1])


class Writer:
    """Sends commands as the one who asks."""

    def __init__(
        self,
        request: Request,
        response: Response,
        who: Someone,
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatch = "",
        after: Position = "",
    ) -> None:
        self.backend, self.who = backend.of(request), who
        self._response = response
        self._scope = f"{who.tenant}/{who.user_id}"
        self._after = position(after, who.tenant)
        self._key = idempotency_key
        self._gate_key = f"api/{who.user_id}/{idempotency_key}" if idempotency_key else ""
        self._expected = expected_version(if_match)
        self._trace: str = request.scope.get("studio.traceparent", "")

    def new_id(self, kind: str) -> str:
        """An id for something new; the same idempotency key gives the same one."""
        if not self._key:
            return uuid4().hex
        return uuid5(NAMESPACE_URL, f"studio/{self._scope}/{kind}/{self._key}").hex

    async def answered(self) -> list[dict[str, Any]] | None:
        """The fields of the events that this idempotency key led to before; None where it is new.

        What a request refers to is checked, and what it leaves open is looked up, only the first time: the world may
        have moved on, and a repeat gets the same answer all the same.
        """
        if not self._key:
            return None
        async with self.backend.engine.connection() as conn:
            row = await (
                await conn.execute(
                    "select answer from gate.answer where tenant = %s and key = %s", [self.who.tenant, self._gate_key]
                )
            ).fetchone()
        return [data for _, data in row[0][3]] if row else None

    async def do(self, kind: str, id: str, command: Any) -> Decision:
        """Decide; the answer carries `Studio-Position` and the new `ETag`.

        Raises:
            Refused: see the decider.
        """
        decision = await self.backend.gate.handle(
            self.who.tenant,
            Do(kind, id, command),
            idempotency_key=self._gate_key,
            expected_version=self._expected,
            traceparent=self._trace,
        )
        self._response.headers["Studio-Position"] = after_both(self._after, decision.token)
        self._response.headers["ETag"] = f'"{decision.version}"'
        return decision

    async def each(self, kind: str, commands: Sequence[tuple[str, Any]]) -> list[Decision]:
        """Decide about many things of a kind, (id, command) in order, a few hundred to a transaction.

        Under one idempotency key a repeat goes on where it was cut off. The answer's position stands for the last
        ones: events are published in their order, so whoever has read those has read all.

        Raises:
            Refused: see the decider; what stood before it in its transaction did not happen either.
        """
        found: list[Decision] = []
        for start in range(0, len(commands), TOGETHER):
            found += await self._together(kind, start, commands[start : start + TOGETHER])
        after = self._after
        for decision in found[-LAST:]:
            after = after.joined(Token.parse(decision.token))
        self._response.headers["Studio-Position"] = after.text()
        return found

    async def _together(self, kind: str, start: int, part: Sequence[tuple[str, Any]]) -> list[Decision]:
        for attempt in range(ATTEMPTS):
            try:
                async with self.backend.engine.connection() as conn, conn.transaction():
                    return [
                        await self.backend.gate.handle(
                            self.who.tenant,
                            Do(kind, id, command),
                            conn=conn,
                            idempotency_key=f"{self._gate_key}/{place}" if self._gate_key else "",
                            traceparent=self._trace,
                        )
                        for place, (id, command) in enumerate(part, start)
                    ]
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def act(self, type: str, kind: str, id: str, command: Any) -> Item[Decided]:
        """The same for something that exists: the answer tells what happened."""
        decision = await self.do(kind, id, command)
        events = [Happened(type=name, data=data) for name, data in decision.events]
        return item(id, type, Decided(revision=decision.version, events=events))


Writing = Annotated[Writer, Depends()]
