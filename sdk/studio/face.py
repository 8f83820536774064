"""Two faces of one client: every method is written once, as a coroutine, and typed right on both.

A room of the client is generic in its face. The same attribute is a coroutine function on `Documents[Awaiting]` and
an ordinary function on `Documents[Blocking]`, whose room carries the loop that runs it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from studio.loop import Loop
from studio.session import Session


class Awaiting:
    """The face for code inside an event loop."""


class Blocking:
    """The face for code without one."""


F = TypeVar("F")  # Awaiting or Blocking
P = ParamSpec("P")
T = TypeVar("T")


class Room(Generic[F]):
    """Methods about one kind of thing, over a shared session. With a loop it is the blocking face."""

    def __init__(self, session: Session, loop: Loop | None) -> None:
        self._session = session
        self._loop = loop


class call(Generic[P, T]):  # a decorator, named as one
    """A method that answers once."""

    def __init__(self, written: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> None:
        self.written = written
        self.__doc__ = written.__doc__

    @overload
    def __get__(self, room: None, kind: type) -> Self: ...
    @overload
    def __get__(self, room: Room[Blocking], kind: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, room: Room[Awaiting], kind: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, room: Room[Any] | None, kind: type) -> Any:
        if room is None:
            return self
        loop, bound = room._loop, self.written.__get__(room, kind)
        return bound if loop is None else lambda *given, **named: loop.run(bound(*given, **named))


class stream(Generic[P, T]):  # a decorator, named as one
    """A method that answers again and again."""

    def __init__(self, written: Callable[Concatenate[Any, P], AsyncIterator[T]]) -> None:
        self.written = written
        self.__doc__ = written.__doc__

    @overload
    def __get__(self, room: None, kind: type) -> Self: ...
    @overload
    def __get__(self, room: Room[Blocking], kind: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, room: Room[Awaiting], kind: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, room: Room[Any] | None, kind: type) -> Any:
        if room is None:
            return self
        loop, bound = room._loop, self.written.__get__(room, kind)
        return bound if loop is None else lambda *given, **named: loop.iterate(bound(*given, **named))
