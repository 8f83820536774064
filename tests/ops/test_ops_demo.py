"""What the demo says about itself: measures, the way back to the bytes, and an honest summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from studio import Item, StudioError

from ops.demo.findings import Arm, Findings, Learning, Origin, Reward, Trial, learning_of
from ops.demo.options import documents_in
from ops.demo.origin import examine, line
from ops.demo.summary import summary
from ops.demo.trial import token_f1

ACCESS = {"studio": "http://s", "api": "http://a", "router": "http://r", "email": "e", "password": "p", "home": "/h"}


@pytest.mark.parametrize(
    ("answer", "gold", "score"),
    [
        ("the red boat", "The red boat.", 1.0),
        ("boat", "red boat", 2 / 3),
        ("", "boat", 0.0),
        ("", "", 1.0),
        ("x", "y", 0.0),
    ],
)
def test_token_f1(answer: str, gold: str, score: float) -> None:
    assert token_f1(answer, gold) == pytest.approx(score)


def edge(source: str, made: str) -> dict[str, Any]:
    ends = [dict(zip(("type", "id"), end.split(" "), strict=True)) for end in (source, made)]
    return {"from": ends[0], "to": ends[1]}


def test_the_line_of_lineage_takes_the_wanted_turn() -> None:
    chain = ["document d2", "batch b", "curation c", "dataset s", "run r", "model_version m@2", "deployment x"]
    edges = [edge(*pair) for pair in zip(chain, chain[1:], strict=False)]
    forks = [edge("model_version m@1", "deployment x"), edge("document d1", "batch b")]
    graph = Item("g", "lineage", {"nodes": [], "edges": [*forks, *edges]})
    found = line(graph, ("deployment", "x"), {"model_version": "m@2", "document": "d2"})
    assert found == list(reversed(chain))


def source(**more: Any) -> dict[str, Any]:
    return {"document_name": "f", "kind": "html", "byte_start": None, "byte_end": None, "page": None, **more}


def test_the_quote_is_looked_up_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"<p>salt &amp; \n pepper</p>")
    assert examine("d", "salt & pepper", source(byte_start=3, byte_end=22), file).checked == "bytes"
    assert examine("d", "sugar", source(byte_start=3, byte_end=22), file).checked == "differs"
    assert examine("d", "salt", source(kind="pdf", page=4), file) == Origin("d", "f", "salt", "page 4", "text")


def evaluation(phase: str, **numbers: float) -> Item:
    return Item(phase, "evaluation", {"phase": phase, "split": "heldout", "items": 9, "sections": 3, **numbers})


def test_learning_is_read_from_the_evaluations() -> None:
    before = evaluation("before", reward=0.4, low=0.3, high=0.5)
    after = evaluation("after", reward=0.6, low=0.5, high=0.7, gain=0.2, gain_low=0.06, gain_high=0.3)
    learning = learning_of([before, after], 200)
    assert learning is not None and learning.gain == Reward(0.2, 0.06, 0.3) and learning.shown
    assert learning_of([before], 200) is None


def findings(low: float) -> Findings:
    counts = dict(documents=1, sections=2, asked=9, generated=8, kept=6, train=4, heldout=2, steps=3, calls=5)
    found = Findings(counts=counts, seconds={"training": 3.0})
    found.drop("generation", [{"reason": "too short", "count": 1}])
    found.drop("curation", [{"reason": "grounding >= 0.8", "count": 2}])
    found.ids = {"rule": "grounding >= 0.8", "merkle_root": "ab"}
    found.learning = Learning(Reward(0.4, 0.3, 0.5), Reward(0.6, 0.5, 0.7), Reward(0.2, low, 0.3), 2, 1, 3)
    found.trial = Trial("promote", "not worse", 5, {"canary": Arm(3, Reward(1.0, 0.4, 1.0))})
    found.chat = {"question": "q?", "answer": "a", "expected": "a", "version": "m@1"}
    found.lineage = ["deployment x", "document d"]
    found.origin = Origin("d", "f.md", "a", "bytes 1-2", "bytes")
    return found


def test_the_summary_tells_everything_that_was_promised() -> None:
    text = "\n".join(summary(findings(0.06), ACCESS))
    for part in (
        "8 of 9 asked for; dropped: 1 too short",
        "2 dropped: grounding >= 0.8",
        "0.400 [0.300, 0.500] before, 0.600 [0.500, 0.700] after, on 2 questions of 1 sections",
        "+0.200 [+0.060, +0.300]",
        "canary: 1.000 [0.400, 1.000] of 3 answers right",
        "deployment x <- document d <- f.md bytes 1-2 'a' (checked in the file)",
        "http://s",
        "http://a",
        "e / p",
        "studio down",
    ):
        assert part in text, part
    assert "NOT SHOWN" not in text


def test_a_gain_that_is_not_shown_is_said() -> None:
    assert "make web" in "\n".join(summary(findings(0.06), {**ACCESS, "studio": ""}))
    assert "NOT SHOWN" in "\n".join(summary(findings(0.05), ACCESS))
    nothing = findings(0.1)
    nothing.learning = None
    assert "no claim" in "\n".join(summary(nothing, ACCESS))


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(StudioError, match="put files there"):
        documents_in(tmp_path)
    (tmp_path / "b.md").write_text("x")
    (tmp_path / "a.PDF").write_text("x")
    assert [path.name for path in documents_in(tmp_path)] == ["a.PDF", "b.md"]
