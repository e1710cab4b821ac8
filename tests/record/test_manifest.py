from hypothesis import given
from hypothesis import strategies as st

from tallystick.record import digest
from tallystick.record.case import MANIFEST
from tallystick.record.manifest import build, check

DIGESTS = {"case.toml": digest(b"a"), "evidence/exchanges.ndjson": digest(b"b")}


def test_a_whole_folder_has_no_problem() -> None:
    assert check(build(DIGESTS), DIGESTS) == ()


def test_changed_missing_and_foreign_files_are_named() -> None:
    now = {"case.toml": digest(b"x"), "handoff/new.md": digest(b"n")}
    found = {(p.file, p.problem) for p in check(build(DIGESTS), now)}
    assert found == {
        ("case.toml", "has changed"),
        ("evidence/exchanges.ndjson", "is missing"),
        ("handoff/new.md", "is not in the manifest"),
    }


@given(st.data())
def test_a_flipped_byte_of_the_manifest_is_its_own(data: st.DataObject) -> None:
    whole = build(DIGESTS)
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    assert [problem.file for problem in check(broken, DIGESTS)] == [MANIFEST]
