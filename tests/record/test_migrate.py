"""Cases of earlier versions, step by step."""

import pytest

from tallystick.record.case import FORMAT_VERSION
from tallystick.record.migrate import STEPS, VersionError, migrated


def test_there_is_one_step_from_every_earlier_version() -> None:
    assert sorted(STEPS) == list(range(1, FORMAT_VERSION))
    for version, step in STEPS.items():
        assert step({"version": version})["version"] == version + 1


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_every_version_leads_to_the_present_one(version: int) -> None:
    table = {"version": version, "incident": {"title": "t"}}
    assert migrated(table) == {"version": FORMAT_VERSION, "incident": {"title": "t"}}


@pytest.mark.parametrize("version", [0, -1, FORMAT_VERSION + 1, "1", None, 1.5])
def test_other_versions_are_refused(version: object) -> None:
    with pytest.raises(VersionError):
        migrated({"version": version})
