"""What a search is to try, from YAML: checked before anything is paid for; every error names its place.

name: rates                    # runs carry it as the label `search`; the same name goes on with the same search
dataset: 0198c0de...
model: support-bot
trials: 20
parallel: 2
space:
  grpo.learning_rate: {low: 1.0e-5, high: 1.0e-3, log: true}
  grpo.completions: {values: [4, 8, 16]}
config: {grpo: {steps: 200}}   # of every trial
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from studio.errors import StudioError
from studio.search_spec import Choice, Pruning, Range, Spec, SpecInvalid

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
SAMPLERS = ("tpe", "random")
PRUNERS = ("median", "halving", "none")


def read(text: str) -> Spec:
    """The specification in a YAML text.

    Raises:
        SpecInvalid: with the place at fault.
        StudioError: NOT_INSTALLED.
    """
    try:
        import yaml
    except ImportError as error:
        raise StudioError(
            "searching needs PyYAML and Optuna", code="NOT_INSTALLED", remedy="pip install 'studio-sdk[search]'"
        ) from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SpecInvalid("spec", f"no YAML: {error}") from None
    given = _object(content, "spec")
    _known(given, Spec, "")
    space = {
        str(name): _dimension(value, f"space.{name}") for name, value in _object(given.get("space"), "space").items()
    }
    if not space:
        raise SpecInvalid("space", "nothing is to be searched", "name a setting, e.g. grpo.learning_rate")
    rest = {name: value for name, value in given.items() if name not in ("space", "pruning", "config", "needs")}
    config, needs = (_object(given.get(name) or {}, name) for name in ("config", "needs"))
    for name in ("name", "dataset", "model"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise SpecInvalid(name, "is needed, as a text")
    spec = Spec(**rest, config=config, needs=needs, space=space, pruning=_pruning(given.get("pruning") or {}))
    _check(spec)
    return spec


def _check(spec: Spec) -> None:
    if not NAME.fullmatch(spec.name):
        raise SpecInvalid("name", f"{spec.name!r} is no name", "letters, digits and . _ - in between")
    for name, least in (("trials", 1), ("parallel", 1), ("startup", 0), ("failures", 1), ("seed", 0)):
        _whole(getattr(spec, name), name, least)
    for name, wanted in (("direction", ("maximize", "minimize")), ("sampler", SAMPLERS)):
        if getattr(spec, name) not in wanted:
            raise SpecInvalid(name, f"expected one of {', '.join(wanted)}, got {getattr(spec, name)!r}")
    for name in ("base", "metric"):
        if not isinstance(getattr(spec, name), str) or not getattr(spec, name):
            raise SpecInvalid(name, "expected a text")
    for name in spec.space:
        if not all(part.isidentifier() for part in name.split(".")):
            raise SpecInvalid(f"space.{name}", "is no setting", "dots lead inside, e.g. grpo.learning_rate")


def _pruning(content: Any) -> Pruning:
    given = _object({"kind": content} if isinstance(content, str) else content, "pruning")
    _known(given, Pruning, "pruning.")
    found = Pruning(**given)
    if found.kind not in PRUNERS:
        raise SpecInvalid("pruning.kind", f"expected one of {', '.join(PRUNERS)}, got {found.kind!r}")
    for name, least in (("startup", 0), ("warmup", 1), ("every", 1)):
        _whole(getattr(found, name), f"pruning.{name}", least)
    for name in ("metric", "phase"):
        if not isinstance(getattr(found, name), str):
            raise SpecInvalid(f"pruning.{name}", "expected a text")
    return found


def _dimension(content: Any, place: str) -> Range | Choice:
    given = _object(content, place)
    if "values" in given:
        values = given["values"]
        if set(given) != {"values"} or not isinstance(values, list) or not values:
            raise SpecInvalid(place, "expected {values: [...]}")
        for number, value in enumerate(values):
            if not isinstance(value, str | int | float | bool) or value in values[:number]:
                raise SpecInvalid(f"{place}.values[{number}]", "expected texts and numbers, each once")
        return Choice(tuple(values))
    if unknown := set(given) - {"low", "high", "log"}:
        raise SpecInvalid(f"{place}.{sorted(unknown)[0]}", "there is no such part", "use low, high, log, or values")
    low, high = (_number(given.get(name), f"{place}.{name}") for name in ("low", "high"))
    log = given.get("log", False)
    if not isinstance(log, bool):
        raise SpecInvalid(f"{place}.log", "expected true or false")
    if low > high or (log and low <= 0):
        raise SpecInvalid(place, "expected low <= high, and above 0 where log is true")
    return Range(low, high, log, isinstance(low, int) and isinstance(high, int))


def _number(value: Any, place: str) -> float:
    if isinstance(value, str):  # YAML reads 1e-5, without a point, as a text
        try:
            value = float(value)
        except ValueError:
            pass
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SpecInvalid(place, f"expected a number, got {value!r}")
    return value


def _whole(value: Any, place: str, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SpecInvalid(place, f"expected a whole number of at least {least}, got {value!r}")


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SpecInvalid(place, "expected an object")
    return value


def _known(given: Mapping[str, Any], kind: type, before: str) -> None:
    names = list(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    for name in given:
        if name not in names:
            raise SpecInvalid(f"{before}{name}", "there is no such setting", f"there are {', '.join(names)}")
