import pytest

from tallystick.intake import Masker
from tallystick.intake.failures import failure_kind
from tallystick.record import Exchange
from tests.conftest import entry, frozen, har


def one(*args: object, **kwargs: object) -> Exchange:
    return frozen(har([entry(*args, **kwargs)]))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "mime", "kind"),
    [
        ({"choices": []}, "application/json", "json"),
        ('{"choices": []}', "text/event-stream", "json"),
        ("data: {}\n\n", "text/event-stream", "sse"),
        ("data: {}\n\n", "application/json", "sse"),
        ("<!DOCTYPE html><title>502 Bad Gateway</title>", "application/json", "html"),
        ("upstream connect error", "text/plain", "text"),
        ('{"choices": [', "application/json", "text"),
        (" \n", "application/json", "empty"),
        (None, "", "not-visible"),
    ],
)
def test_the_bytes_decide_what_a_body_is(answer: object, mime: str, kind: str) -> None:
    assert one(200, answer, mime=mime).response.body_kind == kind


def test_a_page_keeps_its_title_and_gateway_words() -> None:
    page = "<html><head><title>502 Bad Gateway</title></head>secret</html>"
    response = one(502, page, headers={"Server": "nginx/1.2"}).response
    assert response.body == "502 Bad Gateway"
    assert response.signatures == ("html", "nginx")
    assert response.text_length == len(page)
    assert one(502, "<html>no title</html>").response.body == ""


def test_a_stream_that_broke_off_is_told_from_one_that_ended() -> None:
    whole = "data: {}\n\ndata: [DONE]\n"
    cut = "data: {}\n\ndata: {"
    kinds = [frame.kind for frame in one(200, whole, mime="text/event-stream").response.frames]
    assert kinds == ["data", "done"]
    kinds = [frame.kind for frame in one(200, cut, mime="text/event-stream").response.frames]
    assert kinds == ["data", "open"]


def test_odd_frames_have_their_own_kinds() -> None:
    text = ": ping\n\n: ping\n\ndata: [1]\n\ndata: not json\n\n"
    frames = one(200, text, mime="text/event-stream").response.frames
    assert [(frame.kind, frame.count) for frame in frames] == [("comment", 2), ("text", 2)]


def test_times_and_methods_that_are_none_are_not_kept() -> None:
    odd = entry(200, {})
    odd["startedDateTime"] = "yesterday at Johanna's"
    odd["request"]["method"] = "PO ST"
    (exchange,) = frozen(har([odd]))
    assert exchange.at is None
    assert exchange.request.method == "‹value›"


def test_captures_of_one_intake_share_their_ordinals() -> None:
    masker = Masker()
    first, second = (frozen(har([entry(200, {}, at=at)]), masker)[0] for at in (0, 1))
    assert first.request.body_ordinal == second.request.body_ordinal
    assert first.id != second.id


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("getaddrinfo ENOTFOUND h", "dns"),
        ("net::ERR_NAME_NOT_RESOLVED", "dns"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "tls"),
        ("Headers Timeout Error", "timeout"),
        ("context deadline exceeded", "timeout"),
        ("connect ECONNREFUSED 127.0.0.1:80", "refused"),
        ("read ECONNRESET", "reset"),
        ("peer closed connection without sending complete message body", "reset"),
        ("Unable to connect to proxy", "proxy"),
        ("Illegal header value b'Bearer '", "protocol"),
        ("blocked by CORS policy", "network"),
        ("The operation was aborted", "aborted"),
        ("something else", "network"),
    ],
)
def test_transport_failures_are_told_apart_by_their_words(text: str, kind: str) -> None:
    assert failure_kind(text) == kind
