"""Configuration of a training run: typed, with defaults, strict; every error names the field."""

from __future__ import annotations

import difflib
import json
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal

from grpo.coherence import check_part
from grpo.errors import ConfigInvalid
from grpo.settings import Evaluation, Grpo


@dataclass(frozen=True)
class SmallModel:
    """Sizes of the model that is built from the corpus when the base model is ``small``."""

    vocabulary: int = 4000
    width: int = 128
    layers: int = 3
    heads: int = 4
    feedforward: int = 256


@dataclass(frozen=True)
class WarmStart:
    """Supervised start of the small model on self-made exercises; see ``grpo.training.warmstart``."""

    steps: int = 250
    copy_steps: int = 10
    passages: int = 16
    questions: int = 4
    learning_rate: float = 3e-3
    swap: float = 0.8
    target_loss: float = 1.8
    minimum_reward: float = 0.15


@dataclass(frozen=True)
class Config:
    """Everything that shapes a run besides the data and the base model.

    One thread by default: at these sizes a second one saves little time and costs half as much CPU again, more on a
    busy machine, and sums in another order, so that the weights differ in their last bits.
    """

    seed: int = 0
    threads: int = 1
    reward: str = ""
    checkpoint_every: int = 20
    model: SmallModel = field(default_factory=SmallModel)
    warm_start: WarmStart = field(default_factory=WarmStart)
    grpo: Grpo = field(default_factory=Grpo)
    evaluation: Evaluation = field(default_factory=Evaluation)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


POSITIVE = {
    "threads",
    "checkpoint_every",
    "vocabulary",
    "width",
    "layers",
    "heads",
    "feedforward",
    "passages",
    "questions",
    "learning_rate",
    "steps",
    "prompts",
    "temperature",
    "max_tokens",
    "max_prompt_tokens",
    "gradient_clip",
    "updates",
    "kl_every",
    "resamples",
    "dead_limit",
    "turns",
    "patience",
    "window",
    "horizon",
    "alpha",
    "timeout",
    "tries",
}
MAY_BE_ZERO = {"warm_start.steps"}


def read_config(text: str) -> Config:
    """Parse the JSON of a run's configuration; ``""`` and ``{}`` are all defaults.

    Raises:
        ConfigInvalid: unknown field, wrong type, value out of range.
    """
    try:
        content = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ConfigInvalid("config", f"not JSON: {error}") from None
    config = build(Config, content, "")
    check(config)
    return typing.cast(Config, config)


def build(kind: type[Any], content: object, path: str) -> Any:
    """An instance of the dataclass ``kind`` from JSON values."""
    if not isinstance(content, Mapping):
        raise ConfigInvalid(path or "config", "expected an object")
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in content.items():
        where = f"{path}.{name}" if path else str(name)
        if name not in hints:
            close = difflib.get_close_matches(str(name), hints, 1)
            raise ConfigInvalid(where, "there is no such setting", f"did you mean {close[0]}?" if close else None)
        kind_of: type[Any] = hints[name]
        values[name] = build(kind_of, value, where) if is_dataclass(kind_of) else cast(kind_of, value, where)
    return kind(**values)


def cast(kind: Any, value: object, path: str) -> Any:
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            raise ConfigInvalid(path, f"expected one of {', '.join(typing.get_args(kind))}, got {value!r}")
        return value
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ConfigInvalid(path, f"expected a list of texts, got {value!r}")
        return tuple(value)
    if path == "reward" and isinstance(value, Mapping):
        return json.dumps(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        assert not isinstance(kind, types.GenericAlias)
        raise ConfigInvalid(path, f"expected {kind.__name__}, got {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigInvalid(path, "expected a finite number")
    return value


def check(part: object, path: str = "") -> None:
    """Ranges of single fields, then what must fit together."""
    for item in fields(part):  # type: ignore[arg-type]
        value, where = getattr(part, item.name), f"{path}.{item.name}" if path else item.name
        if is_dataclass(value):
            check(value, where)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            positive = item.name in POSITIVE and where not in MAY_BE_ZERO
            if value < 0 or (positive and value == 0):
                raise ConfigInvalid(where, f"expected a number {'above' if positive else 'of at least'} 0, got {value}")
    match part:
        case SmallModel(vocabulary=vocabulary) if vocabulary < 300:
            raise ConfigInvalid(f"{path}.vocabulary", "expected at least 300 entries; bytes and markers take 262")
        case SmallModel(layers=layers) if layers < 2:
            raise ConfigInvalid(f"{path}.layers", "the structured initialisation needs at least 2 layers")
        case SmallModel(width=width, heads=heads) if width % (heads * 4) or heads % 2:
            raise ConfigInvalid(f"{path}.heads", "expected an even number of heads, and a width divisible by 4 x heads")
        case _:
            check_part(part, path)
