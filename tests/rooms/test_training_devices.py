"""What a machine says that it can train on."""

from pathlib import Path

import psutil
import pytest

from processors.training.allocation import Device
from processors.training.devices import MIB, cards, processor, read_cards


def test_a_container_has_its_share_of_the_machine(tmp_path: Path) -> None:
    whole = processor(tmp_path)
    assert (whole.kind, whole.memory) == ("cpu", psutil.virtual_memory().total)
    assert 0 < whole.free <= whole.memory
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("5000\n")
    assert processor(tmp_path).memory == whole.memory
    (tmp_path / "memory.max").write_text("9000\n")
    assert (processor(tmp_path).memory, processor(tmp_path).free) == (9000, 4000)


def test_cards_are_read_from_what_the_driver_says() -> None:
    said = "NVIDIA H100 80GB HBM3, 81559, 81008\nOdd, name, 100, 50\nNo devices were found\nBroken, [N/A], [N/A]\n"
    assert read_cards(said) == (
        Device("NVIDIA H100 80GB HBM3", "cuda", 81559 * MIB, 81008 * MIB),
        Device("Odd, name", "cuda", 100 * MIB, 50 * MIB),
    )


@pytest.mark.parametrize(("visible", "found"), [("", 0), ("-1", 0), ("1", 1), (None, 2)])
async def test_only_cards_that_may_be_seen_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visible: str | None, found: int
) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text('#!/bin/sh\necho "A, 10, 5"\ncase "$1" in --id=*) ;; *) echo "B, 10, 5";; esac\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert len(await cards()) == found


async def test_without_a_driver_there_are_no_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert await cards() == ()
