"""GRPO steps of a 0.5B-class model with random weights on one CUDA device, bf16; `python -m bench gpu`.

A sample is a completion that entered an update. Model FLOPs count every token that has to go through the model: the
prompt once for its group, completions once when sampled and three times (forward and backward) when learned from;
what is computed again is not counted. They are compared with the device's datasheet, where it is known, and with a
large matrix product measured here. CUDA graphs are not used: a decoding step launches its kernels one by one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Any, TypeVar

import torch

from bench.figure import figure
from bench.grpo import Preset, prepare
from bench.grpo_own import learner

T = TypeVar("T")
SIZES: dict[str, Any] = {
    "vocabulary": 151_936, "width": 896, "layers": 24, "feedforward": 4864, "prompt": 256, "group": 8, "prompts": 32,
    "heads": 14, "kv_heads": 2, "steps": 3, "segments": 1, "warmup": 1, "rate": 1e-6,
    "own": '{"precision": "bfloat16", "token_budget": 9000, "logit_chunk": 2048}',
}  # fmt: skip
PRESETS = tuple(Preset(f"0.5B class, completion {n}", completion=n, **SIZES) for n in (256, 1024))
# Dense bf16, TFLOP/s, from the makers' datasheets.
PEAKS = {"H200": 989.0, "H100": 989.0, "A100": 312.0, "L40S": 362.0, "L4": 121.0, "4090": 165.0}


@dataclass
class Phases:
    """Wall seconds by phase; the device is waited for at both ends."""

    wait: Callable[[], None]
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, function: Callable[..., T]) -> Callable[..., T]:
        def called(*positional: Any, **named: Any) -> T:
            self.wait()
            began = time.monotonic()
            result = function(*positional, **named)
            self.wait()
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began
            return result

        return called

    def breakdown(self) -> dict[str, float]:
        """Shares of no phase counted twice."""
        s = {name: self.seconds.get(name, 0.0) for name in ("rollouts", "sample", "read", "update", "optimizer")}
        parts = {
            "reading prompts": s["read"],
            "decoding": s["sample"] - s["read"],
            "scoring": s["rollouts"] - s["sample"],
            "forward and backward": s["update"] - s["optimizer"],
            "optimizer": s["optimizer"],
        }
        return {name: round(seconds, 3) for name, seconds in parts.items()}


def flops(p: Preset, parameters: int) -> float:
    """Model FLOPs of one step: two per weight and token forward, attention four per layer, width and key besides."""
    rows = p.prompts * p.group
    keys = p.prompt + p.completion / 2  # that a completion token sees on average
    prompts = p.prompts * p.prompt * (2 * (parameters - p.vocabulary * p.width) + 2 * p.layers * p.width * p.prompt)
    completions = rows * p.completion * (2 * parameters + 4 * p.layers * p.width * keys)
    return 4 * (prompts + completions)  # once when sampled, and forward and backward


def matrix_rate(device: str, size: int = 8192, dtype: torch.dtype = torch.bfloat16) -> float:
    """FLOP/s of a large matrix product here."""
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    wait = waiting(device)
    seconds = []
    for _ in range(10):
        wait()
        began = time.monotonic()
        a @ b
        wait()
        seconds.append(time.monotonic() - began)
    return 2 * size**3 / median(seconds)


def waiting(device: str) -> Callable[[], None]:
    return torch.cuda.synchronize if device == "cuda" else lambda: None


@contextmanager
def watched(command: list[str], column: int) -> Iterator[list[float]]:
    """Numbers in one column of what a monitor prints while the block runs; empty where it is not installed."""
    found: list[float] = []
    if shutil.which(command[0]) is None:
        yield found
        return
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield found
    finally:
        process.terminate()
        for line in process.communicate()[0].splitlines():
            words = line.replace("%", " ").split()
            if len(words) > column and words[column].replace(".", "", 1).isdigit():
                found.append(float(words[column]))


def measured(preset: Preset, device: str) -> dict[str, Any]:
    """Wall seconds of every step, their phases, and what the device's monitors saw meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepare(preset, Path(name))
        trained = learner(json.loads((folder / "own.json").read_text()), preset.own, device)
    parameters = sum(p.numel() for p in trained.policy.module.parameters())
    for step in range(1, preset.warmup + 1):
        trained.update(trained.rollouts(step).rollouts, step)
    phases = Phases(waiting(device))
    owners: tuple[tuple[Any, str, str], ...] = (
        (trained, "rollouts", "rollouts"), (trained, "update", "update"),
        (trained.collector.writing, "write", "sample"), (trained.policy, "decoder", "read"),
        (trained.optimizer, "update", "optimizer"),
    )  # fmt: skip
    for owner, method, name in owners:
        setattr(owner, method, phases.timed(name, getattr(owner, method)))
    seconds = []
    query = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader", "-lms", "200"]
    with watched(query, 0) as busy, watched(["dcgmi", "dmon", "-e", "1002", "-d", "200"], 2) as active:
        for step in range(preset.warmup + 1, preset.warmup + preset.steps + 1):
            began = time.monotonic()
            trained.update(trained.rollouts(step).rollouts, step)
            phases.wait()
            seconds.append(time.monotonic() - began)
    return {
        "seconds": seconds,
        "parameters": parameters,
        "phases": phases.breakdown(),
        "busy_percent": round(fmean(busy), 1) if busy else None,
        "sm_active": round(fmean(active), 3) if active else None,
    }


def told(preset: Preset, device: str, name: str, reached: float) -> Iterator[dict[str, Any]]:
    """Figures of one preset; ``reached`` FLOP/s are those of a large matrix product on ``device`` called ``name``."""
    found = measured(preset, device)
    seconds, rows = found.pop("seconds"), preset.prompts * preset.group
    about = {"device": name, "preset": asdict(preset), **found}
    yield figure(f"samples per hour, {preset.name}", [3600 * rows / one for one in seconds], "samples/h", **about)
    tokens = rows * preset.completion
    yield figure(f"completion tokens, {preset.name}", [tokens / one for one in seconds], "tokens/s", **about)
    rates = [flops(preset, found["parameters"]) / one for one in seconds]
    peak = next((peak for known, peak in PEAKS.items() if known in name), None)
    yield figure(
        f"MFU, {preset.name}",
        [rate / (peak * 1e12 if peak else reached) for rate in rates],
        "share of the datasheet's dense bf16 rate" if peak else "share of a large matrix product's rate",
        matrix_product_tflops=round(reached / 1e12, 1),
        datasheet_tflops=peak,
        **about,
    )


def run() -> Iterator[dict[str, Any]]:
    """Every preset, with the peak of the device's memory in the last line.

    Raises:
        SystemExit: there is no CUDA device.
    """
    if not torch.cuda.is_available():
        raise SystemExit("bench gpu: torch sees no CUDA device here; run it on a machine that has one")
    name, reached = torch.cuda.get_device_name(), matrix_rate("cuda")
    for preset in PRESETS:
        torch.cuda.reset_peak_memory_stats()
        yield from told(preset, "cuda", name, reached)
        yield figure(f"peak device memory, {preset.name}", [torch.cuda.max_memory_allocated() / 2**20], "MiB")
