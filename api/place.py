"""A place in the log that a stream can go on from: the next offset of every partition, as the `id` of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from studio.contract.schemas import TOPICS as TOPIC_OF

from api.errors import invalid
from streams.catalogue import TOPICS

PREFIX = "studio."
NAMES = tuple(topic.name for topic in TOPICS)
LARGEST = 2**62


@dataclass(slots=True)
class Place:
    """start: where partitions begin that `offsets` does not name."""

    start: Literal["begin", "end"]
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)

    @staticmethod
    def parse(text: str) -> Place:
        """A place from `begin`, `end` or `text()`.

        Raises:
            Problem: 422; it is none of these.
        """
        if text == "begin" or text == "end":
            return Place(text)  # type: ignore[arg-type]
        offsets: dict[tuple[str, int], int] = {}
        try:
            for part in text.removeprefix("v1.").split("~"):
                name, _, numbers = part.partition(":")
                if PREFIX + name not in NAMES:
                    raise ValueError(name)
                for partition, number in enumerate(numbers.split("-")):
                    if not number.isascii() or not number.isdecimal() or len(number) > 19 or int(number) > LARGEST:
                        raise ValueError(number)
                    offsets[PREFIX + name, partition] = int(number)
        except ValueError as error:
            raise invalid("after", "is no place in the log", "send an id as it was given, or begin, or end") from error
        # A partition without a number was not there when this place was told: all of it is new.
        return Place("begin", offsets)

    def text(self) -> str:
        """ASCII without blanks, for `id:` and `Last-Event-ID`."""
        by_topic: dict[str, list[int]] = {}
        for (topic, _), offset in sorted(self.offsets.items()):
            by_topic.setdefault(topic.removeprefix(PREFIX), []).append(offset)
        return "v1." + "~".join(f"{name}:{'-'.join(map(str, found))}" for name, found in by_topic.items())


def chosen(topics: Sequence[str], types: Sequence[str]) -> tuple[str, ...]:
    """The topics that a stream has to read.

    Raises:
        Problem: 422; there is no such topic.
    """
    for name in topics:
        if name not in NAMES:
            raise invalid("topics", f"there is no topic {name}", f"one of {', '.join(NAMES)}")
    wanted = set(topics or NAMES)
    if types:
        wanted &= {TOPIC_OF[name] for name in types}
    return tuple(name for name in NAMES if name in wanted)
