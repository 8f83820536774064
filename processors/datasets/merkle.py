"""Merkle trees over rows: one root names a dataset version, a short proof shows that a row belongs to it.

Hashing and tree shape follow RFC 6962, section 2.1 (leaf ``SHA-256(0x00 || data)``, node ``SHA-256(0x01 || left ||
right)``, split at the largest power of two below the count); proofs are verified as in RFC 9162, section 2.1.3.2. The
different first bytes keep a node from being passed off as a leaf. Leaves are sorted, so the root does not depend on
the order of the rows.
"""

import hashlib
from collections.abc import Iterable, Sequence


def leaf(data: bytes) -> bytes:
    """Return the 32-byte hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the 32-byte root over leaf hashes in any order; SHA-256 of nothing for no leaves."""
    return _root(sorted(leaves))


def proof(leaves: Iterable[bytes], wanted: bytes) -> tuple[int, tuple[bytes, ...]]:
    """Return ``(index, path)`` of a leaf hash among the sorted leaves: the sibling hashes from the leaf to the root.

    Raises:
        KeyError: the leaf is not among them.
    """
    ordered = sorted(leaves)
    if wanted not in ordered:
        raise KeyError(wanted.hex())
    index = ordered.index(wanted)
    return index, tuple(_path(index, ordered))


def verify(wanted: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Say whether a leaf hash at ``index`` of ``size`` sorted leaves leads to the expected root by this path."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, wanted
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = _node(sibling, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = _node(found, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and found == expected


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _root(ordered: Sequence[bytes]) -> bytes:
    if not ordered:
        return hashlib.sha256(b"").digest()
    if len(ordered) == 1:
        return ordered[0]
    middle = _split(len(ordered))
    return _node(_root(ordered[:middle]), _root(ordered[middle:]))


def _path(index: int, ordered: Sequence[bytes]) -> list[bytes]:
    if len(ordered) == 1:
        return []
    middle = _split(len(ordered))
    if index < middle:
        return [*_path(index, ordered[:middle]), _root(ordered[middle:])]
    return [*_path(index - middle, ordered[middle:]), _root(ordered[:middle])]
