"""How far reviewers agree beyond chance: Cohen's kappa.

    kappa = (p_o - p_e) / (1 - p_e)

p_o is the share of samples that both decided alike, p_e the share that two people with the same habits would decide
alike by chance: the sum over decisions of the product of their shares. 1 is full agreement, 0 what chance gives.

Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two reviewers over the samples that both decided. kappa: None where each decided all alike, so that chance
    explains everything. table: (decision of the first, of the second) -> samples.
    """

    first: str
    second: str
    samples: int
    agreed: int
    kappa: float | None
    table: dict[tuple[str, str], int]


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of paired decisions; None without any, and where chance alone gives full agreement."""
    count = len(pairs)
    if not count:
        return None
    agreed = sum(first == second for first, second in pairs) / count
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(firsts[name] * seconds[name] for name in firsts) / count**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def agreements(opinions: Iterable[tuple[str, str, str]]) -> list[Agreement]:
    """Every two reviewers who share samples, by name.

    opinions: (sample id, reviewer, decision), one per sample and reviewer.
    """
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for sample, reviewer, decision in opinions:
        held[reviewer][sample] = decision
    found = []
    for first, second in combinations(sorted(held), 2):
        both = [(held[first][sample], held[second][sample]) for sample in sorted(held[first].keys() & held[second])]
        if both:
            agreed = sum(one == other for one, other in both)
            found.append(Agreement(first, second, len(both), agreed, kappa(both), dict(Counter(both))))
    return found
