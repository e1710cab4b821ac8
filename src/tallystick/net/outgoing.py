"""Sending the requests of the controlled replay: one at a time, no redirects, within a time limit.

The token is read just before the first request, held in one local variable, and appears in nothing
that is returned or raised.
"""

import asyncio
import os
import ssl
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
import msgspec

from tallystick.host.errors import CannotRunError
from tallystick.intake import RawAttempt, RawMessage
from tallystick.lab.assemble import TOKEN, Outgoing
from tallystick.record.case import Environment

MAX_ANSWER = 4_000_000
MAX_PIECES = 500


class Sent(msgspec.Struct, frozen=True):
    """One attempt as it went, raw: it is sanitized before anything is kept of it."""

    request: Outgoing
    attempt: RawAttempt
    frame_ms: tuple[int, ...] = ()


def read_token(environment: Environment, name: str, root: Path) -> str:
    """The token of an environment.

    Raises:
        CannotRunError: it is stated in no way or in several, is not there, or is empty. The
            message never holds what was found.
    """
    where = f"case.toml: environments.{name}"
    ways = [bool(environment.token_env), bool(environment.token_file),
            bool(environment.token_command)]  # fmt: skip
    if sum(ways) != 1:
        raise CannotRunError(
            "the token's place is not clear",
            where=where,
            expected="exactly one of token_env, token_file and token_command",
            got=f"{sum(ways)} of them",
        )
    token = _token(environment, where, root).strip()
    if not token or not token.isascii() or not token.isprintable():
        raise CannotRunError(
            "the token is empty or holds characters that no header may hold",
            where=where,
            do="check the variable, file or command it comes from",
        )
    return token


