"""Whether the first row of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(r"[-+(]?[\d.,\s]*\d[\d.,\s]*[%)]?|\d{4}-\d\d-\d\d.*")
LONGEST_NAME = 60


def is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """The first row has a different, short text that is no number in every column that the second row fills."""
    names = [cell.strip() for cell in first]
    filled = [name for name in names if name]
    if not filled or len(set(filled)) < len(filled) or any(len(name) > LONGEST_NAME for name in filled):
        return False
    if any(NUMBER.fullmatch(name) for name in filled):
        return False
    return not any(cell.strip() and not name for name, cell in zip(names, second, strict=False))
