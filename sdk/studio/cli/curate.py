"""`studio curate`: score samples, judge them by a rule, and ask what another rule would do."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.progress import watch
from studio.cli.screen import Follow, Json, connected, screen, show
from studio.rule import RuleError, parse


def curate(
    ids: Annotated[list[str], typer.Argument(help="Batches; with --what-if one finished curation.")],
    rule: Annotated[
        str, typer.Option(callback=lambda value: _checked(value), help="Over scores; empty: default.")
    ] = "",
    what_if: Annotated[
        str | None, typer.Option(callback=lambda value: _checked(value), help="Ask stored scores another rule.")
    ] = None,
    follow: Follow = True,
    json_: Json = False,
) -> None:
    """Score the samples of batches and keep those that a rule accepts.

    With --what-if nothing is generated or scored again: the stored scores are asked another rule.

    Example: studio curate BATCH --rule "grounding >= 0.9 and near_duplicate < 0.8"

    Example: studio curate CURATION --what-if "grounding >= 0.5"
    """
    with connected() as studio:
        if what_if is not None:
            if len(ids) != 1:
                raise typer.BadParameter("--what-if asks one curation")
            answer = studio.curations.what_if(ids[0], what_if)
            show(answer, json_, ("rule", "samples", "kept", "dropped", "reasons", "unknown_scores"))
            return
        curation = studio.curations.create(ids, rule)
        if follow:
            curation = watch(studio, curation, "curation", screen)
        show(curation, json_, ("status", "rule", "samples", "kept", "dropped", "reasons", "error"))


def _checked(rule: str | None) -> str | None:
    try:
        parse(rule or "")
    except RuleError as error:
        raise typer.BadParameter(str(error)) from None
    return rule
