"""Instructions to a model that stand in a document or a sample: prompt injection, by patterns.

value = patterns met in passage, question and answer. A model that is trained on such a passage learns to obey it.

Source: OWASP Top 10 for Large Language Model Applications (2025), LLM01; the patterns are our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from processors.curation.sample import Sample, Score

NAME = "injection"
VERSION = "1"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for name, pattern in {
        "ignore": r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|your)\b.{0,30}"
        r"\b(?:instructions?|prompts?|rules|guidelines|directions)\b",
        "role": r"\byou are (?:now|no longer)\b.{0,60}\b(?:assistant|ai|model|dan|chatbot|restrictions?)\b"
        r"|\bpretend (?:to be|you are)\b",
        "reveal": r"\b(?:reveal|print|repeat|show|output)\b.{0,30}"
        r"\b(?:system prompt|hidden prompt|your instructions|initial prompt)\b",
        "marks": r"<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<<SYS>>|^\s*###\s*(?:system|instruction)\s*:",
        "exfiltrate": r"\bsend\b.{0,40}\b(?:api keys?|passwords?|credentials|conversation)\b.{0,40}\b(?:to|at)\b",
        "jailbreak": r"\b(?:jailbreak|developer mode|do anything now)\b",
    }.items()
}  # fmt: skip


def score(sample: Sample) -> Score:
    """Return how many patterns are met; the detail names them."""
    text = "\n".join((sample.passage, sample.question, sample.answer, *sample.turns))
    met = [name for name, pattern in PATTERNS.items() if pattern.search(text)]
    return Score(sample.sample_id, NAME, VERSION, float(len(met)), {"met": met} if met else {})
