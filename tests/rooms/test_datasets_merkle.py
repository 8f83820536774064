"""Merkle trees: roots that do not depend on order, proofs that hold, and known vectors of the RFC's tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.datasets import merkle

leaf_sets = st.lists(st.binary(max_size=8), min_size=1, max_size=40, unique=True).map(
    lambda items: [merkle.leaf(item) for item in items]
)


@given(leaf_sets, st.randoms(use_true_random=False))
def test_the_root_does_not_depend_on_the_order(leaves: list[bytes], rng: object) -> None:
    shuffled = list(leaves)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merkle.root(shuffled) == merkle.root(leaves)


@given(leaf_sets, st.data())
def test_every_leaf_has_a_proof_and_nothing_else_has_it(leaves: list[bytes], data: st.DataObject) -> None:
    root = merkle.root(leaves)
    wanted = data.draw(st.sampled_from(leaves))
    index, path = merkle.proof(leaves, wanted)
    assert merkle.verify(wanted, index, len(leaves), path, root)
    assert not merkle.verify(merkle.leaf(b"not one of them"), index, len(leaves), path, root)
    assert not merkle.verify(wanted, index, len(leaves), path, merkle.leaf(b"other root"))
    assert not merkle.verify(wanted, index, len(leaves), (*path, root), root)
    assert not merkle.verify(wanted, index + len(leaves), len(leaves), path, root)
    if path:
        assert not merkle.verify(wanted, index, len(leaves), path[:-1], root)


@given(leaf_sets, st.data())
def test_another_leaf_is_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], merkle.leaf(b"something longer than eight"), *leaves[place + 1 :]]
    assert merkle.root(changed) != merkle.root(leaves)
    assert merkle.root(leaves[:-1]) != merkle.root(leaves)


def test_the_tree_of_the_rfc() -> None:
    a, b, c = sorted(merkle.leaf(letter) for letter in (b"a", b"b", b"c"))
    node = lambda left, right: hashlib.sha256(b"\x01" + left + right).digest()  # noqa: E731
    assert merkle.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root([]) == hashlib.sha256(b"").digest()
    assert merkle.root([b]) == b
    assert merkle.root([c, a, b]) == node(node(a, b), c)


def test_a_stranger_has_no_proof() -> None:
    with pytest.raises(KeyError):
        merkle.proof([merkle.leaf(b"a")], merkle.leaf(b"b"))
