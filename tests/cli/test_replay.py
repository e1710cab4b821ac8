"""The controlled replay end to end: the simulated provider over TLS on loopback."""

import json
import os
import shlex
import signal
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h11
import pytest

from tallystick.lab import Contract, answers, baselines, respond
from tallystick.lab.failures import envelope
from tallystick.lab.wire import Reply, SeenRequest, Turn
from tallystick.protocol import encode_event
from tallystick.record import Scenario
from tallystick.record.case import CASE_FILE
from tallystick.record.scenario import Remove, Status
from tests.cli import hops, tls
from tests.cli.conftest import Tallystick
from tests.conftest import EXAMPLE

TOKEN = "sk-Zq7Xv2Kp9Lw4-replay-token"
Behave = Callable[[SeenRequest], Reply | bytes | None]


class Provider:
    """A TLS server of its own thread; `behave` says what to do with each request."""

    def __init__(self, certificate: Path, key: Path, behave: Behave) -> None:
        self.behave = behave
        self.seen: list[SeenRequest] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                raw, _ = self._socket.accept()
            except TimeoutError:
                continue
            raw.settimeout(5)
            try:
                with self._context.wrap_socket(raw, server_side=True) as connection:
                    self._talk(connection)
            except (OSError, h11.RemoteProtocolError):
                pass
            finally:
                raw.close()

    def _talk(self, connection: ssl.SSLSocket) -> None:
        protocol = h11.Connection(h11.SERVER)
        while True:
            request = self._request(protocol, connection)
            if request is None:
                return
            self.seen.append(request)
            reply = self.behave(request)
            if reply is None:
                while not self._stop.is_set() and time.monotonic() < self._deadline:
                    connection.sendall(b": ping\n\n")
                    self._stop.wait(0.05)
                return
            if isinstance(reply, bytes):
                connection.sendall(reply)
                return
            if reply.end == "reset":
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            body = b"".join(reply.pieces)
            headers = [*reply.headers, ("content-length", str(len(body)))]
            head = h11.Response(status_code=reply.status, headers=headers)
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                connection.sendall(protocol.send(event) or b"")
            protocol.start_next_cycle()

    def _request(self, protocol: h11.Connection, connection: ssl.SSLSocket) -> SeenRequest | None:
        self._deadline = time.monotonic() + 20
        head, body = None, b""
        while True:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                protocol.receive_data(connection.recv(65536))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                pairs = tuple((k.decode(), v.decode()) for k, v in head.headers)
                return SeenRequest(head.method.decode(), head.target.decode(), pairs, body, 0)
            else:
                return None


