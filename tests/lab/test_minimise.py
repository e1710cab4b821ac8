"""Delta debugging finds a smallest failing set, whatever the set."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tallystick.lab.minimise import Candidate, minimise


def smallest(count: int, fails: Callable[[Candidate], bool]) -> tuple[Candidate, int]:
    search, tried = minimise(count), 0
    try:
        batch = next(search)
        while True:
            tried += len(batch)
            batch = search.send([fails(candidate) for candidate in batch])
    except StopIteration as done:
        return done.value, tried


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1), min_size=1))
    )
)
def test_when_some_members_are_needed_together_they_are_what_is_found(
    given_: tuple[int, set[int]],
) -> None:
    count, needed = given_
    found, _ = smallest(count, lambda candidate: needed <= candidate)
    assert found == needed


@given(st.integers(2, 12), st.randoms())
def test_what_is_found_fails_and_is_minimal(count: int, random: object) -> None:
    answers: dict[Candidate, bool] = {frozenset(range(count)): True, frozenset(): False}

    def fails(candidate: Candidate) -> bool:
        return answers.setdefault(candidate, random.random() < 0.4)  # type: ignore[attr-defined]

    found, _ = smallest(count, fails)
    assert fails(found)
    if len(found) > 1:
        assert not any(fails(found - {member}) for member in found)


def test_one_of_many_takes_few_trials() -> None:
    found, tried = smallest(64, lambda candidate: 41 in candidate)
    assert found == {41}
    assert tried < 40
