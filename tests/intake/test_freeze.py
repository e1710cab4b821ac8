import json

import pytest

from tallystick.intake import Masker
from tallystick.intake.bodies import decode_body, has_masked_texts
from tallystick.intake.failures import failure_kind
from tallystick.intake.raw import RawMessage
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
        ("something else", "unknown"),
        ("dns: getaddrinfo ENOTFOUND api.h.example (errno -3008)", "dns"),
        ("[Errno -2] Name or service not known", "dns"),
        ("net::ERR_SSL_PROTOCOL_ERROR", "tls"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "tls"),
        ("[Errno 8] nodename nor servname provided, or not known", "dns"),
        ("dial tcp: lookup api.h.example: no such host", "dns"),
        ("curl: (6) Could not resolve host: api.h.example", "dns"),
        ("java.net.UnknownHostException: api.h.example", "dns"),
        (
            "NameResolutionError: Failed to resolve 'h' ([Errno -3] Temporary failure in name resolution)",
            "dns",
        ),
        ("unable to get local issuer certificate", "tls"),
        ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"),
        ("self-signed certificate in certificate chain", "tls"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "tls"),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "tls"),
        ("javax.net.ssl.SSLHandshakeException: PKIX path building failed", "tls"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "tls"),
        ("net::ERR_TUNNEL_CONNECTION_FAILED", "proxy"),
        ("ProxyError: Unable to connect to proxy", "proxy"),
        ("net::ERR_TIMED_OUT", "timeout"),
        ("connect ETIMEDOUT 127.0.0.1:443", "timeout"),
        ("UND_ERR_HEADERS_TIMEOUT", "timeout"),
        ("Read timed out. (read timeout=60)", "timeout"),
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("[Errno 111] Connection refused", "refused"),
        ("socket hang up", "reset"),
        ("write EPIPE", "reset"),
        ("[Errno 104] Connection reset by peer", "reset"),
        ("RemoteProtocolError: Server disconnected without sending a response.", "reset"),
        ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", "reset"),
        ("curl: (52) Empty reply from server", "reset"),
        ("unexpected EOF", "reset"),
        ("http2: server sent GOAWAY and closed the connection", "reset"),
        ("net::ERR_HTTP2_PROTOCOL_ERROR", "protocol"),
        ("net::ERR_INTERNET_DISCONNECTED", "network"),
        ("Failed to fetch", "network"),
        ("AbortError: This operation was aborted", "aborted"),
        ("context canceled", "aborted"),
        (
            "HTTPSConnectionPool(host='h.example', port=443): Max retries exceeded with url: /v1 (Caused "
            'by NameResolutionError("<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to '
            "resolve 'h.example'\"))",
            "dns",
        ),
        ("asyncio.exceptions.CancelledError", "aborted"),
        ("java.io.EOFException: unexpected end of stream", "reset"),
    ],
)
def test_transport_failures_are_told_apart_by_their_words_and_by_what_is_kept_of_them(
    text: str, kind: str
) -> None:
    assert failure_kind(text) == kind
    assert failure_kind(Masker().words(text, "failure")) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"id": "c", "choices": [{"message": {"content": "Your parcel ...[truncated 282 chars]', "not-visible"),
        ('{"id": "c", "choices": [<cut by the logger>', "not-visible"),
        ('{"id": "c", "choices": [{"message": {"content": "a [link]', "text"),
        ('{"id": "c", "choices": []}', "json"),
    ],
)  # fmt: skip
def test_a_body_that_a_logger_cut_off_is_not_shown(text: str, kind: str) -> None:
    assert decode_body(RawMessage((), text))[0] == kind


@pytest.mark.parametrize(
    ("content", "masked"),
    [("***", True), ("<masked>", True), ("[REDACTED]", True), ("…", True), ("hello", False), ("", False)],
)  # fmt: skip
def test_masked_requests_look_alike(content: str, masked: bool) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": content}]}, ensure_ascii=False)
    assert has_masked_texts(body) == masked
    assert has_masked_texts(body.encode()) == masked
    assert not has_masked_texts(body.replace("]}", ', {"role": "user", "content": "x"}]}'))
    assert not has_masked_texts(body + " " * 5000)
