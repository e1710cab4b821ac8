from hypothesis import given
from hypothesis import strategies as st

from tallystick.record import canonical, digest, pretty
from tallystick.record.canonical import identity, lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_canonical_bytes_are_sorted_and_compact() -> None:
    assert canonical({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'


@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_members_does_not_matter(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical(value) == canonical(backwards)
    assert pretty(value) == pretty(backwards)


def test_the_digest_is_the_published_test_vector_with_its_algorithm() -> None:
    # FIPS 180-4, the one-block message "abc".
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest(b"abc") == f"sha256:{expected}"


def test_lines_end_each_value() -> None:
    assert lines([1, {"a": 2}]) == b'1\n{"a":2}\n'


def test_identities_tell_values_apart() -> None:
    assert identity("a", 1) == identity("a", 1)
    assert identity("a", 1) != identity("a1")
