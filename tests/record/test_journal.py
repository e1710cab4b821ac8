import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.record import journal
from tallystick.record.journal import ChainError, Entry


def grown(texts: list[str]) -> bytes:
    data = b""
    for text in texts:
        entry = Entry(
            journal.head(data),
            "2026-11-21T10:00:00Z",
            "owner",
            "decide",
            "retry.status.500",
            "retry",
            "no",
            text,
        )
        data = journal.append(data, entry)
    return data


@given(st.lists(st.text(), max_size=5))
def test_a_journal_reads_back(texts: list[str]) -> None:
    assert [entry.text for entry in journal.read(grown(texts))] == texts


@given(st.lists(st.text(max_size=4), min_size=1, max_size=4), st.data())
def test_any_flipped_byte_is_found(texts: list[str], data: st.DataObject) -> None:
    whole = grown(texts)
    place = data.draw(st.integers(0, len(whole) - 2))
    broken = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    # The last line has no successor to hold its digest: the manifest does. Its form still has to fit.
    try:
        entries = journal.read(broken)
    except ChainError:
        return
    assert len(entries) == len(texts)
    assert place >= len(whole) - len(whole.splitlines(keepends=True)[-1])


def test_a_missing_or_moved_entry_breaks_the_chain() -> None:
    first, second, third = grown(["a", "b", "c"]).splitlines(keepends=True)
    for broken in (first + third, second + third, second + first + third):
        with pytest.raises(ChainError, match="does not follow"):
            journal.read(broken)


def test_the_second_of_two_writers_is_refused() -> None:
    before = grown(["a"])
    late = Entry(
        journal.head(before), "2026-11-21T10:00:00Z", "b", "decide", "limit.requests", "value",
        "5", "x",
    )  # fmt: skip
    moved = journal.append(before, late)
    with pytest.raises(ChainError, match="moved") as refused:
        journal.append(moved, late)
    assert refused.value.line == 3


@pytest.mark.parametrize("line", [b"{}\n", b"no json\n", b'{"at": 1}\n', b"\xff\n"])
def test_a_line_that_is_no_entry_is_named(line: bytes) -> None:
    with pytest.raises(ChainError, match="line 1"):
        journal.read(line)


def test_white_space_is_no_way_to_hide_a_change() -> None:
    with pytest.raises(ChainError, match="canonical"):
        journal.read(grown(["a"]).replace(b",", b", "))


def test_spans_enclose_the_entries() -> None:
    data = grown(["a", "ü"])
    assert b"\n".join(data[start:end] for start, end in journal.spans(data)) + b"\n" == data
