"""Expressions in CEL as measures: ``ended && size(text) < 80 ? 1.0 : 0.0``.

The Common Expression Language (github.com/google/cel-spec) has no loops that do not end, no assignment and no way out,
so it needs no sandbox. Names: text, answer, passage, question, source (strings), ended (bool), words (number of words
of the text), f1 (the measure token_f1). The result is a number in [0, 1] or a truth value. Needs ``cel-python``, which
is imported when the first expression is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from grpo.errors import RewardInvalid
from grpo.reward.faults import Fault, Outcome, outcome
from grpo.reward.measures import Completion, token_f1, words

LONGEST = 2_000  # characters
UNDECLARED = re.compile(r"undeclared reference to '(\w+)'")


class Expression:
    """A compiled expression."""

    def __init__(self, text: str, field: str) -> None:
        """Compile ``text``.

        Raises:
            RewardInvalid: empty, too long, not CEL, or ``cel-python`` is not installed.
        """
        if not text.strip() or len(text) > LONGEST:
            raise RewardInvalid(field, f"expected an expression of 1 to {LONGEST} characters", "e.g. size(text) < 80")
        try:
            import celpy
            from celpy.celparser import CELParseError
            from celpy.evaluation import CELEvalError
        except ImportError:
            remedy = "install cel-python, or use a gate, or python:NAME with code"
            raise RewardInvalid(field, "CEL expressions need the package cel-python", remedy) from None
        self.types: Any = celpy.celtypes
        environment = celpy.Environment()
        try:
            self.program: Any = environment.program(environment.compile(text))
        except (CELParseError, CELEvalError) as problem:
            raise RewardInvalid(field, f"cannot read the expression {text!r}: {problem}", "see cel.dev") from None
        # Names that do not exist show only when it runs.
        trial = self.one(Completion("a", True, "a", "a", "a", "a"))
        if isinstance(trial, Fault) and (unknown := UNDECLARED.search(trial.message)):
            names = "text, answer, passage, question, source, ended, words, f1"
            raise RewardInvalid(field, f"{text!r} uses {unknown[1]!r}, which is not there", f"there are {names}")

    def grade(self, completions: Sequence[Completion]) -> Sequence[Outcome]:
        return [self.one(completion) for completion in completions]

    def one(self, completion: Completion) -> Outcome:
        t = self.types
        values = {name: t.StringType(getattr(completion, name)) for name in
                  ("text", "answer", "passage", "question", "source")}  # fmt: skip
        values |= {
            "ended": t.BoolType(completion.ended),
            "words": t.IntType(len(words(completion.text))),
            "f1": t.DoubleType(token_f1(completion)),
        }
        try:
            result = self.program.evaluate(values)
        except Exception as problem:  # CELEvalError, and whatever the library lets through
            return Fault("exception", str(problem)[:200])
        if isinstance(result, t.BoolType):
            return float(bool(result))
        return outcome(float(result) if isinstance(result, float) else int(result) if isinstance(result, int) else None)
