"""RFC 9162: roots and proofs, beside a second writing of the definitions and known roots."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certcentre.log import tree

# the leaves and roots that implementations of certificate transparency test with
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]  # fmt: skip # noqa: E501
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
HASHES = [tree.leaf_hash(f"leaf {n}".encode()) for n in range(150)]


def defined(hashes):
    """The tree hash word by word as RFC 9162 section 2.1.1 defines it."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\1" + defined(hashes[:k]) + defined(hashes[k:])).digest()


@cache
def subtree(start, end):
    return defined(HASHES[start:end])


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots_come_out(size):
    hashes = [tree.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    assert tree.root(hashes).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(1, 70))
def test_the_root_is_as_defined(size):
    assert tree.root(HASHES[:size]) == defined(HASHES[:size])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 150), st.data())
def test_a_leaf_is_proven_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion_path(index, size, subtree)
    root = subtree(0, size)
    assert tree.includes(HASHES[index], index, size, path, root)
    assert not tree.includes(tree.leaf_hash(b"other"), index, size, path, root)
    other = (index + data.draw(st.integers(1, size))) % (size + 1)
    assert not tree.includes(HASHES[index], other, size, path, root)
    assert not tree.includes(HASHES[index], index, size, [*path, path[0] if path else root], root)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 150), st.data())
def test_growth_is_proven_and_change_is_not(new, data):
    old = data.draw(st.integers(1, new))
    path = tree.consistency_path(old, new, subtree)
    was, now = subtree(0, old), subtree(0, new)
    assert tree.extends(old, new, was, now, path)
    assert not tree.extends(old, new, tree.leaf_hash(b"x"), now, path)
    assert not tree.extends(old, new, was, tree.leaf_hash(b"x"), path)
    assert not tree.extends(old, new, was, now, [*path, was])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_outside_the_tree(index, size):
    with pytest.raises(ValueError, match="not in the tree"):
        tree.inclusion_path(index, size, subtree)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_growth_backwards_or_from_nothing(old, new):
    with pytest.raises(ValueError, match="older tree"):
        tree.consistency_path(old, new, subtree)
