"""What commands show: progress as a fold of events, errors as exit codes, text from outside without a meaning."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import typer
from rich.console import Console
from studio import errors
from studio.cli.lineage import tree_of
from studio.cli.progress import Bar, Bars, advance
from studio.cli.screen import exit_code, listing
from studio.cli.settings import labels_of, needs_of, settings_of
from studio.contract import to_dict
from studio.contract.schemas import CLASSES
from studio.feed import FeedEvent
from studio.item import Item
from studio.job import KINDS
from studio.nested import merged


def event(type: str, version: int = 0, **data: Any) -> FeedEvent:
    fields = {**to_dict(CLASSES[type]()), **data}
    return FeedEvent("p", "e", type, "t", "s", datetime.now(UTC), fields, version=version)


def folded(*events: FeedEvent) -> Bar:
    bar = Bar("x")
    for each in events:
        bar = advance(bar, each)
    return bar


def test_a_batch_counts_its_samples() -> None:
    bar = folded(event("BatchRequested", count=3), *[event("SampleGenerated")] * 2)
    assert (bar.done, bar.total, bar.ended) == (2, 3, False)
    bar = advance(bar, event("BatchFinished", asked=3, delivered=2))
    assert (bar.done, bar.total, bar.text, bar.ended) == (2, 2, "2 of 3 samples", True)


def test_a_run_shows_its_phase_and_reward() -> None:
    bar = folded(
        event("RunClaimed", trainer="t0"),
        event("StepRecorded", phase="warm_start", step=40, steps_total=40),
        event("StepRecorded", phase="grpo", step=5, steps_total=20, reward=0.5),
    )
    assert (bar.done, bar.total, bar.text) == (5, 20, "grpo, reward 0.50")
    assert "waiting" in advance(bar, event("LeaseLost", trainer="t0")).text


@pytest.mark.parametrize(
    "type", sorted({t for kind in KINDS.values() for t in kind.done | kind.failed | kind.cancelled})
)
def test_every_end_of_a_job_ends_its_bar(type: str) -> None:
    assert advance(Bar("x"), event(type)).ended


def test_every_event_of_the_contract_can_be_folded() -> None:
    for name in CLASSES:
        advance(Bar("x"), event(name))


def test_a_deployment_ends_only_after_the_revision_that_it_began_with() -> None:
    kind = KINDS["deployment"]
    assert not kind.ends(event("Promoted", version=2), 3) and kind.ends(event("Promoted", version=4), 3)
    assert KINDS["run"].ends(event("RunCompleted", version=2), 2)


def test_without_a_terminal_progress_is_lines() -> None:
    out = io.StringIO()
    bars = Bars(Console(file=out, width=80))
    with bars.live():
        track = bars.begin("samples")
        track.feed(event("BatchRequested", count=100))
        for _ in range(100):
            track.feed(event("SampleGenerated"))
        track.end("[red]done[/]")
    lines = out.getvalue().splitlines()
    assert len(lines) == 12 and lines[-1].endswith("[red]done[/]")


CODES = {
    errors.JobFailed("run", "r", {}): 1,
    errors.JobCancelled("run", "r", ""): 1,
    errors.NotFound(404, "X", "", {}): 3,
    errors.Conflict(409, "X", "", {}): 4,
    errors.Unauthorized(401, "X", "", {}): 5,
    errors.Forbidden(403, "X", "", {}): 5,
    errors.Unreachable("x"): 6,
    errors.NotConfigured("x"): 6,
    errors.ServerFault(500, "X", "", {}): 6,
    errors.RateLimited(429, "X", "", {}): 6,
    errors.ValidationError(422, "X", "", {}): 7,
    errors.JobLate("x"): 8,
    errors.StudioError("x"): 9,
    errors.DeliveryFailed("x"): 9,
}


@pytest.mark.parametrize("error", CODES, ids=lambda error: type(error).__name__)
def test_exit_codes_stay(error: errors.StudioError) -> None:
    assert exit_code(error) == CODES[error]


def test_settings_nest_and_merge() -> None:
    assert settings_of(["grpo.steps=5", "reward=f1", "grpo.normalise=false"]) == {
        "grpo": {"steps": 5, "normalise": False},
        "reward": "f1",
    }
    assert merged({"grpo": {"steps": 1, "prompts": 2}}, {"grpo": {"steps": 3}}) == {"grpo": {"steps": 3, "prompts": 2}}
    for wrong in (["x"], ["=1"], ["a=1", "a.b=2"]):
        with pytest.raises(typer.BadParameter):
            settings_of(wrong)


def test_labels_and_needs_are_written_as_the_api_takes_them() -> None:
    assert labels_of(["search=s=1", "empty="]) == {"search": "s=1", "empty": ""}
    for wrong in ("x", "=1"):
        with pytest.raises(typer.BadParameter):
            labels_of([wrong])
    assert needs_of(None, None) is None
    assert needs_of("cuda", 1.5) == {"device": "cuda", "memory": 3 << 29}
    assert needs_of(None, 1) == {"device": "any", "memory": 1 << 30}


def test_a_run_tells_when_it_rests_and_what_was_changed() -> None:
    bar = folded(event("RunPaused", author="ann", reason="night"))
    assert (bar.text, bar.ended) == ("paused by ann: night", False)
    assert "bob" in advance(bar, event("RunResumed", author="bob")).text
    changed = event("AdjustmentApplied", step=7, changes='{"learning_rate": 0.001}')
    assert "step 7" in (text := advance(bar, changed).text) and "0.001" in text


def test_text_from_outside_means_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    listing([Item("d1", "document", {"name": "[red]x[/] \x1b[31m"})], False, ["name"])
    assert "[red]x[/]" in (out := capsys.readouterr().out) and "\x1b[31m" not in out


def test_lineage_is_a_tree_from_where_the_question_began() -> None:
    place = {name: {"type": name, "id": "1"} for name in ("run", "dataset", "document")}
    nodes = [{**place[name], "label": name.upper()} for name in place]
    edges = [
        {"from": place["dataset"], "to": place["run"]},
        {"from": place["document"], "to": place["dataset"]},
    ]
    out = io.StringIO()
    graph = Item("x", "lineage", {"nodes": nodes, "edges": edges})
    Console(file=out, width=80).print(tree_of(graph, "run", "1", down=False))
    Console(file=out, width=80).print(tree_of(graph, "document", "1", down=True))
    assert [line.strip("│└├─ ").split()[0] for line in out.getvalue().splitlines()] == [
        "run", "dataset", "document", "document", "dataset", "run",
    ]  # fmt: skip
