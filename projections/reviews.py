"""Reviews: every decision about a sample in its order, and what each reviewer holds now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.contract import Event, to_dict
from studio.contract.records import ReviewDecided

from projections.table import Row, Table, parsed

NAME, VERSION = "reviews", 1
TOPICS = ("studio.curation",)
TABLES = (
    Table(
        "review",
        "sample_id text, revision bigint",
        """decision text, author text, reason text, question text, answer text, standing text, standing_author text,
        opinion text, undoes bigint, curation_id text, queue text, selection jsonb, selection_id text,
        grounding double precision, undone boolean, decided_at timestamptz""",
        shown="decision is not null",
        indexes=("author, decided_at, sample_id", "curation_id, decided_at, sample_id", "selection_id"),
    ),
    Table(
        "opinion",
        "sample_id text, author text",
        "decision text, revision bigint, decided_at timestamptz",
        shown="decision <> 'none'",
    ),
)


def rows(events: Sequence[Event]) -> Iterator[Row]:
    """`undone` is true once the decision was taken back. An opinion that was taken back is not shown."""
    for event in events:
        data = event.data
        if not isinstance(data, ReviewDecided):
            continue
        row = {"tenant_id": event.tenant, "sample_id": data.sample_id}
        selection = parsed(data.selection)
        told = {
            "standing": data.standing or data.decision,
            "standing_author": data.standing_author or data.author,
            "opinion": data.opinion or data.decision,
            "selection": selection,
            "selection_id": selection.get("id") if isinstance(selection, dict) else None,
            "undone": False,
        }
        yield Row("review", {**to_dict(data), **told, **row, "revision": event.version, "decided_at": event.time})
        if data.undoes:
            yield Row("review", {**row, "revision": data.undoes, "undone": True})
        held = {"author": data.author, "decision": told["opinion"], "revision": event.version}
        yield Row("opinion", {**row, **held, "decided_at": event.time})