def _token(environment: Environment, where: str, root: Path) -> str:
    if environment.token_env:
        held = os.environ.get(environment.token_env)
        if held is None:
            raise CannotRunError(
                f"{environment.token_env} is not set",
                where=where,
                expected="the token in that environment variable",
                got="no such variable",
                do=f"set {environment.token_env}, or name another token_env",
            )
        return held
    try:
        if environment.token_file:
            return (root / environment.token_file).read_text()
        done = subprocess.run(  # noqa: S603 - the person's own secret manager, from case.toml
            environment.token_command,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            cwd=root,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise CannotRunError(
            f"the token cannot be read ({type(error).__name__})",
            where=where,
            do="check the file or command it comes from",
        ) from None
    return done.stdout


def send(
    requests: Sequence[Outgoing],
    token: str,
    tls: ssl.SSLContext,
    timeout_s: float,
    on_sent: Callable[[Sent], None],
) -> None:
    """Send the requests one after another; each has `timeout_s` seconds in all.

    Each is handed to `on_sent` when it is done, so that an interrupt loses none that was sent.
    Every request has a client of its own: no cookie and no connection carries over.
    """

    async def all_of_them() -> None:
        for number, request in enumerate(requests):
            on_sent(await _one(tls, request, token, number, timeout_s))

    asyncio.run(all_of_them())


def tls_context(environment: Environment, name: str, root: Path) -> ssl.SSLContext:
    """The TLS settings of an environment: the system's authorities, and the one it adds.

    Raises:
        CannotRunError: the file of the authority cannot be read.
    """
    context = ssl.create_default_context()
    if environment.ca_file:
        try:
            context.load_verify_locations(str(root / environment.ca_file))
        except (OSError, ssl.SSLError):
            raise CannotRunError(
                "the certificate authority cannot be read",
                where=f"case.toml: environments.{name}.ca_file",
                expected="a file of PEM certificates",
            ) from None
    return context


class _Answer(msgspec.Struct):
    """An answer as it grows: what had arrived when the time was over or the line broke."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    arrived_ms: list[int] = msgspec.field(default_factory=list)
    error: str = ""


async def _one(
    tls: ssl.SSLContext, request: Outgoing, token: str, number: int, timeout_s: float
) -> Sent:
    began, at = time.monotonic(), datetime.now(UTC).isoformat()
    answer = _Answer()
    try:
        async with asyncio.timeout(timeout_s):
            async with httpx.AsyncClient(http2=True, verify=tls, follow_redirects=False) as client:
                await _receive(client, request, token, answer)
    except TimeoutError:
        answer.error = f"timeout at the {_hop(request.url)}"
    except (httpx.HTTPError, ssl.SSLError) as failure:
        answer.error = f"{_kind(failure)} at the {_hop(request.url, failure)}"
    except (ImportError, ValueError, httpx.InvalidURL):
        answer.error = "proxy refused: the proxy settings of the environment cannot be used"
    duration_ms = round((time.monotonic() - began) * 1000)
    attempt = _attempt(request, answer, number, at, duration_ms)
    return Sent(request, attempt, tuple(answer.arrived_ms[:MAX_PIECES]))


async def _receive(
    client: httpx.AsyncClient, request: Outgoing, token: str, answer: _Answer
) -> None:
    headers = {
        "Content-Type": request.content_type,
        "User-Agent": "tallystick",
        "Accept-Encoding": "identity",
    }
    if request.credential is not None:
        headers[request.header] = request.credential.replace(TOKEN, token)
    began = time.monotonic()
    call = client.stream("POST", request.url, content=request.data(), headers=headers, timeout=None)
    async with call as response:
        answer.status = response.status_code
        answer.headers = tuple((k.lower(), v) for k, v in response.headers.multi_items())
        async for piece in response.aiter_raw():
            answer.body += piece
            answer.arrived_ms.append(round((time.monotonic() - began) * 1000))
            if len(answer.body) > MAX_ANSWER:
                answer.error = "aborted: the response is too large"
                return


def _attempt(
    request: Outgoing, answer: _Answer, number: int, at: str, duration_ms: int
) -> RawAttempt:
    """The attempt for the sanitizer; its credential is the placeholder, not the token."""
    credential = request.credential
    headers = ((request.header.lower(), credential),) if credential is not None else ()
    media = dict(answer.headers).get("content-type", "")
    return RawAttempt(
        entry=number,
        at=at,
        duration_ms=duration_ms,
        method="POST",
        url=request.url,
        request=RawMessage(headers, request.data(), request.content_type),
        status=answer.status,
        response=RawMessage(answer.headers, answer.body if answer.status else None, media),
        error=answer.error,
    )


def _hop(url: str, failure: Exception | None = None) -> str:
    """Which hop a failure is at. Behind a proxy not every failure tells."""
    parts = urlsplit(url)
    proxies = getproxies()
    used = proxies.get(parts.scheme) or proxies.get("all")
    if not used or proxy_bypass(parts.hostname or ""):
        return "provider"
    if isinstance(failure, httpx.ProxyError):
        return "proxy"
    if failure is None or isinstance(failure, httpx.TimeoutException):
        return "proxy or provider"
    certificate = "certificate" in str(failure).lower()
    return "proxy" if isinstance(failure, httpx.ConnectError) and not certificate else "provider"


_CAUSES = (
    ("dns", ("name or service not known", "temporary failure in name resolution", "nodename",
             "no address associated", "getaddrinfo")),
    ("tls certificate", ("certificate",)),
    ("tls", ("ssl", "tls")),
    ("connection refused", ("refused", "all connection attempts failed")),
    ("connection reset", ("reset", "disconnected", "closed", "incomplete")),
)  # fmt: skip


def _kind(failure: Exception) -> str:
    """A failure in words of our own; what the library says may hold anything."""
    if isinstance(failure, httpx.ProxyError):
        return "proxy refused"
    if isinstance(failure, httpx.TimeoutException):
        return "timeout"
    told = str(failure).lower()
    named = (kind for kind, words in _CAUSES if any(word in told for word in words))
    broken = isinstance(failure, httpx.NetworkError)
    return next(named, "connection reset" if broken else "malformed HTTP")
