"""What client libraries do on their own, by the `user-agent` of a call."""

import pytest

from tallystick.contract.habits import habit_of
from tallystick.host.bundled import bundled_bytes


@pytest.mark.parametrize(
    ("agent", "read_in"),
    [
        ("OpenAI/Python 1.30.1", "1.109.1"),
        ("AsyncOpenAI/Python 3.2.0", "3.57.0"),
        ("AzureOpenAI/JS 4.1.0", "4.104.0"),
        ("OpenAI/JS 6.0.0", "6.49.0"),
    ],
)
def test_a_version_has_the_habit_that_was_read_in_its_kind(agent: str, read_in: str) -> None:
    found = habit_of(_table(), agent)
    assert found is not None
    assert read_in in found.read_in


@pytest.mark.parametrize("agent", ["OpenAI/Python 0.28.1", "OpenAI/JS 99.0.0", "curl/8.5.0", ""])
def test_of_what_nobody_read_nothing_is_said(agent: str) -> None:
    assert habit_of(_table(), agent) is None


def _table() -> str:
    data = bundled_bytes("packs/clients/openai.toml")
    assert data is not None
    return data.decode()
