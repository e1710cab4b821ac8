"""A secret tells a trial's requests from those of any other process, and shows in no observation."""

import base64

import pytest

from tallystick.lab.transport.secret import (
    dummy_key,
    for_provider,
    knows_secret,
    new_secret,
    secret_path,
    user_info,
    without_secret,
)

SECRET, OTHER = "5f" * 16, "0a" * 16
PATH = "/v1/chat/completions"
PASSWORD = base64.b64encode(user_info(SECRET).removesuffix("@").encode()).decode()


def test_a_secret_is_made_anew() -> None:
    assert new_secret() != new_secret()
    assert len(new_secret()) == 32


@pytest.mark.parametrize(
    ("path", "header", "known"),
    [
        (f"{secret_path(SECRET)}{PATH}", "Bearer other", True),
        (PATH, f"Bearer {dummy_key(SECRET)}", True),
        (PATH, f"Basic {PASSWORD}", True),
        (PATH, "Bearer other", False),
        (f"/{OTHER}{PATH}", f"Bearer {dummy_key(OTHER)}", False),
    ],
)
def test_who_knows_it(path: str, header: str, known: bool) -> None:
    assert knows_secret(SECRET, path, [("authorization", header)]) is known


def test_the_provider_sees_the_path_that_the_client_meant() -> None:
    assert without_secret(SECRET, secret_path(SECRET) + PATH) == PATH
    assert without_secret(SECRET, secret_path(SECRET)) == secret_path(SECRET)
    assert without_secret(SECRET, PATH) == PATH
    assert without_secret("", PATH) == PATH


def test_a_proxys_password_is_no_header_of_the_request() -> None:
    sent = [("Proxy-Authorization", f"Basic {PASSWORD}"), ("accept", "*/*")]
    assert for_provider(sent) == (("accept", "*/*"),)


def test_without_a_secret_nothing_is_added() -> None:
    assert (secret_path(""), user_info(""), dummy_key("")) == (
        "",
        "",
        "sk-tallystick-lab-dummy-key",
    )
