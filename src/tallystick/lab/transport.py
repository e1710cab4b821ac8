"""The one acting module of the lab: sockets on loopback, client processes, the clock.

Each trial has a port and a process group of its own; both end with the trial.
"""

import asyncio
import contextlib
import os
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO

import h11
import msgspec

from tallystick.lab.wire import ProcessResult, Reply, SeenRequest, WireEvent

DUMMY_KEY = "sk-tallystick-lab-dummy-key"
BASE_URL_NAMES = ("TALLYSTICK_BASE_URL", "OPENAI_BASE_URL", "COMETAPI_BASE_URL")
KEY_NAMES = ("TALLYSTICK_API_KEY", "OPENAI_API_KEY", "COMETAPI_KEY")
MAX_OUTPUT = 1_000_000
MAX_BODY = 20_000_000
MAX_EVENTS = 1_000
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")

_NOTHING: Mapping[str, str] = MappingProxyType({})
Respond = Callable[[SeenRequest], Reply]


class Trial(msgspec.Struct, frozen=True):
    """One start of the client's command against one behaviour of the provider."""

    name: str
    command: tuple[str, ...]
    directory: Path
    respond: Respond
    timeout_s: float
    environment: Mapping[str, str] = _NOTHING


def run_trials(
    trials: Sequence[Trial], parallel: int, on_result: Callable[[ProcessResult], None]
) -> tuple[ProcessResult, ...]:
    """Run trials, at most `parallel` at once; the results keep the trials' order."""
    return asyncio.run(_run_all(trials, parallel, on_result))


async def _run_all(
    trials: Sequence[Trial], parallel: int, on_result: Callable[[ProcessResult], None]
) -> tuple[ProcessResult, ...]:
    gate = asyncio.Semaphore(max(1, parallel))

    async def one(trial: Trial) -> ProcessResult:
        async with gate:
            result = await _run(trial)
        on_result(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(trial)) for trial in trials]
    return tuple(task.result() for task in tasks)


async def _run(trial: Trial) -> ProcessResult:
    provider = _Provider(trial.respond)
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        return await _process(trial, provider, f"http://127.0.0.1:{port}/v1")
    finally:
        server.close()
        await provider.close()
        await server.wait_closed()


def _environment(trial: Trial, base_url: str) -> dict[str, str]:
    """The client's environment: the lab's address, a dummy key, and no proxy."""
    inherited = {k: v for k, v in os.environ.items() if k.lower() not in _PROXIES}
    return {
        **inherited,
        **dict.fromkeys(BASE_URL_NAMES, base_url),
        **dict.fromkeys(KEY_NAMES, DUMMY_KEY),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        **trial.environment,
    }


async def _process(trial: Trial, provider: "_Provider", base_url: str) -> ProcessResult:
    """Run the command. Its output goes to files: pipes stay open in what it leaves behind."""
    with TemporaryFile() as out, TemporaryFile() as err:
        try:
            process = await asyncio.create_subprocess_exec(
                *trial.command,
                cwd=trial.directory,
                env=_environment(trial, base_url),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or "cannot be started"
            return ProcessResult(trial.name, (), None, problem=problem)
        exit_code = await _exit_code(process, trial.timeout_s)
        events = tuple(provider.events)
        return ProcessResult(trial.name, events, exit_code, _kept(out), _kept(err))


async def _exit_code(process: asyncio.subprocess.Process, timeout_s: float) -> int | None:
    try:
        async with asyncio.timeout(timeout_s):
            return await process.wait()
    except TimeoutError:
        return None
    finally:
        _end(process)
        await process.wait()


def _kept(file: IO[bytes]) -> str:
    """The first MAX_OUTPUT bytes of what a process printed."""
    file.seek(0)
    return file.read(MAX_OUTPUT).decode("utf-8", "replace")


def _end(process: asyncio.subprocess.Process) -> None:
    """End the process and everything it started in its own process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Provider:
    """The HTTP server of one trial: h11 for the protocol, `respond` for what to say."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._began = time.monotonic()
        self._connections: set[asyncio.Task[None]] = set()
        self.events: list[WireEvent] = []

    def _now(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            await self._serve(reader, writer)
        writer.close()

    async def close(self) -> None:
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while (request := await self._request(connection, reader)) is not None:
            if len(self.events) >= MAX_EVENTS:
                return
            reply = self._respond(request)
            if reply.end == "reset":
                self._record(request, reply)
                _reset(writer)
                return
            await self._send(connection, writer, reply)
            self._record(request, reply)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    def _record(self, request: SeenRequest, reply: Reply) -> None:
        self.events.append(WireEvent(request, reply, self._now()))

    async def _request(
        self, connection: h11.Connection, reader: asyncio.StreamReader
    ) -> SeenRequest | None:
        head: h11.Request | None = None
        body, at = b"", 0
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(65536)
                connection.receive_data(data)
            elif isinstance(event, h11.Request):
                head, at = event, self._now()
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
                if len(body) > MAX_BODY:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _seen(head, body, at)
            else:
                return None

    async def _send(
        self, connection: h11.Connection, writer: asyncio.StreamWriter, reply: Reply
    ) -> None:
        headers = list(reply.headers)
        if len(reply.pieces) == 1:
            headers.append(("content-length", str(len(reply.pieces[0]))))
        response = h11.Response(status_code=reply.status, headers=headers)
        writer.write(connection.send(response) or b"")
        for piece in reply.pieces:
            writer.write(connection.send(h11.Data(data=piece)) or b"")
            await writer.drain()
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()


def _seen(head: h11.Request, body: bytes, at_ms: int) -> SeenRequest:
    headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in head.headers)
    return SeenRequest(head.method.decode(), head.target.decode(), headers, body, at_ms)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: a linger time of zero discards what was not sent (socket(7), SO_LINGER)."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
