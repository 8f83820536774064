"""What a machine can train on, found without torch: its processors, and graphics cards by the driver's own tool."""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path

import psutil

from processors.training.allocation import Device

MIB = 1 << 20
PATIENCE = 5.0  # seconds for the driver's tool
GROUP = Path("/sys/fs/cgroup")


async def devices() -> tuple[Device, ...]:
    """All devices, with what is free at the moment."""
    return (processor(GROUP), *await cards())


def processor(group: Path) -> Device:
    """The machine's processors and memory, or the container's share of it (cgroup v2 at ``group``)."""
    machine = psutil.virtual_memory()
    total, free = machine.total, machine.available
    try:
        limit, used = int((group / "memory.max").read_text()), int((group / "memory.current").read_text())
        total, free = min(total, limit), max(0, min(free, limit - used))
    except (OSError, ValueError):
        pass  # no limit: the file is not there or says "max"
    return Device(f"{platform.machine()} x {os.cpu_count() or 1}", "cpu", total, free)


async def cards() -> tuple[Device, ...]:
    """CUDA devices that this process may see; none where there is no driver."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in ("", "-1"):
        return ()
    chosen = [f"--id={visible}"] if visible else []
    fields = "--query-gpu=name,memory.total,memory.free"
    try:
        asked = await asyncio.create_subprocess_exec(
            "nvidia-smi",
            *chosen,
            fields,
            "--format=csv,noheader,nounits",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ()
    try:
        said, _ = await asyncio.wait_for(asked.communicate(), PATIENCE)
    except TimeoutError:
        asked.kill()
        await asked.wait()
        return ()
    return read_cards(said.decode(errors="replace")) if asked.returncode == 0 else ()


def read_cards(text: str) -> tuple[Device, ...]:
    """Devices from the tool's lines of name, total and free memory in MiB; others are passed over."""
    found = []
    for line in text.splitlines():
        name, *numbers = (part.strip() for part in line.rsplit(",", 2))
        if len(numbers) == 2 and all(number.isdigit() for number in numbers):
            found.append(Device(name, "cuda", int(numbers[0]) * MIB, int(numbers[1]) * MIB))
    return tuple(found)