class Setting:
    """A case whose documents name a provider on loopback."""

    def __init__(self, root: Path, behave: Behave) -> None:
        self.root, self.case = root, root / "case"
        ca, certificate, key = tls.make(root)
        self.ca = ca
        self.provider = Provider(certificate, key, behave)
        self.case.mkdir()
        for name in ("chat.md", "errors.md", "quickstart.md"):
            text = (EXAMPLE / "docs" / name).read_text()
            base = f"https://localhost:{self.provider.port}"
            (root / name).write_text(text.replace("https://api.cometapi.com", base))
        self.base_url = f'base_url = "https://localhost:{self.provider.port}/v1"'
        self.write()

    def write(self, *sources: str, more: str = "", replay: str = "", production: str = "false",
              token: str = 'token_env = "TALLYSTICK_TEST_TOKEN"', base_url: str = "") -> None:  # fmt: skip
        stated = "".join(
            f'[[sources]]\nfile = "../{name}"\nurl = "https://h/{name}"\n'
            f'captured = "2026-11-21T08:00:00Z"\n'
            for name in sources or ("chat.md", "errors.md", "quickstart.md")
        )
        (self.case / CASE_FILE).write_text(
            'version = 1\n[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\n'
            f'{stated}[replay]\nmodel = "gpt-4.1-nano"\ntimeout_s = 10.0\n{replay}\n'
            f"[environments.staging]\nproduction = {production}\n{token}\n{base_url or self.base_url}\n"
            f'ca_file = "../ca.pem"\n{more}'
        )


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Behave], Setting]]:
    monkeypatch.setenv("TALLYSTICK_TEST_TOKEN", TOKEN)
    for name in ("CI", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made: list[Setting] = []

    def setting(behave: Behave) -> Setting:
        made.append(Setting(tmp_path, behave))
        return made[-1]

    yield setting
    for one in made:
        one.provider.close()


def refusal() -> dict[str, Any]:
    told = envelope(401, "")
    return {"error": {**told["error"], "message": f"Invalid key {TOKEN}"}}


def conforming(request: SeenRequest) -> Reply:
    if TOKEN not in (request.header("authorization") or ""):
        return Reply(401, (("content-type", "application/json"),),
                     (json.dumps(refusal()).encode(),))  # fmt: skip
    return respond(baselines("plain")[0], Contract(), request, Turn())


def under(*changes: Any) -> Behave:
    scenario = Scenario("s", "response", changes)
    return lambda request: respond(scenario, Contract(), request, Turn())


ALL = 'streamed = true\nnegative = ["no-token", "malformed-token", "missing-field", "unknown-field", "unknown-model"]'
RUN = ("--environment", "staging", "--send", "--yes")


def test_a_conforming_provider_is_confirmed(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    setting.write(replay=ALL)
    done = tallystick("contract", setting.case)
    assert done.code == 0
    done = tallystick("replay", setting.case, *RUN, "--json")
    assert done.code == 3, done
    steps = {step["name"]: step for step in done.json["steps"]}
    assert {name: step["judgement"] for name, step in steps.items()} == {
        "plain": "conforms", "stream": "conforms", "no-token": "conforms",
        "malformed-token": "conforms", "missing-field": "could-not-check",
        "unknown-field": "could-not-check", "unknown-model": "could-not-check",
    }  # fmt: skip
    assert "no clause states" in steps["unknown-field"]["reason"]
    first, *_ = setting.provider.seen
    assert first.path == "/v1/chat/completions"
    assert first.header("authorization") == f"Bearer {TOKEN}"
    assert json.loads(first.body) == {
        "model": "gpt-4.1-nano", "max_tokens": 16,
        "messages": [{"role": "user", "content": "Reply with the single word: tally."}],
    }  # fmt: skip
    assert len(setting.provider.seen) == 7
    assert tallystick("verify", setting.case).code == 0
    for path in setting.root.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
            assert b"the tally holds" not in path.read_bytes(), path
    setting.write()
    shown = tallystick("replay", setting.case, *RUN)
    assert shown.code == 0
    assert "conforms  plain  status 200" in shown.out
    assert "Nothing is concluded about limits" in shown.out
    compared = tallystick("replay", setting.case, "--compare")
    assert compared.code == 1
    assert "not sent" in compared.out
    assert tallystick("replay", setting.case, *RUN).code == 0
    assert tallystick("replay", setting.case, "--compare", "--json").json["steps"] == [
        {"step": "plain", "before": "conforms", "after": "conforms", "same": True}
    ]


PAGE = Reply(200, (("content-type", "text/html"),), (b"<html><title>Login</title></html>",))
MOVED = Reply(301, (("content-type", "text/html"), ("location", "https://x/")), (b"<html></html>",))
DEVIATING: list[tuple[Behave, str]] = [
    (under(Remove("choices[].finish_reason")), "response.choices[].finish_reason"),
    (under(Remove("choices")), "response.choices"),
    (lambda _: PAGE, "endpoint.path"),
    (lambda _: MOVED, "endpoint.path"),
    (lambda _: Reply(200, (("content-type", "application/json"),),
                     (json.dumps({**answers.completion(), "created": "now"}).encode(),)),
     "response.created"),
    (lambda _: Reply(200, (("content-type", "text/plain"),), (b"fine",)), "response.body"),
    (lambda _: Reply(200, (("content-type", "text/plain"),),
                     (json.dumps(answers.completion()).encode(),)), "response.content_type"),
    (lambda _: Reply(404, (("content-type", "application/json"),), (b"{}",)), "endpoint.path"),
]  # fmt: skip


@pytest.mark.parametrize(("behave", "location"), DEVIATING)
def test_deviations_are_located(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
    behave: Behave,
    location: str,
) -> None:
    setting = make(behave)
    tallystick("contract", setting.case)
    done = tallystick("replay", setting.case, *RUN, "--json")
    assert done.code == 1
    (step,) = done.json["steps"]
    assert location in {deviation["location"] for deviation in step["deviations"]}
    shown = tallystick("replay", setting.case, *RUN)
    assert location in shown.out


def test_a_stream_that_is_none_and_a_key_that_is_taken_anyway_deviate(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    plain = json.dumps(answers.completion()).encode()
    setting = make(lambda _: Reply(200, (("content-type", "application/json"),), (plain,)))
    setting.write(replay='streamed = true\nnegative = ["no-token"]')
    tallystick("contract", setting.case)
    found = tallystick("replay", setting.case, *RUN, "--json").json["steps"]
    assert [step["judgement"] for step in found] == ["conforms", "deviates", "deviates"]
    assert found[1]["deviations"][0]["location"] == "stream.content_type"
    assert found[2]["deviations"][0]["location"] == "error.status.401"


BROKEN: list[tuple[Behave, str]] = [
    (lambda _: Reply(0, end="reset"), "transport.reset"),
    (lambda _: None, "transport."),
    (lambda _: b"nonsense\r\n\r\n", "transport.protocol"),
    (lambda _: b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", "transport.reset"),
    (under(Status(429)), "was refused with 429"),
]


@pytest.mark.parametrize(("behave", "reason"), BROKEN)
def test_what_could_not_be_checked_says_why(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
    behave: Behave,
    reason: str,
) -> None:
    setting = make(behave)
    setting.write(replay="")
    path = setting.case / CASE_FILE
    path.write_text(path.read_text().replace("timeout_s = 10.0", "timeout_s = 1.0"))
    tallystick("contract", setting.case)
    done = tallystick("replay", setting.case, *RUN, "--json")
    assert done.code == 3
    assert reason in done.json["steps"][0]["reason"]
    assert tallystick("verify", setting.case).code == 0


def test_a_stream_that_never_ends_is_ended(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    state = {"sent": False}

    def endless(_: SeenRequest) -> bytes | None:
        state["sent"] = True
        return None

    setting = make(endless)
    real = setting.provider._talk

    def talk(connection: ssl.SSLSocket) -> None:
        connection.sendall(head)
        real(connection)

    setting.provider._talk = talk  # type: ignore[method-assign]
    path = setting.case / CASE_FILE
    path.write_text(path.read_text().replace("timeout_s = 10.0", "timeout_s = 1.0"))
    tallystick("contract", setting.case)
    began = time.monotonic()
    done = tallystick("replay", setting.case, *RUN)
    assert done.code == 3
    assert time.monotonic() - began < 15


def test_unreachable_hosts_wrong_names_and_unknown_authorities_are_transport(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setting = make(conforming)
    setting.write()
    path = setting.case / CASE_FILE
    stated = path.read_text()
    path.write_text(stated.replace('ca_file = "../ca.pem"', ""))
    tallystick("contract", setting.case)
    found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
    assert found["reason"].startswith("transport.tls: ")
    assert "provider" in found["reason"]
    path.write_text(stated)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in ("chat.md", "quickstart.md"):
        text = (setting.root / name).read_text()
        (setting.root / name).write_text(text.replace(f":{setting.provider.port}", f":{port}"))
    path.write_text(stated.replace(f":{setting.provider.port}", f":{port}"))
    tallystick("contract", setting.case)
    found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
    assert found["reason"].startswith("transport.refused: ")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
    assert "proxy" in found["reason"]


def test_only_verified_clauses_make_a_request(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    setting.write("errors.md")
    tallystick("contract", setting.case)
    refused = tallystick("replay", setting.case, "--show")
    assert refused.code == 2
    for name in ("base URL: endpoint.base_url", "header name: auth.header", "role field: request."):
        assert name in refused.err
    setting.write()
    path = setting.case / CASE_FILE
    path.write_text(path.read_text().replace('model = "gpt-4.1-nano"', ""))
    tallystick("contract", setting.case)
    assert "model value" in tallystick("replay", setting.case, "--show").err
    setting.write()
    path.write_text(path.read_text().replace("2026-11-21T08", "2026-11-01T08"))
    tallystick("contract", setting.case)
    assert "is stale" in tallystick("replay", setting.case, "--show").err
    assert setting.provider.seen == []


STREAM = b"".join(
    encode_event(text)
    for text in [*(json.dumps(chunk) for chunk in answers.chunks(usage=False)), "[DONE]"]
)


@pytest.mark.parametrize(
    ("body", "kind", "location"),
    [
        (STREAM + STREAM, "text/event-stream", "stream.done"),
        (b"data: garbage\n\n" + STREAM, "text/event-stream", "stream.data"),
        (STREAM + b"data: {", "text/event-stream", "stream.data"),
        (STREAM, "application/json", "stream.content_type"),
        (STREAM.replace(b"data: [DONE]", b": bye"), "text/event-stream", "stream.done"),
    ],
)
def test_streams_that_deviate(
    make: Callable[[Behave], Setting], tallystick: Tallystick, body: bytes, kind: str, location: str
) -> None:
    plain = json.dumps(answers.completion()).encode()

    def behave(request: SeenRequest) -> Reply:
        if b'"stream"' in request.body:
            return Reply(200, (("content-type", kind),), (body,))
        return Reply(200, (("content-type", "application/json"),), (plain,))

    setting = make(behave)
    setting.write(replay="streamed = true")
    tallystick("contract", setting.case)
    first, second = tallystick("replay", setting.case, *RUN, "--json").json["steps"]
    assert first["judgement"] == "conforms"
    assert location in {deviation["location"] for deviation in second["deviations"]}


def test_stream_clauses_are_judged_and_arrivals_kept(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    setting = make(conforming)
    setting.write(replay="streamed = true")
    page = setting.root / "chat.md"
    table = "\n## Stream chunks\n\n| Field | Type |\n|---|---|\n| `created` | {} |\n\n***\n"
    text = page.read_text()
    for kind, judgement in (("integer", "conforms"), ("string", "deviates")):
        page.write_text(text.replace("\n***\n", table.format(kind), 1))
        tallystick("contract", setting.case)
        _, second = tallystick("replay", setting.case, *RUN, "--json").json["steps"]
        assert second["judgement"] == judgement
        assert second["frame_ms"] == sorted(second["frame_ms"])
        assert second["frame_ms"]
    (deviation,) = second["deviations"]
    assert (deviation["location"], deviation["seen"]) == ("stream.created", "kind number")


def test_nothing_carries_over_between_steps_and_irrelevant_answers_prove_nothing(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    limited = (b'{"error": {"message": "' + b"zz q " * 600 + b'"}}',)

    def behave(request: SeenRequest) -> Reply:
        if request.header("authorization") is None:
            return Reply(429, (("content-type", "application/json"),), limited)
        reply = conforming(request)
        return Reply(reply.status, (*reply.headers, ("set-cookie", "sid=abc")), reply.pieces)

    setting = make(behave)
    setting.write(replay='negative = ["no-token"]')
    tallystick("contract", setting.case)
    plain, without = tallystick("replay", setting.case, *RUN, "--json").json["steps"]
    assert (plain["judgement"], without["judgement"]) == ("conforms", "could-not-check")
    assert [request.header("cookie") for request in setting.provider.seen] == [None, None]
    assert without["exchange"]["request"]["headers"] == []


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("https://user:secret@localhost/v1", "credentials"),
        ("http://api.cometapi.com/v1", "not https"),
    ],
)
def test_a_base_url_that_would_leak_is_refused(
    make: Callable[[Behave], Setting], tallystick: Tallystick, base: str, said: str
) -> None:
    setting = make(conforming)
    (setting.root / "quickstart.md").write_text(
        (EXAMPLE / "docs" / "quickstart.md")
        .read_text()
        .replace("https://api.cometapi.com/v1", base)
    )
    tallystick("contract", setting.case)
    refused = tallystick("replay", setting.case, "--show")
    assert refused.code == 2
    assert said in refused.err
    assert "secret" not in refused.err


def test_what_was_sent_is_recorded_before_and_as_it_is_sent(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    """A command that is killed leaves what it had sent, as a part."""
    seen: list[tuple[int, int]] = []

    def behave(request: SeenRequest) -> Reply | None:
        (recorded,) = (setting.case / "replay").glob("*.json")
        told = json.loads(recorded.read_text())
        seen.append((len(told["steps"]), told["planned"]))
        return conforming(request)

    setting = make(behave)
    setting.write(replay='negative = ["no-token"]')
    tallystick("contract", setting.case)
    tallystick("replay", setting.case, *RUN)
    assert seen == [(number, seen[0][1]) for number in range(seen[0][1])]


def test_an_interrupt_keeps_the_steps_that_were_done(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    state = {"requests": 0}

    def behave(request: SeenRequest) -> Reply | None:
        state["requests"] += 1
        if state["requests"] == 2:
            os.kill(os.getpid(), signal.SIGINT)
            return None
        return conforming(request)

    setting = make(behave)
    setting.write(replay='negative = ["no-token"]')
    tallystick("contract", setting.case)
    done = tallystick("replay", setting.case, *RUN)
    assert done.code == 2
    assert "interrupted" in done.err
    (recorded,) = (setting.case / "replay").glob("*.json")
    assert [step["name"] for step in json.loads(recorded.read_text())["steps"]] == ["plain"]
    assert tallystick("review", setting.case).code == 3
    assert tallystick("verify", setting.case).code == 0


def test_a_silent_dry_run_in_ci_is_no_success(
    make: Callable[[Behave], Setting], tallystick: Tallystick, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = make(conforming)
    tallystick("contract", setting.case)
    monkeypatch.setenv("CI", "true")
    assert tallystick("replay", setting.case, "--environment", "staging").code == 3
    assert tallystick("replay", setting.case, "--environment", "staging", "--dry-run").code == 0
    monkeypatch.setenv("TALLYSTICK_TEST_TOKEN", "")
    assert tallystick("replay", setting.case, "--environment", "staging", "--dry-run").code == 2
    monkeypatch.setenv("CI", "false")
    monkeypatch.setenv("TALLYSTICK_TEST_TOKEN", TOKEN)
    assert setting.provider.seen == []
    assert (
        "for the first time" in tallystick("replay", setting.case, "--environment", "staging").err
    )
    assert setting.provider.seen == []
    assert tallystick("replay", setting.case, "--environment", "staging", "--yes").code == 0
    # What was confirmed once is not asked for again.
    assert tallystick("replay", setting.case, "--environment", "staging").code == 0


def test_proxy_settings_that_cannot_be_used_are_transport(
    make: Callable[[Behave], Setting], tallystick: Tallystick, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = make(conforming)
    tallystick("contract", setting.case)
    for proxy in ("socks5://127.0.0.1:1", "foo://127.0.0.1:1", "http://127.0.0.1:port"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
        assert found["reason"].startswith("transport.proxy: "), proxy


def test_show_and_dry_run_send_nothing(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    setting.write(replay='negative = ["no-token"]')
    tallystick("contract", setting.case)
    shown = tallystick("replay", setting.case, "--show")
    assert shown.code == 0
    words = shlex.split(shown.out.splitlines()[1])
    assert "Authorization: Bearer ‹token›" in words
    planned = tallystick("replay", setting.case, "--environment", "staging", "--dry-run", "--json")
    assert [request["step"] for request in planned.json["requests"]] == ["plain", "no-token"]
    assert TOKEN not in shown.out + planned.out
    assert setting.provider.seen == []


def test_the_gates(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setting = make(conforming)
    tallystick("contract", setting.case)
    assert "not declared" in tallystick("replay", setting.case, "--environment", "nowhere").err
    setting.write(production="true")
    refused = tallystick("replay", setting.case, *RUN)
    assert "is production and was not confirmed" in refused.err
    assert tallystick("replay", setting.case, *RUN, "--confirm", "production").code == 2
    assert setting.provider.seen == []
    assert tallystick("replay", setting.case, *RUN, "--confirm", "staging").code == 0
    for token, said in (
        ("", "the token's place is not clear"),
        ('token_env = "A"\ntoken_file = "b"', "the token's place is not clear"),
        ('token_env = "TALLYSTICK_NOT_SET"', "TALLYSTICK_NOT_SET is not set"),
        ('token_file = "../none"', "cannot be read (FileNotFoundError)"),
        ('token_command = ["false"]', "cannot be read (CalledProcessError)"),
        (f"token_command = {json.dumps([sys.executable, '-c', 'print(chr(228))'])}", "no header"),
    ):
        setting.write(token=token)
        refused = tallystick("replay", setting.case, *RUN)
        assert refused.code == 2
        assert said in refused.err
    setting.write(more="", token='token_env = "TALLYSTICK_TEST_TOKEN"')
    (setting.root / "ca.pem").write_text("no certificate")
    assert "certificate authority cannot be read" in tallystick("replay", setting.case, *RUN).err
    assert "no two replays" in tallystick("replay", setting.case, "--compare").err


def test_tokens_from_files_and_commands_work(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    (setting.root / "token").write_text(TOKEN + "\n")
    setting.write(token='token_file = "../token"')
    tallystick("contract", setting.case)
    assert tallystick("replay", setting.case, *RUN).code == 0
    script = f"print({TOKEN!r})"
    setting.write(token=f"token_command = {json.dumps([sys.executable, '-c', script])}")
    assert tallystick("replay", setting.case, *RUN).code == 0


def point(setting: Setting, port: int) -> None:
    for name in ("chat.md", "quickstart.md"):
        text = (setting.root / name).read_text()
        (setting.root / name).write_text(text.replace(f":{setting.provider.port}", f":{port}"))
    setting.write(base_url=f'base_url = "https://localhost:{port}/v1"')


def test_http_2_is_spoken_where_it_is_offered(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    body = json.dumps(answers.completion()).encode()
    with hops.Http2(setting.root / "server.pem", setting.root / "server.key", body) as server:
        point(setting, server.port)
        tallystick("contract", setting.case)
        assert tallystick("replay", setting.case, *RUN).code == 0
        assert isinstance(server, hops.Http2)
        assert server.requests == 1


def test_a_proxy_is_used_and_named_when_it_refuses(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setting = make(conforming)
    tallystick("contract", setting.case)
    with hops.Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        done = tallystick("replay", setting.case, *RUN)
        assert done.code == 0, done
        assert isinstance(proxy, hops.Proxy)
        assert proxy.tunnels == [f"localhost:{setting.provider.port}"]
    with hops.Proxy(refuse=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
        assert found["reason"].startswith("transport.proxy: ")


def test_a_host_that_has_no_address_is_a_failure_of_names(
    make: Callable[[Behave], Setting],
    tallystick: Tallystick,
) -> None:
    setting = make(conforming)
    for name in ("chat.md", "quickstart.md"):
        text = (setting.root / name).read_text()
        (setting.root / name).write_text(text.replace("localhost", "tallystick.invalid"))
    setting.write(base_url='base_url = "https://tallystick.invalid/v1"')
    tallystick("contract", setting.case)
    found = tallystick("replay", setting.case, *RUN, "--json").json["steps"][0]
    assert found["reason"].startswith("transport.dns: ")


def test_a_token_goes_only_to_the_address_of_its_own_environment(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    setting = make(conforming)
    tallystick("contract", setting.case)
    setting.write(base_url="ca_file = ''")
    text = (setting.case / CASE_FILE).read_text().replace("ca_file = ''\n", "")
    (setting.case / CASE_FILE).write_text(text)
    refused = tallystick("replay", setting.case, *RUN)
    assert refused.code == 2
    assert "no address of its own" in refused.err
    assert not setting.provider.seen
    setting.write(base_url='base_url = "http://api.cometapi.com/v1"')
    assert "not https" in tallystick("replay", setting.case, *RUN).err
    settings = setting.root / "staging.env"
    settings.write_text("OPENAI_BASE_URL=https://gateway.internal.example/v1\n")
    setting.write(more='settings = ["../staging.env"]')
    elsewhere = tallystick("replay", setting.case, *RUN)
    assert elsewhere.code == 2
    assert "name another host" in elsewhere.err
    assert not setting.provider.seen
    own = setting.base_url.partition('"')[2].rstrip('"')
    settings.write_text(f"OPENAI_BASE_URL={own}\n")
    setting.write(more='settings = ["../staging.env"]', base_url="# from its settings")
    sent = tallystick("replay", setting.case, *RUN)
    assert "(from its settings)" in sent.err
    assert setting.provider.seen
    before = len(setting.provider.seen)
    assert (
        tallystick("replay", setting.case, *RUN, "--base-url", "https://169.254.169.254/v1").code
        == 2
    )
    assert len(setting.provider.seen) == before


def test_a_variable_that_is_not_set_is_named(
    make: Callable[[Behave], Setting], tallystick: Tallystick
) -> None:
    setting = make(conforming)
    setting.write(token='token_env = "STAGING_KEY_OF_NOBODY"')
    tallystick("contract", setting.case)
    assert "STAGING_KEY_OF_NOBODY is not set" in tallystick("replay", setting.case, *RUN).err
