"""The data card of a version: what is in it, where it is from, under which licences, how it was made and how to check.

Nothing in it changes after the freeze, so the same version has the same card for ever. The front matter is what the
Hugging Face hub reads (its model and dataset card specification); JSON strings are valid YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
HUB_LICENCES = frozenset(
    "apache-2.0 mit openrail bsd bsd-2-clause bsd-3-clause cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0"
    " cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0"
    " cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 gfdl"
    " gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 agpl-3.0 mpl-2.0 odbl odc-by pddl unlicense wtfpl isc zlib".split()
)
"""Identifiers that the hub knows; other licences are named in the card and `other` to the hub."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that rows are from. licence, source: as its owner said when it was uploaded; empty where not said."""

    document_id: str
    name: str
    train: int
    heldout: int
    licence: str = ""
    source: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the card says. makers: how samples were made, in words. kinds, languages: how many rows."""

    id: str
    name: str
    version: str
    merkle_root: str
    train: int
    heldout: int
    train_sections: int
    heldout_sections: int
    heldout_fraction: float
    seed: int
    rule: str
    reward: str
    sources: Sequence[Source]
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    dropped: Sequence[tuple[str, int]] = ()
    makers: Sequence[str] = ()
    edited: int = 0
    imported_from: str = ""
    splits: Sequence[str] = field(default=("train", "test"))


def licences(sources: Iterable[Source]) -> dict[str, int]:
    """Return licence -> rows under it; the empty one where nobody said."""
    found: dict[str, int] = {}
    for source in sources:
        found[source.licence] = found.get(source.licence, 0) + source.train + source.heldout
    return dict(sorted(found.items()))


def markdown(card: Card) -> str:
    """Return README.md: front matter and text."""
    return "\n".join(["---", *_front(card), "---", "", *_text(card)]) + "\n"


def _front(card: Card) -> list[str]:
    named = [licence for licence in licences(card.sources) if licence]
    known = [licence.casefold() if licence.casefold() in HUB_LICENCES else "other" for licence in named]
    if len(named) < len(licences(card.sources)) or not named:
        known.append("unknown")
    size = next((name for most, name in SIZES if card.train + card.heldout < most), "n>10M")
    lines = [f"pretty_name: {_quoted(f'{card.name} {card.version}')}", "license:"]
    lines += [f"- {licence}" for licence in dict.fromkeys(known)]
    if spoken := sorted(language for language in card.languages if language):
        lines += ["language:", *[f"- {_quoted(language)}" for language in spoken]]
    lines += ["size_categories:", f"- {size}", "task_categories:", "- question-answering", "- text-generation"]
    lines += ["tags:", "- synthetic", "configs:", "- config_name: default", "  data_files:"]
    for split in card.splits:
        lines += [f"  - split: {split}", f"    path: data/{split}-*"]
    return lines


def _text(card: Card) -> list[str]:
    held = f"{card.heldout_fraction:.0%} of the sections of each document are held out (seed {card.seed})"
    lines = [
        f"# {_plain(card.name)} {card.version}", "",
        f"{card.train:,} rows to train on from {card.train_sections:,} sections, {card.heldout:,} to test with from "
        f"{card.heldout_sections:,} other sections. Every row has its source: document, quote and span, in characters "
        "of the document's canonical text.", "",
        f"Merkle root over all rows: `{card.merkle_root}` (dataset `{card.id}`).", "",
        "## Sources and licences", "",
        *_table(("document", "licence", "from", "train", "test", "SHA-256"), (
            (s.name, s.licence or "not stated", s.source or "not stated", s.train, s.heldout, s.sha256[:16])
            for s in card.sources)), "",
        "## How it was made", "",
        *[f"- {_plain(maker)}" for maker in card.makers],
    ]  # fmt: skip
    if card.imported_from:
        lines.append(f"- Brought along as the file {_plain(card.imported_from)}.")
    if card.rule:
        lines.append(f"- Kept by the rule `{card.rule}`, and by people's decisions, which come before it.")
    lines += [
        f"- Split by section, never by item: {held}. Train rows whose passage or question stands on the other side "
        "were dropped.",
        f"- {card.edited:,} rows have words of a reviewer; each names the event by which.",
        "- Each gold answer earns 1 under its row's own reward specification, and wrong answers less.",
    ]
    if card.dropped:
        lines += ["", "Left out:", "", *_table(("rows", "why"), ((count, reason) for reason, count in card.dropped))]
    lines += [
        "", "## What is in it", "",
        *_table(("kind", "rows"), sorted(card.kinds.items())), "",
        *_table(("language", "rows"), ((name or "not stated", n) for name, n in sorted(card.languages.items()))),
        "", f"Reward: `{card.reward}`", "",
        "## Limits", "",
        "Questions were written by rules or models, not by people who needed an answer. An answer is as right as its "
        "source; nobody checked the sources. A licence is what the uploader of a document stated.", "",
        "## How to check", "",
        f"`studio lineage verify {card.id}` compares quotes with the bytes of their documents and recomputes the "
        "Merkle root.",
    ]  # fmt: skip
    return lines


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(_plain(str(cell)) for cell in row) + " |" for row in rows]


def _plain(text: str) -> str:
    """Text from outside on one line, without a meaning to Markdown's tables and links."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"\\{letter}" if letter in "\\|`*_[]<>#" else letter for letter in shown)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
