"""What a value of case.toml must look like is told in words."""

import re

import msgspec
import pytest

from tallystick.record import case, spelled

PATTERNS = [
    value for name, value in vars(spelled).items() if name.isupper() and isinstance(value, str)
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_form_has_its_words(pattern: str) -> None:
    said = spelled.in_words(f"Expected `str` matching regex {pattern!r} - at `$.x`")
    assert said.startswith("expected ")
    assert "regex" not in said
    assert said.endswith(" - at `$.x`")


def test_case_toml_has_no_form_without_words() -> None:
    told = {p for name in dir(case) for p in _patterns(getattr(case, name))}
    assert told
    assert told <= set(PATTERNS)


def _patterns(kind: object) -> list[str]:
    """The patterns of a kind of value, as its JSON schema has them."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return []
    try:
        schema = msgspec.json.encode(msgspec.json.schema(kind)).decode()
    except TypeError:
        return []
    return [
        msgspec.json.decode(one) for one in re.findall(r'"pattern":("(?:[^"\\]|\\.)*")', schema)
    ]


def test_another_error_stays_as_it_is() -> None:
    for message in ("Expected `int`, got `str`", "Expected `str` matching regex 'other'"):
        assert spelled.in_words(message) == message


def test_an_address_to_listen_at_is_asked_for_in_words() -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert({"trigger": {"url": "http://h", "listen": "127.0.0.1:8089/short"},
                         "command": ["x"], "mode": "http"}, type=case.Client)  # fmt: skip
    assert "a secret path of 16 to 64" in spelled.in_words(str(refused.value))
