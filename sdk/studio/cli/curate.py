"""`studio curate`: score samples, judge them by a rule, and ask what another rule would do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, listing, screen, show
from studio.item import Item
from studio.rule import RuleError, parse

WHAT_IF = (
    "rule", "samples", "kept", "dropped", "tokens", "tokens_total", "gained", "lost", "reasons", "topics",
    "unknown_scores",
)  # fmt: skip


def curate(
    ids: Annotated[list[str], typer.Argument(help="Batches; with --what-if one finished curation.")],
    rule: Annotated[
        str, typer.Option(callback=lambda value: _checked(value), help="Over scores; empty: default.")
    ] = "",
    what_if: Annotated[
        str | None, typer.Option(callback=lambda value: _checked(value), help="Ask stored scores another rule.")
    ] = None,
    against: Annotated[
        str, typer.Option(callback=lambda value: _checked(value), help="With --what-if: compare with this rule.")
    ] = "",
    flips: Annotated[int, typer.Option(min=0, max=1000, help="With --what-if: name so many that flip.")] = 20,
    scorer: Annotated[list[str] | None, typer.Option(help="Scorers; without it the default ones.")] = None,
    settings: Annotated[str, typer.Option(help="Of scorers, as JSON.")] = "",
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Score the samples of batches and keep those that a rule accepts.

    With --what-if nothing is generated or scored again: the stored scores are asked another rule.

    Example: studio curate BATCH --rule "grounding >= 0.9 and near_duplicate < 0.8"

    Example: studio curate CURATION --what-if "grounding >= 0.5 && !(pii > 0)" --against "grounding >= 0.8"
    """
    with connected() as studio:
        if what_if is not None:
            if len(ids) != 1:
                raise typer.BadParameter("--what-if asks one curation")
            answer = studio.curations.what_if(ids[0], what_if, against=against, flips=flips)
            show(answer, json_, WHAT_IF)
            if not json_:
                listing((_flip(one) for one in answer["flips"]), False, ("kept", "question", "answer", "reason"))
            return
        curation = studio.curations.create(ids, rule, scorers=scorer or (), settings=_object(settings))
        if follow:
            curation = watch(studio, curation, "curation", screen)
        show(curation, json_, ("status", "rule", "samples", "kept", "dropped", "reasons", "error"))


def _flip(one: Mapping[str, Any]) -> Item:
    return Item(str(one["sample_id"]), "sample", one)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise typer.BadParameter(f"--settings is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter('--settings is no JSON object, e.g. {"pii": {"mode": "replace"}}')
    return found


def _checked(rule: str | None) -> str | None:
    try:
        parse(rule or "")
    except RuleError as error:
        raise typer.BadParameter(str(error)) from None
    return rule
