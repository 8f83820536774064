"""User code in its own process: what it may, what it may not, and how each failure is told."""

import os
import sys

import pytest

from grpo.errors import RewardInvalid
from grpo.reward.faults import Fault, Outcome
from grpo.reward.measures import Completion
from grpo.reward.rewards import compile_reward
from grpo.reward.sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the filter is one of Linux")


def grade(body: str, *texts: str, each: float = 1.0, batch: float = 20.0) -> list[Outcome]:
    """Outcomes of a ``reward`` with this body."""
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"import math, re\ndef reward(text, answer, **rest):\n{indented}\n"
    sandbox = Sandbox(code, "code", each=each, batch=batch)
    try:
        return list(sandbox.grade([Completion(text, True, "six months", "p") for text in texts or ("x",)]))
    finally:
        sandbox.stop()


def kind(found: Outcome) -> str:
    assert isinstance(found, Fault), found
    return found.kind


def test_code_computes() -> None:
    assert grade("return len(re.findall('m', text)) / 4", "mm", "m", "") == [0.5, 0.25, 0.0]
    assert grade("return text == answer", "six months", "x") == [1.0, 0.0]


def test_a_batch_goes_over_at_once() -> None:
    assert grade("return 1.0", *["word " * 200] * 500) == [1.0] * 500


@pytest.mark.parametrize(
    ("body", "expected", "words"),
    [
        ("return math.nan", "nan", "nan"),
        ("return 1.5", "range", "1.5"),
        ("return 'high'", "exception", "expected a number"),
        ("return {}['k']", "exception", "KeyError"),
        ("while True: pass", "timeout", "0.2 s"),
        ("try:\n  while True: pass\nexcept Exception: return 1", "timeout", "0.2 s"),
        ("return len(bytearray(10 ** 11))", "exception", "MemoryError"),
        ("import socket\nreturn 1", "exception", "socket"),
        ("return len(open('/etc/passwd').read()) > 0", "exception", "Operation not permitted"),
        ("import os\nreturn len(os.listdir('/')) > 0", "exception", "Operation not permitted"),
        ("import os\nreturn os.fork() >= 0", "exception", "Operation not permitted"),
        ("import os\nos.execv('/bin/true', ['true'])", "exception", "Operation not permitted"),
        ("import os\nos.kill(os.getppid(), 0)", "exception", "Operation not permitted"),
        ("import os\nos.unlink('/tmp/never-there')", "exception", "Operation not permitted"),
    ],
)
def test_failures_have_kinds_and_the_rest_of_the_batch_its_values(body: str, expected: str, words: str) -> None:
    bad = "\n".join(f"    {line}" for line in body.splitlines())
    found = grade(f"if text == 'bad':\n{bad}\nreturn 0.5", "fine", "bad", "fine", each=0.2)
    assert (found[0], found[2]) == (0.5, 0.5)
    assert kind(found[1]) == expected
    assert words in str(found[1])


def test_the_environment_is_empty() -> None:
    os.environ["SECRET_OF_A_TEST"] = "1"
    try:
        assert grade("import os\nreturn 'SECRET_OF_A_TEST' in os.environ") == [0.0]
    finally:
        del os.environ["SECRET_OF_A_TEST"]


def test_what_it_prints_is_no_answer() -> None:
    assert grade("print('[{\"value\": 1}]')\nreturn 0.25") == [0.25]


def test_a_process_that_ends_or_hangs_is_replaced() -> None:
    code = (
        "import os\n"
        "def reward(text, **rest):\n"
        "    while text == 'hang':\n"
        "        try:\n"
        "            while True: pass\n"
        "        except BaseException: pass\n"
        "    if text == 'end': os._exit(3)\n"
        "    return 0.5\n"
    )
    sandbox = Sandbox(code, "code", each=0.2, batch=1.0)

    def ask(*texts: str) -> list[Outcome]:
        return list(sandbox.grade([Completion(text, True, "", "") for text in texts]))

    assert [kind(one) for one in ask("fine", "end")] == ["crashed", "crashed"]
    assert ask("fine") == [0.5]
    assert [kind(one) for one in ask("hang")] == ["timeout"]
    assert ask("fine") == [0.5]
    assert "seccomp" in sandbox.isolation
    sandbox.stop()


def test_code_that_cannot_be_loaded_stops_the_run() -> None:
    sandbox = Sandbox("import socket\ndef reward(text, **rest): return 1", "reward.objectives[0].code")
    with pytest.raises(RewardInvalid) as refused:
        sandbox.grade([Completion("x", True, "", "")])
    assert refused.value.field == "reward.objectives[0].code"
    assert "socket" in refused.value.message


def test_the_process_ends_with_the_measure() -> None:
    sandbox = Sandbox("def reward(text, **rest): return 1", "code")
    sandbox.grade([Completion("x", True, "", "")])
    process = sandbox.process
    assert process is not None and process.poll() is None
    del sandbox
    assert process.poll() is not None


def test_it_is_part_of_a_reward() -> None:
    spec = (
        '{"objectives":[{"name":"token_f1","weight":0.5},{"name":"python:brief","weight":0.5,'
        '"gate":"token_f1 > 0","code":"def reward(text, **rest): return len(text) < 20"}]}'
    )
    scored = compile_reward(spec).scores([Completion(t, True, "six months", "") for t in ("six months", "x")])
    assert [score.total for score in scored] == [1.0, 0.0]
    assert scored[1].parts == {"token_f1": 0.0, "python:brief": 1.0}
