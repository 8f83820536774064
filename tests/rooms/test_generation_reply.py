"""Replies of an endpoint: what is whole, grounded and asked for is taken; everything else has a reason."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.generation.checking import check
from processors.generation.passage import Candidate, Passage
from processors.generation.prompt import PromptRefused, Topic, ask, render
from processors.generation.recipe import Part, Recipe
from processors.generation.reply import Content, content, read

PASSAGE = Passage("d", "s", "Pumps", "c", 50, "The pump draws nine litres\nper second. It was built in 1987 by Ada.")
GOOD = {
    "question": "How much does it draw?",
    "answer": "nine litres per second",
    "quote": "The pump draws nine litres per second.",
}
OTHER = {"question": "When was it built?", "answer": "1987", "quote": "It was built in 1987 by Ada."}


def about(template: str = "", kind: str = "") -> Topic:
    return Topic((PASSAGE,), Part(kind, 1, template))


def said(text: str, finish: str = "stop") -> Content:
    return Content(text, finish, 10, 20)


def test_a_quote_is_found_whatever_its_white_space() -> None:
    found = check(GOOD, [PASSAGE])
    assert isinstance(found, Candidate)
    assert found.answer == "nine litres\nper second" and found.quote == "The pump draws nine litres\nper second."
    assert found.quality == 1.0


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("text", "item_invalid"),
        ({"question": "What?"}, "item_invalid"),
        ({**GOOD, "answer": 9}, "item_invalid"),
        ({**GOOD, "question": "x" * 700}, "item_invalid"),
        ({**GOOD, "answer": "  "}, "item_invalid"),
        ({**GOOD, "quote": "The pump draws ten litres"}, "quote_not_in_passage"),
        ({**GOOD, "quote": " "}, "quote_not_in_passage"),
        ({**GOOD, "answer": "Ada"}, "answer_not_in_quote"),
    ],
)
def test_items_that_are_not_taken(item: object, reason: str) -> None:
    assert check(item, [PASSAGE]) == reason


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"items": [GOOD, OTHER]}),
        json.dumps([GOOD, OTHER]),
        "Here they are:\n```json\n" + json.dumps({"items": [GOOD, OTHER]}, indent=1) + "\n```\nDone.",
    ],
)
def test_whole_replies_in_the_forms_that_models_use(text: str) -> None:
    found = read(said(text), [PASSAGE])
    assert found.whole and [c.question for c in found.candidates] == [GOOD["question"], OTHER["question"]]


@given(st.integers(0, 400))
def test_a_cut_reply_never_yields_its_open_item(length: int) -> None:
    text = json.dumps({"items": [GOOD, OTHER, {**OTHER, "question": "Who built it?", "answer": "Ada"}]})
    cut = text[: min(length, len(text) - 3)]
    found = read(said(cut, "length"), [PASSAGE])
    assert not found.whole
    assert len(found.candidates) == sum(cut.count(json.dumps(item)) for item in (GOOD, OTHER))
    assert found.aside.total() >= 1


def test_a_reply_of_full_length_is_cut_even_if_its_json_is_whole() -> None:
    assert read(said(json.dumps({"items": [GOOD]}), "length"), [PASSAGE]).aside == Counter({"reply_cut": 1})


def test_words_instead_of_json() -> None:
    assert read(said("I cannot do that."), [PASSAGE]).aside == Counter({"reply_not_json": 1})
    assert read(said(" "), [PASSAGE]).aside == Counter({"reply_empty": 1})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": "x"}',
        b"\xff",
    ],
)
def test_bodies_without_content(raw: bytes) -> None:
    assert content(raw) is None


def test_content_counts_tokens_and_survives_bad_usage() -> None:
    body = {"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}
    assert content(json.dumps(body).encode()) == Content("x", "stop", 3, 0)
    body["usage"] = {"prompt_tokens": "many", "completion_tokens": -1}
    assert content(json.dumps(body).encode()) == Content("x", "stop", 0, 0)


def test_the_prompt_holds_the_passage_and_the_count() -> None:
    prompt = render(about(), 3)
    assert "Write 3 questions" in prompt and PASSAGE.text in prompt and "heading: Pumps" in prompt
    assert render(about("{{ title }}: {{ passage[:8] }} x{{ count }}"), 2) == "Pumps: The pump x2"


@pytest.mark.parametrize(
    "template",
    [
        "{{ missing }}",
        "{{ passage.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{% for x in range(10**9) %}x{% endfor %}",
        "{% include 'other' %}",
        "{% for a in passage %}{% for b in passage %}{% for c in passage %}xxxx{% endfor %}{% endfor %}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ passage % 3 }}",
    ],
)
def test_the_sandbox_refuses(template: str) -> None:
    with pytest.raises(PromptRefused):
        render(about(template), 1)


def test_a_request_is_named_by_all_that_it_says() -> None:
    recipe = Recipe("", (), "endpoint", "http://a/v1", "m", temperature=0.5)
    first = ask(recipe, about(), 2, 1)
    assert first == ask(recipe, about(), 2, 1)
    others = [
        ask(replace(recipe, endpoint="http://b/v1"), about(), 2, 1),
        ask(replace(recipe, model="n"), about(), 2, 1),
        ask(recipe, about(), 3, 1),
        ask(recipe, about(), 2, 2),
    ]
    assert len({first.sha256, *(other.sha256 for other in others)}) == 5
    assert first.body["max_tokens"] == 1024 and len(first.template_sha256) == 64
