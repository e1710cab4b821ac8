"""The bytes of a reply, written by hand, because many are wrong on purpose; and of a target."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tallystick.lab.wire import Reply

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUSED = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def split(target: str) -> tuple[str, str]:
    """The origin and the path of a target; a proxy gets the absolute form (RFC 9112, 3.2.2)."""
    if not target.startswith(("http://", "https://")):
        return "", target
    scheme, _, rest = target.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority}", slash + path or "/"


def head(reply: Reply) -> bytes:
    """The status line and the header fields."""
    lines = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Answer')}"]
    lines += [f"{name}: {_dated(value)}" for name, value in reply.headers]
    if reply.declared is None:
        lines.append("transfer-encoding: chunked")
    else:
        lines.append(f"content-length: {reply.declared}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _dated(value: str) -> str:
    """A header's value; `+5` is the HTTP date (RFC 9110, section 5.6.7) five seconds from now."""
    if not (value.startswith("+") and value[1:].isdecimal()):
        return value
    return format_datetime(datetime.now(UTC) + timedelta(seconds=int(value[1:])), usegmt=True)


def framed(reply: Reply, piece: bytes) -> bytes:
    """A piece of the body, as a chunk where no length was declared (RFC 9112, section 7.1)."""
    return piece if reply.declared is not None else b"%x\r\n%b\r\n" % (len(piece), piece)


_REASONS = {200: "OK", 301: "Moved Permanently", 400: "Bad Request", 429: "Too Many Requests"}
