"""What is asked for every failing call is worked out once: incidents have thousands of them."""

from tallystick.intake import Facts, classify
from tallystick.record import Exchange
from tallystick.review import Material
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import GOOD


def _material() -> Material:
    calls = [entry(200, GOOD, request={**REQUEST, "max_tokens": 10 + n}) for n in range(5)]
    whole = frozen(har([*calls, entry(400, {"error": {"message": "no"}})]))
    return Material((), (), (), whole, classify(whole, Facts("", "")))


def test_what_sound_calls_show_is_read_once() -> None:
    material, read = _material(), list[str]()

    def status(exchange: Exchange) -> int:
        read.append(exchange.id)
        return exchange.response.status

    assert [material.of_sound(status) for _ in range(3)] == [frozenset((200,))] * 3
    assert sorted(read) == sorted(material.sound_calls) and len(read) == 5


def test_calls_that_went_well_and_their_bodies() -> None:
    material = _material()
    assert {one.id for one in material.sound} == set(material.sound_calls)
    assert [body["max_tokens"] for body in material.sound_bodies] == [10, 11, 12, 13, 14]
