"""One capture that shows a call at two places."""

from typing import Any

import pytest

from tallystick.intake.sightings import once, sightings
from tests.conftest import entry, frozen, har

GATEWAY = "https://gw.example/v1/chat/completions"
PROVIDER = "https://api.cometapi.com/v1/chat/completions"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


def _call(url: str, at: float, took: float, **more: Any) -> dict[str, Any]:
    made = entry(200, {"choices": []}, url=url, at=at, request={**ASKED, **more})
    return {**made, "time": took}


def test_a_call_within_a_call_is_the_same_behind_a_hop() -> None:
    whole = frozen(har([_call(GATEWAY, 0, 1500), _call(PROVIDER, 0.1, 1000, tag="x")]))
    (seen,) = sightings(whole)
    assert (seen.near, seen.far, seen.directed) == (whole[0].id, (whole[1].id,), True)
    assert [(one.kind, one.location) for one in seen.changes] == [("member-added", "request.tag")]
    assert len(once(whole, (seen,))) == 1


@pytest.mark.parametrize(
    "calls",
    [
        [_call(GATEWAY, 0, 1500), _call(PROVIDER, 2, 1000)],
        [_call(GATEWAY, 0, 1500), _call(PROVIDER, 0.1, 2000)],
        [_call(GATEWAY, 0, 1500), _call(GATEWAY, 0.1, 1000)],
        [_call(PROVIDER, 0, 1500), _call(PROVIDER, 0.1, 1000)],
        [_call(GATEWAY, 0, 1500), _call(PROVIDER, 0.1, 500), _call(PROVIDER, 0.7, 500)],
        [_call(GATEWAY, 0, 1500), _call(GATEWAY, 0, 1600), _call(PROVIDER, 0.1, 500)],
        [_call(GATEWAY, 0, 1500), _call(PROVIDER, 0.1, 1000, messages=[{"role": "user", "content": "z"}])],
    ],
    ids=["behind it", "longer", "one host", "one provider", "two within", "two around", "other words"],
)  # fmt: skip
def test_other_calls_are_calls_of_their_own(calls: list[dict[str, Any]]) -> None:
    assert sightings(frozen(har(calls))) == ()
