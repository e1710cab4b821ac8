"""What client libraries do on their own, by the `user-agent` of a call."""

import pytest

from tallystick.contract.habits import habit_of
from tallystick.host.bundled import bundled_bytes


@pytest.mark.parametrize(
    ("agent", "waits"),
    [
        ("OpenAI/Python 1.30.1", "up to 60 s"),
        ("AsyncOpenAI/Python 2.51.0", "up to 60 s"),
        ("OpenAI/Python 2.52.0", "more than 120 s"),
        ("OpenAI/Python 3.57.0", "more than 120 s"),
        ("AzureOpenAI/JS 4.104.0", "below 60 s"),
        ("OpenAI/JS 6.25.0", "below 60 s"),
        ("OpenAI/JS 6.26.0", "however long"),
        ("OpenAI/JS 7.4.0", "however long"),
        ("OpenAI/JS 7.5.0", "up to 60 s"),
    ],
)
def test_a_version_has_the_habit_that_was_read_in_its_like(agent: str, waits: str) -> None:
    found = habit_of(_table(), agent)
    assert found is not None
    assert waits in found.waits


@pytest.mark.parametrize(
    "agent",
    ["OpenAI/Python 0.28.1", "OpenAI/Python 3.58.0", "OpenAI/JS 4.0.0", "OpenAI/JS 99.0.0",
     "curl/8.5.0", ""],
)  # fmt: skip
def test_of_what_nobody_read_nothing_is_said(agent: str) -> None:
    assert habit_of(_table(), agent) is None


def _table() -> str:
    data = bundled_bytes("packs/clients/openai.toml")
    assert data is not None
    return data.decode()
