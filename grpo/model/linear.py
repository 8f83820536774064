"""Linear layers on a processor: products through oneDNN, which chooses its instructions by what the processor can do.

    y = x W^T + b        dx = dy W        dW = dy^T x        db = sum of dy over rows

torch computes float32 products with MKL, which leaves half of what a processor of another maker than Intel can do
(measured on AMD Zen 5 with one thread: 100 against 230 GFLOP/s). oneDNN is inside every torch for x86, but torch gives
it no float32 product that can be differentiated; so the derivative is written out here.
oneDNN compiles every new shape once, for about a millisecond: ``rounded`` keeps the shapes few.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

HERE = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")  # type: ignore[no-untyped-call]
STEPS = 32  # numbers of rows that are told apart between one power of two and the next


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``x`` ``[M, K]`` times ``weight`` ``[N, K]`` plus ``bias`` ``[N]``: ``[M, N]``; differentiable."""
    if not served(x):
        return F.linear(x, weight, bias)
    if torch.is_grad_enabled() and (x.requires_grad or weight.requires_grad):
        result: Tensor = Linear.apply(x, weight, bias)
        return result
    return product(x, weight, bias)


def served(x: Tensor) -> bool:
    """Whether oneDNN multiplies ``x``."""
    return HERE and x.dtype == torch.float32 and x.device.type == "cpu" and x.shape[0] > 0


def product(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """The same without a derivative; ``weight`` may be a transposed view, ``x`` is copied if it is one."""
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return found


class Linear(torch.autograd.Function):
    """The formulas at the top."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return product(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        (x, weight), (gradient,) = ctx.saved_tensors, gradients
        to_x = product(gradient, weight.t()) if ctx.needs_input_grad[0] else None
        to_weight = outer(gradient, x) if ctx.needs_input_grad[1] else None
        return to_x, to_weight, gradient.sum(0) if ctx.needs_input_grad[2] else None


def outer(left: Tensor, right: Tensor) -> Tensor:
    """``left^T right`` ``[N, K]`` of ``[M, N]`` and ``[M, K]``; what is turned over in memory is the narrower one."""
    if not served(left):
        return left.t() @ right
    if left.shape[1] > right.shape[1]:
        return product(right.t(), left.t()).t()
    return product(left.t(), right.t())


def rounded(rows: int, most: int) -> int:
    """``rows`` rounded up to one of ``STEPS`` numbers between two powers of two, but to no more than ``most``."""
    step = max(1, (1 << (rows - 1).bit_length()) // (2 * STEPS)) if rows > 1 else 1
    return min(-(-rows // step) * step, most)
