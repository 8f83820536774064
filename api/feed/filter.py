"""Which entries a watcher wants; the same question asked of a frame and of the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studio.contract.schemas import TOPICS as TOPIC_OF

from api.errors import invalid

NAMES = tuple(sorted(set(TOPIC_OF.values()) - {"studio.routing"}))
MOST_SUBJECTS = 50
LONGEST = 300  # characters of a subject
WORD = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty means all. A subject means the aggregate of this name and everything below it (`batch-1/0007`)."""

    topics: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def wants(self, topic: str, type: str, subject: str) -> bool:
        """Whether such an entry is to be sent."""
        if (self.topics and topic not in self.topics) or (self.types and type not in self.types):
            return False
        return not self.subjects or any(subject == one or subject.startswith(f"{one}/") for one in self.subjects)

    @property
    def aggregates(self) -> list[str]:
        """The first parts of the subjects: what the table has an index for."""
        return sorted({name.split("/", 1)[0] for name in self.subjects})

    def condition(self) -> tuple[str, list[list[str]]]:
        """The same as SQL with its values."""
        parts, values = list[str](), list[list[str]]()
        for column, wanted in (("topic", self.topics), ("type", self.types)):
            if wanted:
                parts.append(f" and {column} = any(%s)")
                values.append(sorted(wanted))
        if self.subjects:
            names = sorted(self.subjects)
            parts.append(
                " and (subject = any(%s) or exists (select from unnest(%s::text[]) p where starts_with(subject, p)))"
            )
            values += [names, [f"{name}/" for name in names]]
        return "".join(parts), values


def parse(topics: Sequence[str], types: Sequence[str], subjects: Sequence[str]) -> Filter:
    """A filter from names.

    Raises:
        Problem: 422; a name that no entry has.
    """
    for name in topics:
        if name not in NAMES:
            raise invalid("topics", f"there is no topic {name[:100]}", f"one of {', '.join(NAMES)}")
    for name in types:
        if name not in TOPIC_OF or TOPIC_OF[name] not in NAMES:
            raise invalid("types", f"there is no event type {name[:100]}", "see schemas/avro")
    if len(subjects) > MOST_SUBJECTS:
        raise invalid("subjects", f"are more than {MOST_SUBJECTS}", "follow all, and leave out what is not wanted")
    for name in subjects:
        if not name or len(name) > LONGEST or "\0" in name:
            raise invalid("subject", f"is not 1 to {LONGEST} characters")
    return Filter(frozenset(topics), frozenset(types), frozenset(subjects))


def words(text: str, field: str) -> list[str]:
    """The names in a comma-separated list.

    Raises:
        Problem: 422; there are other characters in it.
    """
    found = [word.strip() for word in text.split(",") if word.strip()]
    for word in found:
        if not WORD.fullmatch(word):
            raise invalid(field, "is no comma-separated list of names")
    return found
