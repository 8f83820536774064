"""Whether a WebSocket may be opened, and by whom: origin, ticket or token, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from api.errors import Problem
from api.feed.filter import Filter, parse, words
from api.feed.position import Start, start
from api.feed.tickets import Tickets
from api.permissions import allowed
from api.settings import ApiSettings
from api.tokens import Principal, unauthenticated, verify
from streams.settings import Settings

PATH = "/api/v1/feed"
LONGEST = 8_000  # characters of a request's target


@dataclass(frozen=True, slots=True)
class Question:
    """What a watcher asks for."""

    filter: Filter
    start: Start


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who watches what."""

    who: Principal
    question: Question


def origins(settings: Settings, own: ApiSettings) -> frozenset[str]:
    """Origins of pages that may open the feed, besides its own."""
    urls = [settings.api_url, *own.origins.split(",")]
    urls += [f"http://{host}:{settings.api_port}" for host in ("127.0.0.1", "localhost")]
    return frozenset(origin for url in urls if (origin := _origin(url.strip())))


def welcome(origin: str | None, host: str, known: Iterable[str]) -> bool:
    """Whether a page of this origin may connect. Programs send none; for them the token alone counts."""
    return origin is None or origin in known or urlsplit(origin).netloc == host


def question(query: str) -> Question:
    """What the query string asks for.

    Raises:
        Problem: 422; something in it makes no sense.
    """
    given = parse_qs(query)
    subjects = given.get("subject", [])
    filter = parse(words(_one(given, "topics"), "topics"), words(_one(given, "types"), "types"), subjects)
    return Question(filter, start(_one(given, "after"), bool(subjects)))


async def principal(query: str, authorization: str | None, secret: str, tickets: Tickets) -> Principal:
    """Who asks: by the header, else by the ticket.

    Raises:
        Problem: 401, neither is good. 403, the role may not read.
    """
    scheme, _, token = (authorization or "").partition(" ")
    ticket = _one(parse_qs(query), "ticket")
    if scheme.lower() == "bearer":
        who = verify(secret, token.strip())
    elif ticket:
        found = await tickets.take(ticket)
        if found is None:
            raise unauthenticated("TICKET_UNKNOWN", "the ticket is unknown, used or too old", "ask for another one")
        who = found
    else:
        raise unauthenticated("UNAUTHENTICATED", "a ticket is needed", "ask for one at POST /api/v1/feed/tickets")
    if not allowed(who.role, "studio:read"):
        raise Problem(403, "FORBIDDEN", f"the role {who.role} may not do this", reason="needs studio:read")
    return who


def _one(given: Mapping[str, list[str]], name: str) -> str:
    return given.get(name, [""])[-1]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
