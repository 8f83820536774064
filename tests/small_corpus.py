"""A small corpus with samples, for tests of training: short sentences about pumps, each with one number to find."""

from __future__ import annotations

import torch

from grpo.samples import Sample

torch.set_num_threads(1)  # tests share the machine

PARTS = ("pump", "valve", "winch", "float", "mast", "hatch", "rudder", "lamp")
PLACES = ("north basin", "old harbour", "reed bay", "mill pond", "long pier", "stone lock")


def sentences(place: str) -> list[str]:
    at = PLACES.index(place)
    return [
        f"The {part} of the {place} is inspected every {12 + 7 * at + n} weeks by the keeper on duty."
        for n, part in enumerate(PARTS)
    ]


def corpus() -> str:
    return "\n\n".join(" ".join(sentences(place)) for place in PLACES)


def samples(places: tuple[str, ...]) -> list[Sample]:
    """One sample per sentence; passages of two sentences; sections are places."""
    found = []
    for place in places:
        lines = sentences(place)
        for n, part in enumerate(PARTS):
            passage = " ".join(lines[n - n % 2 : n - n % 2 + 2])
            answer = f"{12 + 7 * PLACES.index(place) + n} weeks"
            question = f"Fill in: The {part} of the {place} is inspected every ___"
            found.append(Sample(f"{place}-{n}", passage, question, answer, place))
    return found


TRAIN, HELDOUT = samples(PLACES[:4]), samples(PLACES[4:])
