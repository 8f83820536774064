"""The budget of a batch: the most that a request can cost is reserved before it is sent, so it is never exceeded.

What a request was really charged replaces its reservation. A request whose answer was lost (the connection broke, the
process was killed) counts at its most: the server may have charged it.
"""

from __future__ import annotations

from dataclasses import dataclass

from processors.generation.prices import Price
from streams.database import Pool

DDL = """
create schema if not exists generation;
create table if not exists generation.budget (
    tenant text not null, batch text not null, tokens bigint not null, money bigint not null,
    spent_tokens bigint not null default 0, spent_money bigint not null default 0,
    held_tokens bigint not null default 0, held_money bigint not null default 0, primary key (tenant, batch),
    check (tokens = 0 or spent_tokens + held_tokens <= tokens),
    check (money = 0 or spent_money + held_money <= money));
create table if not exists generation.reservation (
    tenant text not null, batch text not null, item text not null, id bigint generated always as identity,
    tokens bigint not null, money bigint not null, primary key (tenant, batch, item, id));
"""
TOKENS_SPENT, MONEY_SPENT, WAIT = "budget_tokens_spent", "budget_money_spent", "wait"


@dataclass(frozen=True, slots=True)
class Purse:
    """The budget as one work item sees it. Without limits nothing is written."""

    pool: Pool
    tenant: str
    batch: str
    item: str
    tokens: int
    money: int
    price: Price | None

    @property
    def limited(self) -> bool:
        return bool(self.tokens or self.money)

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        return self.price.cost(tokens_in, tokens_out) if self.price else 0

    async def begin(self) -> None:
        """Make the batch's account; what an earlier attempt at this item left open counts as spent."""
        if not self.limited:
            return
        async with self.pool.connection() as conn, conn.transaction():
            await conn.execute(
                "insert into generation.budget (tenant, batch, tokens, money) values (%s, %s, %s, %s)"
                " on conflict do nothing",
                [self.tenant, self.batch, self.tokens, self.money],
            )
            rows = await (
                await conn.execute(
                    "delete from generation.reservation where tenant = %s and batch = %s and item = %s"
                    " returning tokens, money",
                    [self.tenant, self.batch, self.item],
                )
            ).fetchall()
            tokens, money = sum(row[0] for row in rows), sum(row[1] for row in rows)
            if rows:
                await conn.execute(
                    "update generation.budget set held_tokens = held_tokens - %s, held_money = held_money - %s,"
                    " spent_tokens = spent_tokens + %s, spent_money = spent_money + %s"
                    " where tenant = %s and batch = %s",
                    [tokens, money, tokens, money, self.tenant, self.batch],
                )

    async def reserve(self, most: tuple[int, int]) -> int | str:
        """Reserve for a request that may take `most` tokens (in, out): the reservation, or WAIT where others may
        still give back enough, or the reason why there is too little for good."""
        if not self.limited:
            return 0
        tokens, money = sum(most), self.cost(*most)
        async with self.pool.connection() as conn, conn.transaction():
            row = await (
                await conn.execute(
                    "select tokens, money, spent_tokens, spent_money, held_tokens, held_money from generation.budget"
                    " where tenant = %s and batch = %s for update",
                    [self.tenant, self.batch],
                )
            ).fetchone()
            assert row is not None, "begun"
            if self.tokens and row[2] + row[4] + tokens > row[0]:
                return WAIT if row[4] and row[2] + tokens <= row[0] else TOKENS_SPENT
            if self.money and row[3] + row[5] + money > row[1]:
                return WAIT if row[5] and row[3] + money <= row[1] else MONEY_SPENT
            await conn.execute(
                "update generation.budget set held_tokens = held_tokens + %s, held_money = held_money + %s"
                " where tenant = %s and batch = %s",
                [tokens, money, self.tenant, self.batch],
            )
            made = await (
                await conn.execute(
                    "insert into generation.reservation (tenant, batch, item, tokens, money)"
                    " values (%s, %s, %s, %s, %s) returning id",
                    [self.tenant, self.batch, self.item, tokens, money],
                )
            ).fetchone()
            assert made is not None
            return int(made[0])

    async def settle(self, reservation: int, used: tuple[int, int] | None) -> None:
        """Replace a reservation by what was charged: `used` tokens (in, out); None counts it at its most."""
        if not self.limited:
            return
        async with self.pool.connection() as conn, conn.transaction():
            row = await (
                await conn.execute(
                    "delete from generation.reservation where tenant = %s and batch = %s and item = %s and id = %s"
                    " returning tokens, money",
                    [self.tenant, self.batch, self.item, reservation],
                )
            ).fetchone()
            if row is None:
                return  # a later attempt at this item counted it at its most
            # A server that charges more than it was allowed breaks its word; the account stays within its bounds and
            # the next request finds nothing left.
            tokens = row[0] if used is None else min(row[0], sum(used))
            money = row[1] if used is None else min(row[1], self.cost(*used))
            await conn.execute(
                "update generation.budget set held_tokens = held_tokens - %s, held_money = held_money - %s,"
                " spent_tokens = spent_tokens + %s, spent_money = spent_money + %s where tenant = %s and batch = %s",
                [*row, tokens, money, self.tenant, self.batch],
            )
