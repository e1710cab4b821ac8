"""Text access logs: an address, a status and times, and nothing that they cannot show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake import RawAttempt
from tallystick.intake.formats import Piece, detect
from tallystick.intake.formats.access import FORMAT
from tallystick.intake.formats.base import Broken

COMBINED = '10.8.1.4 - - [20/Nov/2026:09:05:30 +0100] "POST /v1/chat/completions HTTP/1.1" 499 0 "-" "x" rt=30.001'
ENVOY = ('[2026-11-20T09:05:00.123Z] "POST /v1/chat/completions HTTP/1.1" {} {} 512 187 212 211 "-" '
         '"OpenAI/JS 6.9.0" "id-1" "api.cometapi.com" "203.0.113.20:443"')  # fmt: skip
ISTIO = ('[2026-11-20T09:05:00.123Z] "POST /v1/chat/completions HTTP/2" 503 UF '
         'upstream_reset_before_response_started{connection_failure} - "TLS_error" 0 91 12 - "-" "x" "i" "h" "u"')  # fmt: skip
HAPROXY = ('Nov 20 09:05:01 edge1 haproxy[812]: 10.1.0.15:51344 [20/Nov/2026:09:05:00.112] llm_in~ comet/api1 '
           '0/0/31/{}/1204 {} 208 - - {} 41/40/12/12/0 0/0 "POST /v1/chat/completions HTTP/1.1"')  # fmt: skip
ALB = ('https 2026-11-20T09:05:00.186641Z app/llm/50dc 192.0.2.1:2817 10.0.0.1:80 0.001 {} 0.002 {} {} 34 366 '
       '"POST https://llm.example:443/v1/chat/completions HTTP/1.1" "curl/7.46.0" - -')  # fmt: skip


def read(line: str) -> RawAttempt:
    data = f"{line}\n".encode()
    form = detect(data)
    assert form is FORMAT
    (found,) = form.read(Piece(0, 0, data, last=True))
    assert isinstance(found, RawAttempt)
    return found


@pytest.mark.parametrize(
    ("line", "status", "took_ms", "error"),
    [
        (COMBINED, 499, 30001.0, ""),
        (ENVOY.format(400, "-"), 400, 212.0, ""),
        (ENVOY.format(503, "UC"), 0, 212.0, "upstream closed connection"),
        (ISTIO, 0, 12.0, "failed to connect to the upstream TLS error"),
        (HAPROXY.format("-1", 502, "SH--"), 502, 1204.0, ""),
        (HAPROXY.format("900", 200, "SD--"), 200, 1204.0, "connection closed by the server"),
        (HAPROXY.format("-1", -1, "CR--"), 0, 1204.0, "aborted by the client"),
        (ALB.format("1.200", 200, 200), 200, 1203.0, ""),
        (ALB.format("-1", "-", "-"), 0, 3.0, "the client closed the connection: aborted"),
    ],
)
def test_a_line_tells_a_status_a_time_or_what_ended_it(
    line: str, status: int, took_ms: float, error: str
) -> None:
    found = read(line)
    assert (found.status, found.duration_ms, found.error) == (status, took_ms, error)
    assert found.url.endswith("/v1/chat/completions")
    assert found.at is not None
    assert found.at.startswith("2026-11-20T0")
    assert {"headers", "response-headers"} <= set(found.hidden)
    assert found.request.body is None


def test_a_time_is_in_utc() -> None:
    assert read(COMBINED).at == "2026-11-20T08:05:30+00:00"


def test_other_lines_are_passed_over_and_damage_is_told() -> None:
    damaged = COMBINED.replace("20/Nov", "31/Feb")
    data = f"started\n{COMBINED}\n\n{damaged}\n".encode()
    other, good, broken = FORMAT.read(Piece(0, 0, data, last=True))
    assert other is None
    assert isinstance(good, RawAttempt)
    assert isinstance(broken, Broken)
    assert data[broken.offset :].startswith(damaged.encode())


@given(st.binary(max_size=400))
def test_no_bytes_end_the_reader(data: bytes) -> None:
    list(FORMAT.read(Piece(0, 0, data, last=True)))


@pytest.mark.parametrize(
    ("client", "why"),
    [("10.20.4.11", "upstream prematurely closed connection"), ("10.20.4.99", "")],
)
def test_nginx_tells_in_its_error_log_what_broke_an_answer_off(client: str, why: str) -> None:
    text = (
        "2026/06/01 09:05:41 [error] 31#31: *9 upstream prematurely closed connection while reading "
        f'upstream, client: {client}, server: s, request: "POST /v1/chat/completions HTTP/1.1", '
        'upstream: "https://203.0.113.40:443/v1/chat/completions", host: "h"\n'
        '10.20.4.11 - - [01/Jun/2026:09:05:41 +0000] "POST /v1/chat/completions HTTP/1.1" 200 18231 "-" "x"\n'
        '10.20.4.11 - - [01/Jun/2026:09:06:41 +0000] "POST /v1/chat/completions HTTP/1.1" 200 18231 "-" "x"\n'
    )
    form = detect(text.encode())
    assert form is FORMAT
    first, second = [
        one
        for one in form.read(Piece(0, 0, text.encode(), last=True))
        if isinstance(one, RawAttempt)
    ]
    assert (first.status, first.error, second.error) == (200, why, "")
