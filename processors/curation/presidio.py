"""Microsoft Presidio as the recogniser of personal data, where somebody installed it: `pip install presidio-analyzer`.

It needs a spaCy model of the language as well, which it is never asked to download here.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from processors.curation.missing import Missing
from processors.curation.pii import Finding


@cache
def _analyzer() -> Any:
    try:
        module = importlib.import_module("presidio_analyzer")
        return module.AnalyzerEngine()
    except ImportError as error:
        raise Missing("pii", "Presidio is not installed", "pip install presidio-analyzer, or engine: own") from error
    except (OSError, ValueError, SystemExit) as error:
        raise Missing(
            "pii", f"Presidio has no language model: {error}", "python -m spacy download en_core_web_lg"
        ) from error


def find(text: str) -> list[Finding]:
    """Places that Presidio finds, the surest first where they meet.

    Raises:
        Missing: it is not installed, or has no language model.
    """
    found: list[Finding] = []
    for one in sorted(_analyzer().analyze(text=text, language="en"), key=lambda one: -one.score):
        if not any(other.start < one.end and one.start < other.end for other in found):
            found.append(Finding(str(one.entity_type).lower(), one.start, one.end))
    return sorted(found, key=lambda one: one.start)
