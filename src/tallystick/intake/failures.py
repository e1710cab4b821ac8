"""Failures that a client tells of: the words of a capture's `_error`, read into one kind.

Signatures of Chromium (`net::ERR_…`), Node (`ECONNRESET` …), Python, Go, curl and Java clients.
The order matters: what is more specific stands first.
"""

import re

from tallystick.record.exchange import Failure

_TABLE: tuple[tuple[Failure, str], ...] = (
    (
        "decode",
        r"jsondecode|expecting value|unexpected end of (?:json|data)|json\.?(?:reader)?exception"
        r"|after a single json value|invalidformatexception|too many empty messages"
        r"|not valid json|no ?object ?generated"
        r"|unexpected token|invalid character .{1,40} looking for|serde_?json"
        r"|mismatchedinput"
        r"|failed to (?:parse|decode) (?:the )?(?:json|response|body)|unterminated string"
        r"|json ?parse|extra data: line|unicodedecodeerror|eof while parsing"
        r"|missing field `|unknown variant `|did not match any variant|invalid type: \w+, expected"
        r"|is required for type with serial name|jsonconvertexception|serializationexception"
        r"|keynotfoundexception|validation errors? for \w*(?:chatcompletion|completion|chunk)"
        r"|could not extract response|error while extracting response"
        r"|no suitable httpmessageconverter|jsondeserialize|invalid response from"
        r"|openaiinvaliddata|\w+ is not set\b|type validation failed"
        r"|failed to deserialize .{0,30}response"
        r"|cannot unmarshal|decodingerror|outputparser|could not parse llm output",
    ),
    (
        "dns",
        r"(?<![a-z])enotfound|nameresolution"
        r"|eai_again|getaddrinfo|name_not_resolved|name resolution"
        r"|nodename nor servname|no such host|\bdial tcp: lookup "
        r"|could not resolve|unknownhost|\bdns\b|gaierror"
        r"|name or service not known|nxdomain|non-existing domain",
    ),
    (
        "tls",
        r"\btls\b|\bssl\b|sslerror|err_ssl|err_cert|certificate|cert_|err_cert|handshake|self.signed|unable_to_verify"
        r"|unable to get local issuer|ssl_error|wrong version number|x509|pkix",
    ),
    ("application", r"incompleteoutput|lengthfinishreason"),
    (
        "reset",
        r"peer closed connection|transferencodingerror|contentlengtherror|payload is not completed"
        r"|not enough data|peer closed connection|incomplete (?:chunked )?read|server disconnected"
        r"|outstanding read data|partial file|error in input stream",  # Firefox
    ),
    (
        "protocol",
        r"local_?protocol|illegal header|invalid header|header value|illegal request|remoteprotocol"
        r"|malformed|bad status line|http2_protocol_error|invalid http|err_invalid_char"
        r"|invalid character in header|not a legal http|parse error"
        r"|err_invalid_url|invalid url|unsupported protocol|unsupportedprotocol",
    ),
    ("proxy", r"\bproxy|tunnel|err_proxy|err_tunnel"),
    (
        "timeout",
        r"time(?:d)?[ _-]?out|etimedout|deadline exceeded|und_err_\w{0,40}timeout|read_timeout",
    ),
    ("refused", r"refused|econnrefused"),
    (
        "reset",
        r"reset|econnreset|broken pipe|epipe|socket hang up|hang ?up|(?<!internet_)disconnected"
        r"|terminated|connection closed|closed connection|empty_response|empty reply|incomplete|eof"
        r"|peer closed|premature|other side closed|und_err_socket|connection_closed"
        r"|content_length_mismatch|socket closed|\breason: :closed\b"  # Mint, Req
        r"|stream error|goaway|chunked",
    ),
    (
        "network",
        r"network|unreachable|blocked|cors|err_failed|failed to fetch|fetch failed|err_internet"
        r"|offline|connection error|connection failed|connecterror|apiconnectionerror"
        r"|cannot connect|connect call failed|failed to connect",
    ),
    # Named by an exception: what a program writes around it (`sample 41 aborted`) says less.
    (
        "application",
        r"keyerror|typeerror|attributeerror|indexerror|valueerror|nonetype|nullpointer"
        r"|nomethoderror"
        r"|nullreference|cannot read propert|validationerror|zoderror|index out of (?:range|bounds)"
        r"|assertionerror|undefined (?:array key|index|property|offset)",
    ),
    ("aborted", r"abort|cancel"),
    ("application", r"unhandled|panic"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _TABLE)


# Lines of a stack, which name functions and types and say nothing: Java, JavaScript and .NET,
# Python, PHP, Ruby, Go, Rust.
_FRAMES = re.compile(
    r"^\s*(?:at \S[^\n]*|File \"[^\n]*\", line [^\n]*|#\d+ [^\n]*|from \S+:\d+:in [^\n]*"
    r"|\S+\.go:\d+[^\n]*|\d+: \S+::[^\n]*)$",
    re.MULTILINE,
)


# What LiteLLM raises for whatever went wrong (its source, exception_mapping_utils), and the names
# that its proxy logs under: neither tells of a connection or of a proxy in between.
_NO_KINDS = re.compile(
    r"(?:litellm\.(?:exceptions\.)?)?APIConnectionError: (?:APIConnectionError: )?(?=\w+Exception)"
    r"|litellm\.(?:exceptions\.)?APIConnectionError\b:?|LiteLLM Proxy\b|litellm\.proxy\b"
    r"|proxy_server\b",
    re.IGNORECASE,
)


def failure_kind(text: str) -> Failure:
    """The kind of failure a client's words describe; `unknown` when they do not tell."""
    text = _NO_KINDS.sub("", _FRAMES.sub("", text))
    return next((kind for kind, pattern in _COMPILED if pattern.search(text)), "unknown")
