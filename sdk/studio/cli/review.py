"""`studio review`: what people decide about samples, and how far they agree."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from studio.cli.screen import EXIT_CODES, Json, connected, listing, show
from studio.item import Item

app = typer.Typer(no_args_is_help=True, help="Review samples: keep, drop, edit, flag, undo.", epilog=EXIT_CODES)
Reason = Annotated[str, typer.Option(help="Why; it is kept with the decision.")]
Curation = Annotated[str, typer.Option(help="The curation whose queue it came from.")]
SHOWN = ("kind", "question", "answer", "quote", "passage", "value", "reviews", "kept", "reason")


@app.command(name="next")
def next_(
    curation: str,
    order: Annotated[str, typer.Option(help="near_threshold, random or disagree.")] = "near_threshold",
    rule: Annotated[str, typer.Option(help="Whose thresholds; empty: the curation's rule.")] = "",
    seed: Annotated[str, typer.Option(help="Of random: the same one, the same order.")] = "",
    second: Annotated[bool, typer.Option(help="Only what somebody else has decided.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 1,
    json_: Json = False,
) -> None:
    """Show what to look at next: samples that you have not decided yet.

    Example: studio review next CURATION --order disagree
    """
    with connected() as studio:
        found = studio.reviews.queue(curation, order, rule=rule, seed=seed, second=second, limit=limit)
        if limit == 1 and found.items:
            show(found.items[0], json_, SHOWN)
        else:
            listing(found, json_, ("value", "question", "answer", "reviews"))


@app.command()
def keep(sample: str, reason: Reason = "", curation: Curation = "", json_: Json = False) -> None:
    """Keep a sample, whatever the rule says.

    Example: studio review keep SAMPLE --reason "checked against the manual"
    """
    with connected() as studio:
        _told(studio.reviews.keep(sample, reason=reason, curation_id=curation), json_)


@app.command()
def drop(sample: str, reason: Reason = "", curation: Curation = "", json_: Json = False) -> None:
    """Drop a sample, whatever the rule says.

    Example: studio review drop SAMPLE --reason "two answers fit"
    """
    with connected() as studio:
        _told(studio.reviews.drop(sample, reason=reason, curation_id=curation), json_)


@app.command()
def flag(sample: str, reason: Reason = "", curation: Curation = "", json_: Json = False) -> None:
    """Put a sample aside; it stays out until somebody decides.

    Example: studio review flag SAMPLE --reason "ask the author"
    """
    with connected() as studio:
        _told(studio.reviews.flag(sample, reason=reason, curation_id=curation), json_)


@app.command()
def edit(
    sample: str,
    question: Annotated[str, typer.Option(help="The new question; empty: as it is.")] = "",
    answer: Annotated[str, typer.Option(help="The new answer; empty: as it is.")] = "",
    ungrounded: Annotated[bool, typer.Option(help="Although its source does not say so.")] = False,
    reason: Reason = "",
    curation: Curation = "",
    json_: Json = False,
) -> None:
    """Keep a sample with other texts; its grounding is measured again.

    Example: studio review edit SAMPLE --answer "every 40 hours"
    """
    with connected() as studio:
        old = studio.samples.get(sample)
        texts = question or str(old["question"]), answer or str(old["answer"])
        done = studio.reviews.edit(sample, *texts, reason=reason, ungrounded=ungrounded, curation_id=curation)
        _told(done, json_)


@app.command()
def undo(
    sample: Annotated[str | None, typer.Argument(help="A sample; without it your last act.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="How many acts.")] = 1,
    selection: Annotated[str | None, typer.Option(help="All of a decision about many.")] = None,
    reason: Reason = "",
    json_: Json = False,
) -> None:
    """Take back what you decided; what stood before stands again.

    Example: studio review undo --steps 3
    """
    with connected() as studio:
        show(studio.reviews.undo(sample, steps=steps, selection_id=selection, reason=reason), json_)


@app.command()
def bulk(
    curation: str,
    decision: Annotated[str, typer.Argument(help="keep, drop or flag.")],
    scorer: Annotated[str | None, typer.Option(help="A score; with --low or --high.")] = None,
    low: Annotated[float | None, typer.Option(help="At least.")] = None,
    high: Annotated[float | None, typer.Option(help="At most.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of sample.")] = None,
    document: Annotated[str | None, typer.Option(help="Made from this document.")] = None,
    text: Annotated[str, typer.Option(help="Words in the question or the answer.")] = "",
    kept: Annotated[bool | None, typer.Option("--kept/--dropped", help="What the curation decided.")] = None,
    again: Annotated[bool, typer.Option(help="Also what was reviewed already.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Only count them.")] = False,
    reason: Reason = "",
    json_: Json = False,
) -> None:
    """Decide about all samples of a curation that a filter takes.

    Example: studio review bulk CURATION drop --scorer grounding --high 0.4
    """
    filter: dict[str, Any] = {
        "scorer": scorer, "low": low, "high": high, "kind": kind, "document_id": document, "text": text, "kept": kept,
        "unreviewed": not again,
    }  # fmt: skip
    given = {name: value for name, value in filter.items() if value is not None}
    with connected() as studio:
        show(studio.reviews.bulk(curation, decision, given, reason=reason, dry_run=dry_run), json_)


@app.command()
def agreement(curation: str, json_: Json = False) -> None:
    """Cohen's kappa of every two reviewers.

    Example: studio review agreement CURATION
    """
    with connected() as studio:
        show(studio.reviews.agreement(curation), json_, ("reviewers", "pairs", "differing"))


def _told(done: Item, as_json: bool) -> None:
    if as_json:
        show(done, as_json)
        return
    events = done["events"]
    now = events[-1]["data"] if events else {}
    told = {"standing": now.get("standing", "as it was"), "revision": done.revision}
    if now.get("decision") == "edit":
        told["grounding"] = now["grounding"]
    show(Item(done.id, done.type, told), False, tuple(told))
