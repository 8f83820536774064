"""Loss aggregation: how much each token of a batch counts.

    token      1 / (all tokens)                  DAPO, Yu et al., 2025, arXiv:2503.14476: long completions count more
    sequence   1 / (N * tokens of its row)       GRPO, arXiv:2402.03300: every completion counts alike
    constant   1 / (N * most tokens)             Dr. GRPO, arXiv:2503.20783: no term depends on the length sampled

A token outside the loss mask (written by an environment, or of a completion that is left out) counts nothing and is not
counted.
"""

from __future__ import annotations

import torch
from torch import Tensor


def token_weights(lengths: Tensor, aggregation: str, limit: int, mask: Tensor | None = None) -> Tensor:
    """How much each token counts, ``[M]`` in row order.

    Args:
        lengths: ``[N]`` completion lengths, M = their sum.
        aggregation: ``token``, ``sequence`` or ``constant``.
        limit: most tokens a completion may have.
        mask: ``[M]``, 1 on tokens that count and 0 on others; ``None``: all count.
    """
    rows = lengths.shape[0]
    if mask is not None:
        counted = row_sums(mask.float(), lengths)
        if aggregation == "token":
            each = (1.0 / counted.sum().clamp(min=1)).expand(rows)
        elif aggregation == "sequence":
            each = 1.0 / (rows * counted.clamp(min=1))
        else:
            each = torch.full((rows,), 1.0 / (rows * limit))
        return each.to(lengths.device).repeat_interleave(lengths) * mask.to(lengths.device)
    if aggregation == "token":
        each = torch.full((rows,), 1.0 / float(lengths.sum()))
    elif aggregation == "sequence":
        each = 1.0 / (rows * lengths.float())
    else:
        each = torch.full((rows,), 1.0 / (rows * limit))
    return each.to(lengths.device).repeat_interleave(lengths)


def row_sums(values: Tensor, lengths: Tensor) -> Tensor:
    """Sums ``[N]`` of packed ``values`` ``[M]`` over rows of ``lengths`` ``[N]``."""
    owner = torch.arange(lengths.shape[0], device=values.device).repeat_interleave(lengths)
    return torch.zeros(lengths.shape[0], dtype=values.dtype, device=values.device).index_add(0, owner, values)
