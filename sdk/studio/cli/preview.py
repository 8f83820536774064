"""What `studio generate --preview` prints."""

from __future__ import annotations

from typing import Any

from studio.cli.screen import paper, plain, say
from studio.item import Item

PARTS = ("choices", "messages", "reasoning", "rejected")
"""What only some kinds of samples have."""


def show_preview(found: Item, as_json: bool) -> None:
    """The samples one below the other, then why fewer were made than asked for."""
    if as_json:
        say(found.plain())
        return
    for sample in found["samples"]:
        repaired = ", repaired" if sample["repaired"] else ""
        paper.print(f"[bold]{plain(sample['kind'])}[/] of {plain(sample['section_title'])}"
                    f" [dim]quality {sample['quality']:.2f}{repaired}[/]")  # fmt: skip
        for name in ("question", "answer", *PARTS, "quote"):
            if sample[name]:
                paper.print(f"  [dim]{name:<10}[/]{plain(_told(sample[name])).replace(chr(10), chr(10) + ' ' * 12)}")
    for reason in found["shortfall"]:
        paper.print(f"[yellow]{reason['count']} not made:[/] {plain(reason['reason'])}")
    paper.print(f"{found['tokens_in']} tokens in, {found['tokens_out']} out; nothing is kept {plain(found['detail'])}")


def _told(value: Any) -> str:
    """A text, or a list of texts or turns, one below the other."""
    if not isinstance(value, list):
        return str(value)
    return "\n".join(f"{one['role']}: {one['content']}" if isinstance(one, dict) else str(one) for one in value)
