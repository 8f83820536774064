"""Linear layers through oneDNN: products and derivatives are torch's own, whatever the shapes."""

import pytest
import torch
import torch.nn.functional as F

from grpo.model.layer import packed
from grpo.model.linear import linear, outer, rounded
from grpo.ragged import Ragged


@pytest.mark.parametrize(("rows", "inner", "outside"), [(1, 8, 24), (7, 24, 8), (64, 16, 16), (3, 1, 5)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_product_and_its_derivatives_are_those_of_torch(rows: int, inner: int, outside: int, bias: bool) -> None:
    torch.manual_seed(0)
    given = [torch.randn(rows, inner), torch.randn(outside, inner), torch.randn(outside)]
    mine, theirs = ([one.clone().requires_grad_() for one in given] for _ in range(2))
    ours = linear(mine[0], mine[1], mine[2] if bias else None)
    plain = F.linear(theirs[0], theirs[1], theirs[2] if bias else None)
    torch.testing.assert_close(ours, plain, rtol=1e-5, atol=1e-5)
    weights = torch.randn_like(plain)
    (ours * weights).sum().backward()
    (plain * weights).sum().backward()
    for own, other in zip(mine[: 2 + bias], theirs, strict=False):
        assert own.grad is not None and other.grad is not None
        torch.testing.assert_close(own.grad, other.grad, rtol=1e-5, atol=1e-5)


def test_only_what_needs_a_derivative_gets_one() -> None:
    x, weight = torch.randn(4, 8), torch.randn(3, 8, requires_grad=True)
    linear(x, weight).sum().backward()
    assert x.grad is None and weight.grad is not None
    with torch.no_grad():
        assert not linear(x, weight).requires_grad


def test_other_numbers_than_float32_go_the_plain_way() -> None:
    x, weight = torch.randn(4, 8, dtype=torch.float64), torch.randn(3, 8, dtype=torch.float64, requires_grad=True)
    assert torch.equal(linear(x, weight), F.linear(x, weight))
    assert torch.equal(outer(x, x), x.t() @ x)
    assert linear(torch.empty(0, 8), torch.randn(3, 8)).shape == (0, 3)


def test_numbers_of_rows_are_few_and_little_is_added() -> None:
    sizes = {rounded(rows, 1 << 20) for rows in range(1025, 2049)}
    assert len(sizes) <= 32
    assert all(rows <= rounded(rows, 1 << 20) <= rows * 33 / 32 + 1 for rows in range(1, 5000))
    assert rounded(1030, 1031) == 1031  # there are no more


def test_padding_that_is_carried_along_stands_behind_the_tokens() -> None:
    rows = Ragged(torch.zeros(40, 40, dtype=torch.long), torch.tensor([40] * 26 + [7] * 14))
    places, valid = packed(rows), rows.mask().flatten().nonzero().squeeze(1)
    assert len(places) == rounded(len(valid), 1600) > len(valid)
    assert torch.equal(places[: len(valid)], valid)
    assert not rows.mask().flatten()[places[len(valid) :]].any()
    assert len(places.unique()) == len(places)


def test_a_grid_that_is_nearly_full_keeps_its_order() -> None:
    rows = Ragged(torch.zeros(40, 40, dtype=torch.long), torch.tensor([39] + [40] * 39))
    assert torch.equal(packed(rows), rows.mask().flatten().nonzero().squeeze(1))
    full = Ragged(rows.tokens, torch.full((40,), 40))
    assert torch.equal(packed(full), torch.arange(1600))
