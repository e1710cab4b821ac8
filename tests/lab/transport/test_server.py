"""The HTTP server of a trial, spoken to in raw bytes."""

import gzip
import http.client
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from urllib.parse import urlsplit

import pytest

from tallystick.lab.transport import Target
from tallystick.lab.transport.secret import dummy_key
from tallystick.lab.wire import Result, WireEvent
from tallystick.record import Scenario
from tallystick.trials.measure import rig_for, trial
from tests.lab.bench import EVERY, HERE, NOTHING

BODY = b'{"model":"m","messages":[{"role":"user","content":"x"}]}'
STREAM = b'{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}'
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n"
CONFORMING = Scenario("baseline", "response")
# Tells its address to the test, and stays until it is told to end.
_CLIENT = "import os, sys; print(os.environ['OPENAI_BASE_URL'], flush=True, file=open(sys.argv[1], 'w')); open(sys.argv[2]).read()"


class Talk:
    """One trial whose client is the test itself."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.port, self.secret = parts.port or 0, parts.path.removesuffix("/v1").encode()
        self.result: Result | None = None

    def send(self, data: bytes, half_close: bool = True) -> bytes:
        return self.sent_as_it_is(self.ours(data), half_close)

    def ours(self, data: bytes) -> bytes:
        return data.replace(b" /", b" %b/" % self.secret)

    def sent_as_it_is(self, data: bytes, half_close: bool = True) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 5) as made:
            made.sendall(data)
            if half_close:
                made.shutdown(socket.SHUT_WR)
            return made.makefile("rb").read()


def events(spoken: Talk) -> tuple[WireEvent, ...]:
    assert spoken.result is not None
    return spoken.result.events


Talking = Callable[..., AbstractContextManager[Talk]]


@pytest.fixture
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talking:
    @contextmanager
    def talking(scenario: Scenario = CONFORMING) -> Iterator[Talk]:
        folder = tmp_path_factory.mktemp("talk")
        told, end = folder / "told", folder / "end"
        os.mkfifo(told)
        os.mkfifo(end)
        command = (sys.executable, "-c", _CLIENT, str(told), str(end))
        target = Target(command, HERE, timeout_s=20.0, isolate=False)
        made: list[Result] = []

        def run() -> None:
            with rig_for(target, NOTHING) as rig:
                made.extend(rig.run([trial(scenario, NOTHING)], lambda _: None))

        thread = Thread(target=run)
        thread.start()
        spoken = Talk(told.read_text().strip())
        try:
            yield spoken
        finally:
            end.write_text("")
            thread.join()
            spoken.result = made[0]

    return talking


def test_what_is_no_http_or_is_cut_off_gets_no_answer(talk: Talking) -> None:
    with talk() as spoken:
        assert spoken.send(b"nonsense\r\n\r\n") == b""
        assert spoken.send(HEAD + b"Content-Length: 9\r\n\r\n{") == b""
    assert events(spoken) == ()


def test_a_connection_serves_several_requests_and_each_is_seen(talk: Talking) -> None:
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with talk() as spoken:
        assert spoken.send(one + one + one).count(b"HTTP/1.1 200 OK") == 3
    assert [e.request.connection for e in events(spoken)] == [1, 1, 1]


@pytest.mark.parametrize("head", [HEAD, HEAD.replace(b"/v1/", b"/0123456789abcdef/v1/")])
def test_a_stranger_is_refused_and_told_and_not_counted(talk: Talking, head: bytes) -> None:
    rest = b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with talk() as spoken:
        assert spoken.sent_as_it_is(head + rest).startswith(b"HTTP/1.1 403 ")
        assert spoken.send(HEAD + rest).startswith(b"HTTP/1.1 200 ")
    assert [event.request.path for event in events(spoken)] == ["/v1/chat/completions"]
    assert spoken.result is not None
    assert spoken.result.note.startswith("1 requests had neither")


def test_the_key_alone_is_known(talk: Talking) -> None:
    with talk() as spoken:
        key = b"Bearer " + dummy_key(spoken.secret.decode().strip("/")).encode()
        one = HEAD.replace(b"Bearer x", key) + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
        assert spoken.sent_as_it_is(one).startswith(b"HTTP/1.1 200 ")
    assert len(events(spoken)) == 1


def test_a_waiting_client_is_told_to_go_on(talk: Talking) -> None:
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with talk() as spoken, socket.create_connection(("127.0.0.1", spoken.port), 5) as made:
        made.sendall(spoken.ours(head))
        assert made.recv(1000).startswith(b"HTTP/1.1 100")
        made.sendall(BODY)
        assert made.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_to_close_is_closed(talk: Talking) -> None:
    head = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with talk() as spoken:
        assert spoken.send(head + BODY, half_close=False).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("malformed", lambda answer: answer.startswith(b"HTTP/1.1 two hundred")),
        ("close", lambda answer: answer == b""),
        ("close-after-headers", lambda answer: answer.endswith(b"\r\n\r\n")),
        ("close-in-body", lambda answer: b"chatcmpl" in answer and not answer.endswith(b"}")),
        ("retry-after-date", lambda answer: b"GMT" in answer),
        ("status-502-empty", lambda answer: b"content-length: 0" in answer),
        ("drip", lambda answer: answer.endswith(b"}")),
    ],
)
def test_faults_look_on_the_wire_as_they_are_named(
    talk: Talking, name: str, check: Callable[[bytes], bool]
) -> None:
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with talk(EVERY[name]) as spoken:
        assert check(spoken.send(one))


def test_a_compressed_answer_can_be_read(talk: Talking) -> None:
    with talk(EVERY["gzip"]) as spoken:
        made = http.client.HTTPConnection("127.0.0.1", spoken.port, timeout=5)
        made.request(
            "POST",
            f"{spoken.secret.decode()}/v1/chat/completions",
            BODY,
            {"Authorization": "Bearer x"},
        )
        answer = made.getresponse()
        assert b"Tallystick" in gzip.decompress(answer.read())
        made.close()


def test_a_stream_is_chunked_and_whole(talk: Talking) -> None:
    with talk(EVERY["frames-split-7"]) as spoken:
        made = http.client.HTTPConnection("127.0.0.1", spoken.port, timeout=5)
        made.request(
            "POST",
            f"{spoken.secret.decode()}/v1/chat/completions",
            STREAM,
            {"Authorization": "Bearer x"},
        )
        text = made.getresponse().read()
        made.close()
    assert text.endswith(b"data: [DONE]\n\n")


def test_when_a_client_hangs_up_is_kept(talk: Talking) -> None:
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with talk(EVERY["stall-heals"]) as spoken:
        with socket.create_connection(("127.0.0.1", spoken.port), 5) as made:
            made.sendall(spoken.ours(one))
            made.settimeout(0.3)
            with pytest.raises(TimeoutError):
                made.recv(10)
        assert spoken.send(one).startswith(b"HTTP/1.1 200")
    event = events(spoken)[0]
    assert event.hung_up_ms is not None
    assert event.hung_up_ms - event.request.at_ms >= 250


def test_a_client_that_asks_without_end_is_stopped(talk: Talking) -> None:
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with talk() as spoken:
        answers = spoken.send(one * 1001)
    assert answers.count(b"HTTP/1.1 200") == 1000
