"""The built-in templates: what a model is told for each kind. Variables are those of `prompt.py`."""

from __future__ import annotations

OPENING = """\
Write {{ count }} {{ "ONE" if count == 1 else "MANY" }} that can be answered from the passage\
{{ "s" if other }} alone.
"""
VOICE = """\
{% if persona %}Write as this person would ask: {{ persona }}
{% endif %}{% if language %}Write questions in the language {{ language }}. \
What is copied stays in the language of the passage.
{% endif %}"""
CLOSING = """\
{% if title %}The passage stands under the heading: {{ title }}
{% endif %}
Passage:
{{ passage }}
{% if other %}
Second passage:
{{ other }}
{% endif %}
Reply with JSON only: SHAPE
"""
COPIED = "As quote copy the whole sentence of the passage that holds the answer, word for word.\n"


def _template(one: str, many: str, told: str, shape: str) -> str:
    return (
        OPENING.replace("ONE", one).replace("MANY", many)
        + told
        + VOICE
        + CLOSING.replace("SHAPE", '{"items": [' + shape + "]}")
    )


TEMPLATES: dict[str, str] = {
    "llm": _template(
        "question",
        "questions",
        "For each one give the answer, copied word for word from the passage. "
        + COPIED
        + "Make the questions different from each other and understandable without the passage at hand.\n",
        '{"question": "...", "answer": "...", "quote": "..."}',
    ),
    "true_false": _template(
        "statement",
        "statements",
        "Each question is a statement that begins with `True or false:`; about half are false because one fact is "
        "changed. The answer is True or False. " + COPIED,
        '{"question": "True or false: ...", "answer": "True", "quote": "..."}',
    ),
    "multiple_choice": _template(
        "multiple choice question",
        "multiple choice questions",
        "Give four short choices, of which exactly one is right, and repeat the right one as the answer. " + COPIED,
        '{"question": "...", "choices": ["...", "...", "...", "..."], "answer": "...", "quote": "..."}',
    ),
    "conversation": _template(
        "conversation",
        "conversations",
        "Each has {{ turns }} turns, a question with its answer, and later questions build on earlier answers. "
        + COPIED,
        '{"turns": [{"question": "...", "answer": "..."}], "quote": "..."}',
    ),
    "reasoning": _template(
        "question",
        "questions",
        "Each needs a few steps of thought. Write the steps as reasoning, then the short answer. " + COPIED,
        '{"question": "...", "reasoning": "...", "answer": "...", "quote": "..."}',
    ),
    "preference": _template(
        "question",
        "questions",
        "Give a good answer, and as rejected a worse one that sounds likely but leaves the passage. " + COPIED,
        '{"question": "...", "answer": "...", "rejected": "...", "quote": "..."}',
    ),
    "multi_hop": _template(
        "question",
        "questions",
        "Each needs a fact of both passages. Copy one sentence of each passage, word for word, as the two quotes.\n",
        '{"question": "...", "answer": "...", "quotes": ["...", "..."]}',
    ),
}
